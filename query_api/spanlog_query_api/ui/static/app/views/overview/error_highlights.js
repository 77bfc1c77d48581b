// Errors to look at: those that came back first, then new ones, then what is open and frequent.
import { html } from "../../../vendor/preact.js";
import { Skeleton } from "../../components/states.js";
import { Ago } from "../../components/time.js";
import { counted, full } from "../../core/numbers.js";
import { viewAddress } from "../../core/router.js";
import { GroupState } from "../errors/group_state.js";

const SHOWN = 8;

/** @param {{ summary: any, period: any }} props */
export function ErrorHighlights({ summary, period }) {
  if (!summary) return html`<header><h2>Errors to look at</h2></header><${Skeleton} lines=${6} />`;
  const seen = new Set();
  const groups = [...summary.regressed, ...summary.new.filter(isOpen), ...summary.unresolved].filter((group) => {
    const isFirst = !seen.has(group.fingerprint);
    seen.add(group.fingerprint);
    return isFirst;
  });
  return html`
    <header>
      <h2>Errors to look at</h2>
      <span class="faint">${counted(summary.unresolved_total, "open group")}</span>
      <a href=${viewAddress("/ui/errors")}>All errors</a>
    </header>
    ${groups.length
      ? html`<ul class="highlights">${groups.slice(0, SHOWN).map((group) => html`<${Highlight} key=${group.fingerprint} group=${group} />`)}</ul>`
      : html`<p class="inside quiet">No open error (${period.label}).</p>`}
  `;
}

/** Whether nobody has dealt with it yet. @param {{ unresolved_count: number }} group */
export function isOpen(group) {
  return group.unresolved_count > 0;
}

/** @param {{ group: any }} props */
function Highlight({ group }) {
  return html`
    <li>
      <a class="highlight" href=${viewAddress(`/ui/errors/${group.fingerprint}`)}>
        <${GroupState} group=${group} />
        <span class="what">
          <span class="one-line">${group.type ? html`<strong>${group.type}</strong> ` : ""}${group.title}</span>
          <span class="faint one-line">${group.agents.join(", ")}</span>
        </span>
        <span class="number">${full(group.count)}×</span>
        <span class="faint number"><${Ago} at=${group.last_seen} /></span>
      </a>
    </li>
  `;
}
