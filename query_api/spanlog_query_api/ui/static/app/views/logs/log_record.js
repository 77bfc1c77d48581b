// One record, under an address that can be shared.
import { html } from "../../../vendor/preact.js";
import { get } from "../../core/api.js";
import { useResource } from "../../core/resource.js";
import { navigate, viewAddress } from "../../core/router.js";
import { apiTime, milliseconds } from "../../core/time.js";
import { Icon } from "../../components/icon.js";
import { EmptyState, Problem, Skeleton } from "../../components/states.js";
import { ViewHead } from "../../components/view_head.js";
import { fieldNames } from "./completion.js";
import { withValue } from "./query_text.js";
import { RecordContext } from "./record_context.js";
import { recordAddress, RecordDetails, RecordHead } from "./record_details.js";
import { CopyLink, isGone } from "./record_panel.js";

const AROUND_MILLISECONDS = 15 * 60_000;

/** @param {{ id: string }} props */
export function View({ id }) {
  const found = useResource((signal) => get(`/logs/${encodeURIComponent(id)}`, {}, signal), [id]);
  const known = useResource((signal) => get("/logs/fields", { limit: 1 }, signal), []);
  const entry = found.data;
  return html`
    <div class="log-record">
      <${ViewHead} title="Record" before=${html`
        <a class="button bare small icon-only" href=${entry ? around(entry) : viewAddress("/ui/logs")} aria-label="To the records around it"
          title="To the records around it"><${Icon} name="left" /></a>
      `}>${entry && html`<${CopyLink} id=${entry.id} />`}<//>
      ${found.error && (isGone(found.error)
        ? html`<${EmptyState} title="There is no such record"><p>It may have been older than records are kept, or the link is not whole.</p><//>`
        : html`<${Problem} error=${found.error} retry=${found.reload} />`)}
      ${!entry && !found.error && html`<${Skeleton} lines=${10} />`}
      ${entry && html`
        <${RecordHead} entry=${entry} />
        <div class="halves">
          <${RecordDetails} entry=${entry} fields=${fieldNames(known.data)} onFilter=${
            (/** @type {string} */ field, /** @type {string} */ value, /** @type {boolean} */ isExcluded) =>
              navigate(around(entry, withValue("", field, value, isExcluded)))} />
          <section class="card" aria-label="Before and after">
            <header><h2>Before and after</h2><span class="faint one-line">of ${entry.agent_id}</span></header>
            <div class="inside"><${RecordContext} entry=${entry} addressOf=${recordAddress} /></div>
          </section>
        </div>
      `}
    </div>
  `;
}

/** The list, a quarter of an hour to either side of a record. @param {any} entry @param {string} [q] */
function around(entry, q = "") {
  const at = milliseconds(entry.created_at);
  return viewAddress("/ui/logs", {
    since: apiTime(at - AROUND_MILLISECONDS), until: apiTime(at + AROUND_MILLISECONDS), q, record: q ? null : entry.id,
  });
}
