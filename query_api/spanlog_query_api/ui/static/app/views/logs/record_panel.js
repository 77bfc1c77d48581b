// A record opened beside the list.
import { html, useEffect, useRef, useState } from "../../../vendor/preact.js";
import { get } from "../../core/api.js";
import { useResource } from "../../core/resource.js";
import { place, queryValue, viewAddress } from "../../core/router.js";
import { queryText } from "../../core/api.js";
import { Choices } from "../../components/choices.js";
import { CopyButton } from "../../components/copy_button.js";
import { Icon } from "../../components/icon.js";
import { EmptyState, Problem, Skeleton } from "../../components/states.js";
import { RecordContext } from "./record_context.js";
import { recordAddress, RecordDetails, RecordHead } from "./record_details.js";

const PARTS = [
  { value: "details", label: "Details" },
  { value: "context", label: "Before and after", title: "What the same agent logged before and after it" },
];

/**
 * @param {{ id: string, known: import("./record_pages.js").Entry | undefined, fields: string[], onClose: () => void,
 *   onStep: (step: number) => void, onFilter: (field: string, value: string, isExcluded: boolean) => void }} props
 *   known: the record, if it is loaded already
 */
export function RecordPanel({ id, known, fields, onClose, onStep, onFilter }) {
  const [part, setPart] = useState("details");
  const scrolled = useRef(/** @type {HTMLDivElement | null} */ (null));
  const found = useResource(
    async (signal) => known ?? get(`/logs/${encodeURIComponent(id)}`, {}, signal), [id, Boolean(known)],
    { keepWhileChanging: true },
  );
  const entry = known ?? (found.data?.id === id ? found.data : undefined);
  useEffect(() => {
    scrolled.current?.scrollTo(0, 0);
  }, [id, part]);
  const addressOf = (/** @type {string} */ other) => place.value.path + queryText({ ...Object.fromEntries(place.value.query), record: other });
  return html`
    <aside class="record-panel" aria-label="Record">
      <header>
        <${Choices} label="Part of the record" value=${part} options=${PARTS} onChoose=${setPart} />
        <div class="end">
          <button type="button" class="button bare small" aria-label="Newer record" title="Newer record (k)" onClick=${() => onStep(-1)}><${Icon} name="up" /></button>
          <button type="button" class="button bare small" aria-label="Older record" title="Older record (j)" onClick=${() => onStep(1)}><${Icon} name="down" /></button>
          <${CopyLink} id=${id} />
          <a class="button bare small" href=${viewAddress(recordAddress(id), { period: queryValue("period") })} aria-label="Open as a page" title="Open as a page"><${Icon} name="open" /></a>
          <button type="button" class="button bare small" aria-label="Close" title="Close (Esc)" onClick=${onClose}><${Icon} name="close" /></button>
        </div>
      </header>
      <div class="inside" ref=${scrolled}>
        ${entry && html`<${RecordHead} entry=${entry} />`}
        ${entry && part === "details" && html`<${RecordDetails} ...${{ entry, fields, onFilter }} />`}
        ${entry && part === "context" && html`<${RecordContext} entry=${entry} addressOf=${addressOf} />`}
        ${!entry && found.error && (isGone(found.error)
          ? html`<${EmptyState} title="This record is not there"><p>It may have been older than records are kept.</p><//>`
          : html`<${Problem} error=${found.error} retry=${found.reload} />`)}
        ${!entry && !found.error && html`<${Skeleton} lines=${10} />`}
      </div>
    </aside>
  `;
}

/** @param {Error} error */
export function isGone(error) {
  return "status" in error && error.status === 404;
}

/** Copies the address that shows this record, to anybody who may see it. @param {{ id: string }} props */
export function CopyLink({ id }) {
  return html`<${CopyButton} text=${window.location.origin + recordAddress(id)} label="Copy a link to this record" icon="link" />`;
}
