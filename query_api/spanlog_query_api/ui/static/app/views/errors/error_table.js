// The rows of the list.
import { html } from "../../../vendor/preact.js";
import { SparkBars } from "../../components/spark_bars.js";
import { Ago } from "../../components/time.js";
import { compact, full } from "../../core/numbers.js";
import { setQuery, viewAddress } from "../../core/router.js";
import { duration } from "../../core/time.js";
import { GroupState } from "./group_state.js";

const SHOWN_AGENTS = 3;
const SHOWN_FRAMES = 3;
const SHOWN_CHARACTERS = 300;

/**
 * @param {{ groups: any[], charts: any, selected: any, select: (group: any) => void, marked: Set<string>,
 *   mark: (group: any) => void, asked: { sort: string, order: string } }} props
 */
export function ErrorTable({ groups, charts, selected, select, marked, mark, asked }) {
  const each = charts ? duration(charts.bucket_seconds * 1000) : "";
  return html`
    <div class="card">
      <table class="rows error-rows">
        <thead>
          <tr>
            <th class="mark"><span class="only-read-out">Mark</span></th>
            <th>State</th>
            <th class="what">Error</th>
            <th class="chart" title=${`Each bar ${each}`}>Over time</th>
            <${Sorted} name="count" asked=${asked} number>Records<//>
            <th class="agents">Agents</th>
            <${Sorted} name="first_seen" asked=${asked} number>First<//>
            <${Sorted} name="last_seen" asked=${asked} number>Last<//>
          </tr>
        </thead>
        <tbody>
          ${groups.map((group) => html`
            <${Row} key=${group.fingerprint} group=${group} each=${each} isMarked=${marked.has(group.fingerprint)}
              isCurrent=${selected === group} onSelect=${select} onMark=${mark} />
          `)}
        </tbody>
      </table>
    </div>
  `;
}

/** @param {{ group: any, each: string, isMarked: boolean, isCurrent: boolean, onSelect: (group: any) => void, onMark: (group: any) => void }} props */
function Row({ group, each, isMarked, isCurrent, onSelect, onMark }) {
  const more = group.agents.length - SHOWN_AGENTS;
  const agents = `${group.agents.slice(0, SHOWN_AGENTS).join(", ")}${more > 0 ? ` +${more}` : ""}`;
  return html`
    <tr id=${`group-${group.fingerprint}`} aria-current=${isCurrent ? "true" : undefined} onClick=${() => onSelect(group)}>
      <td class="mark">
        <input type="checkbox" checked=${isMarked} aria-label=${`Mark ${group.title.slice(0, SHOWN_CHARACTERS)}`}
          onChange=${() => onMark(group)} />
      </td>
      <td class="standing"><${GroupState} group=${group} /></td>
      <td class="what">
        <a href=${viewAddress(`/ui/errors/${group.fingerprint}`)} class="one-line">
          ${group.type && html`<strong>${shortType(group.type)}</strong> `}${group.title}
        </a>
        <span class="faint one-line">
          ${group.assigned_to && html`<span class="assigned">→ ${group.assigned_to} </span>`}
          <span class="phone-only">${agents} </span>${framesOf(group)}
        </span>
      </td>
      <td class="chart">${group.bucket_counts && html`
        <${SparkBars} counts=${group.bucket_counts} label=${`each bar ${each}`} />`}</td>
      <td class="number records" title=${full(group.count)}>${compact(group.count)}</td>
      <td class="agents quiet"><span class="one-line">${agents}</span></td>
      <td class="number quiet first"><${Ago} at=${group.first_seen} bare /></td>
      <td class="number quiet last"><${Ago} at=${group.last_seen} bare /></td>
    </tr>
  `;
}

/** Through which functions it was raised; what else groups are made of would say the title again. @param {any} group */
function framesOf(group) {
  if (group.why.rule !== "exception") return "";
  return group.why.parts.slice(1, 1 + SHOWN_FRAMES).join(" · ").slice(0, SHOWN_CHARACTERS);
}

/** Without its module, which one group shows. @param {string} type */
function shortType(type) {
  const shown = type.slice(0, SHOWN_CHARACTERS);
  return /^[\w.$]+$/.test(shown) ? shown.split(/[.$]/).at(-1) || shown : shown;
}

/** @param {{ name: string, asked: { sort: string, order: string }, number?: boolean, children?: any }} props */
function Sorted({ name, asked, number, children }) {
  const isCurrent = asked.sort === name;
  const isDescending = asked.order === "desc";
  const choose = () => setQuery({
    sort: name === "last_seen" ? null : name, order: isCurrent && isDescending ? "asc" : null,
  });
  return html`
    <th class=${number ? `number ${name}` : name} aria-sort=${isCurrent ? (isDescending ? "descending" : "ascending") : undefined}>
      <button type="button" class="link-like" onClick=${choose}>${children}${isCurrent ? (isDescending ? " ↓" : " ↑") : ""}</button>
    </th>
  `;
}
