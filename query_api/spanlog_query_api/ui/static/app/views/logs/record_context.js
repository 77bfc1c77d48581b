// What the same agent logged before and after a record.
import { html, useState } from "../../../vendor/preact.js";
import { get } from "../../core/api.js";
import { useResource } from "../../core/resource.js";
import { milliseconds, isSameDay } from "../../core/time.js";
import { Level } from "../../components/level.js";
import { Problem, Skeleton } from "../../components/states.js";
import { RowTime } from "./record_row.js";
import { RecordText } from "./record_text.js";

/** @typedef {import("./record_pages.js").Entry} Entry */

const STEP = 10;
const MOST = 500;

/** @param {{ entry: Entry, addressOf: (id: string) => string }} props addressOf: where another record is shown */
export function RecordContext({ entry, addressOf }) {
  const [before, setBefore] = useState(STEP);
  const [after, setAfter] = useState(STEP);
  const found = useResource(
    (signal) => get(`/logs/${encodeURIComponent(entry.id)}/context`, { before, after }, signal),
    [entry.id, before, after], { keepWhileChanging: true },
  );
  if (found.error) return html`<${Problem} error=${found.error} retry=${found.reload} />`;
  if (!found.data) return html`<${Skeleton} lines=${8} />`;
  // While another record's are loaded, these are of the one before.
  if (found.data.entry.id !== entry.id) return html`<${Skeleton} lines=${8} />`;
  const { before: earlier, after: later } = found.data;
  const all = [...earlier, found.data.entry, ...later];
  const hasDay = !isSameDay(milliseconds(all[0].created_at), Date.now());
  return html`
    <div class="record-context">
      ${earlier.length === before && before < MOST
        ? html`<button type="button" class="button bare small" onClick=${() => setBefore(Math.min(MOST, before * 3))}>More before</button>`
        : html`<p class="faint">Nothing of this agent before that.</p>`}
      <ol>
        ${all.map((/** @type {Entry} */ each) => html`
          <li key=${each.id} class=${`is-${each.level} ${each.id === entry.id ? "is-this" : ""}`} aria-current=${each.id === entry.id ? "true" : undefined}>
            <a href=${addressOf(each.id)}>
              <${RowTime} at=${each.created_at} hasDay=${hasDay} /><${Level} level=${each.level} />
              <span class="line one-line"><${RecordText} text=${each.message} pattern=${null} isWrapped=${false} /></span>
            </a>
          </li>
        `)}
      </ol>
      ${later.length === after && after < MOST
        ? html`<button type="button" class="button bare small" onClick=${() => setAfter(Math.min(MOST, after * 3))}>More after</button>`
        : html`<p class="faint">Nothing of this agent after that, so far.</p>`}
    </div>
  `;
}
