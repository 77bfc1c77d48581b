// All there is of one record.
import { html } from "../../../vendor/preact.js";
import { get } from "../../core/api.js";
import { useResource } from "../../core/resource.js";
import { viewAddress } from "../../core/router.js";
import { LongText } from "../../components/attributes.js";
import { Badge } from "../../components/badge.js";
import { CopyButton } from "../../components/copy_button.js";
import { Icon } from "../../components/icon.js";
import { Level } from "../../components/level.js";
import { Problem } from "../../components/states.js";
import { Ago, Moment } from "../../components/time.js";
import { AttributeRows } from "./attribute_rows.js";
import { writtenName } from "./query_text.js";

/** @typedef {import("./record_pages.js").Entry} Entry */
/** @typedef {import("./attribute_rows.js").AttributeRow} AttributeRow */

const STACK_TRACE = "exception.stacktrace";
const EXCEPTION = new Set(["exception.type", "exception.message", STACK_TRACE]);

/** Where the page shows one record. @param {string} id */
export function recordAddress(id) {
  return `/ui/logs/${encodeURIComponent(id)}`;
}

/** @param {{ entry: Entry }} props */
export function RecordHead({ entry }) {
  return html`
    <div class="record-head">
      <${Level} level=${entry.level} />
      <${Moment} at=${entry.created_at} fraction=${true} /> <span class="faint"><${Ago} at=${entry.created_at} /></span>
      <a class="one-line" href=${viewAddress(`/ui/agents/${encodeURIComponent(entry.agent_id)}`)}>${entry.agent_id}</a>
      ${entry.resolved && html`<${Badge} tone="good">resolved<//>`}
    </div>
  `;
}

/**
 * @param {{ entry: Entry, fields: string[], onFilter: (field: string, value: string, isExcluded: boolean) => void }} props
 *   fields: names that are fields' own in the query language
 */
export function RecordDetails({ entry, fields, onFilter }) {
  const stored = useResource((signal) => get(`/logs/${encodeURIComponent(entry.id)}/attributes`, {}, signal), [entry.id]);
  const all = stored.data;
  const stack = entry.metadata[STACK_TRACE];
  /** @param {string} name @param {unknown} value @param {string} [asked] @returns {AttributeRow} */
  const attribute = (name, value, asked) => {
    const isText = typeof value !== "object" || asked !== undefined;
    return { name, value, asked, field: isText ? writtenName(name, fields) : null };
  };
  /** @param {Record<string, string>} values */
  const attributes = (values) => Object.entries(values).map(([name, value]) => attribute(name, value));
  const own = Object.entries(entry.metadata).filter(([name]) => !EXCEPTION.has(name));
  const beside = Object.entries(all?.attributes ?? {}).filter(([name]) => !(name in entry.metadata));
  return html`
    <div class="record-details">
      <nav class="jumps" aria-label="From this record">
        ${entry.trace_id && html`
          <a class="button small" href=${viewAddress(`/ui/traces/${encodeURIComponent(entry.trace_id)}`)}><${Icon} name="traces" />Trace</a>
        `}
        ${entry.fingerprint && html`
          <a class="button small" href=${viewAddress(`/ui/errors/${encodeURIComponent(entry.fingerprint)}`)}><${Icon} name="errors" />Error group</a>
        `}
        ${entry.session_key && html`
          <a class="button small" href=${viewAddress(`/ui/sessions/${encodeURIComponent(entry.session_key)}`)}><${Icon} name="sessions" />Session</a>
        `}
      </nav>
      <section class="record-message" aria-label="Message">
        <div class="code wraps"><${LongText} text=${entry.message} shown=${8000} /></div>
        <${CopyButton} text=${entry.message} label="Copy the message" />
      </section>
      ${"exception.type" in entry.metadata && html`
        <section class="record-message" aria-label="Exception">
          <h3><span class="level-error logged">${String(entry.metadata["exception.type"]).slice(0, 300)}</span></h3>
          ${entry.metadata["exception.message"] ? html`<p><${LongText} text=${String(entry.metadata["exception.message"])} /></p>` : null}
          ${typeof stack === "string" && html`
            <details open>
              <summary>Stack trace</summary>
              <div class="code"><${LongText} text=${stack} shown=${20000} /></div>
              <${CopyButton} text=${stack} label="Copy the stack trace" />
            </details>
          `}
        </section>
      `}
      <${AttributeRows} title="Attributes" onFilter=${onFilter}
        rows=${own.map(([name, value]) => attribute(name, value, all?.attributes[name]))} />
      <${AttributeRows} title="Record" rows=${fieldRows(entry)} onFilter=${onFilter} />
      ${stored.error && html`<${Problem} error=${stored.error} retry=${stored.reload} />`}
      ${all && html`
        <${AttributeRows} title="Sent by" rows=${attributes(all.resource)} onFilter=${onFilter} />
        <${AttributeRows} title="As it was sent" onFilter=${onFilter} rows=${[
          ...beside.map(([name, value]) => attribute(name, value)),
          ...Object.entries(all.scope).map(([name, value]) => ({ name, value, field: null })),
          ...plainRows({
            event: all.event, logger_version: all.logger_version, severity_text: all.severity_text,
            severity_number: all.severity_number || null, ingested_at: all.ingested_at,
          }),
        ]} />
      `}
    </div>
  `;
}

/** What has a field of its own. @param {Entry} entry @returns {AttributeRow[]} */
function fieldRows(entry) {
  const { agent_id, category, session_key, source, logger, trace_id, span_id, parent_id, fingerprint, id } = entry;
  const asked = { agent_id, category, session_key, source, logger, trace_id, span_id, parent_id, fingerprint, id };
  const rows = Object.entries(asked).filter(([, value]) => value).map(([name, value]) => ({ name, value, field: name }));
  return [...rows, { name: "created_at", value: entry.created_at, field: null }];
}

/** @param {Record<string, unknown>} values @returns {AttributeRow[]} */
function plainRows(values) {
  return Object.entries(values).filter(([, value]) => value).map(([name, value]) => ({ name, value, field: null }));
}
