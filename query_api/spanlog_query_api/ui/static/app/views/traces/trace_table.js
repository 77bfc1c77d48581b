// The rows of the list of traces.
import { html } from "../../../vendor/preact.js";
import { Ago } from "../../components/time.js";
import { counted, full } from "../../core/numbers.js";
import { setQuery, viewAddress } from "../../core/router.js";
import { duration } from "../../core/time.js";

const SHOWN_AGENTS = 3;

/** @param {{ traces: any[], selected: any, select: (trace: any) => void, order: string }} props */
export function TraceTable({ traces, selected, select, order }) {
  const longest = Math.max(0.001, ...traces.map((trace) => trace.duration_ms));
  return html`
    <div class="card">
      <table class="rows trace-rows">
        <thead>
          <tr>
            <th class="what">Trace</th>
            <th class="agents">Agents</th>
            <${Sorted} name="duration" className="length" order=${order}>Length<//>
            <th class="number spans">Spans</th>
            <th class="number records">Records</th>
            <th class="number errors-of">Errors</th>
            <${Sorted} name="start" className="number when" order=${order}>Start<//>
          </tr>
        </thead>
        <tbody>
          ${traces.map((trace) => html`<${Row} key=${trace.trace_id} trace=${trace} longest=${longest}
            isCurrent=${trace === selected} onSelect=${select} />`)}
        </tbody>
      </table>
    </div>
  `;
}

/** @param {{ trace: any, longest: number, isCurrent: boolean, onSelect: (trace: any) => void }} props */
function Row({ trace, longest, isCurrent, onSelect }) {
  const more = trace.agents.length - SHOWN_AGENTS;
  return html`
    <tr id=${`trace-${trace.trace_id}`} aria-current=${isCurrent ? "true" : undefined} onClick=${() => onSelect(trace)}>
      <td class="what"><div>
        <a class="one-line" href=${viewAddress(`/ui/traces/${trace.trace_id}`)}>${trace.root_name || "(no name)"}</a>
        <span class="faint one-line mono">${trace.trace_id.slice(0, 8)}</span>
      </div></td>
      <td class="agents quiet"><span class="one-line">${trace.agents.slice(0, SHOWN_AGENTS).join(", ")}${more > 0 ? ` +${more}` : ""}</span></td>
      <td class="length">
        <span class="number">${duration(trace.duration_ms)}</span>
        <span class=${`length-bar ${trace.error_count ? "failed" : ""}`} aria-hidden="true"><i style=${{ width: `${(trace.duration_ms / longest) * 100}%` }}></i></span>
      </td>
      <td class="number quiet spans">${full(trace.span_count)}</td>
      <td class="number quiet records">${full(trace.log_count)}</td>
      <td class="number errors-of">${trace.error_count > 0 && html`<span class="badge tone-error"
        title=${counted(trace.error_count, "error")}>${full(trace.error_count)}<span class="phone-only"> ${trace.error_count === 1 ? "error" : "errors"}</span></span>`}</td>
      <td class="number quiet when"><${Ago} at=${trace.start} bare /></td>
    </tr>
  `;
}

/** The longest or the newest first. @param {{ name: string, className: string, order: string, children?: any }} props */
function Sorted({ name, className, order, children }) {
  const isCurrent = order === name;
  return html`
    <th class=${className} aria-sort=${isCurrent ? "descending" : undefined}>
      <button type="button" class="link-like" onClick=${() => setQuery({ order: name === "start" ? null : name }, { replace: false })}>${children}${isCurrent ? " ↓" : ""}</button>
    </th>
  `;
}
