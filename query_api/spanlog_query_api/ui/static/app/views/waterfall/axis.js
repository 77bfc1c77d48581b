// The time axis above the rows, in milliseconds since the start of all.
import { html } from "../../../vendor/preact.js";
import { useDragRange } from "./drag_range.js";
import { ticksOf } from "./ticks.js";

const LAST_SHARE = 0.93;
const ROOM_FOR_TWO = 0.24;

/** @param {{ shown: [number, number], most: number, onShow: (from: number, to: number) => void, children?: any }} props */
export function Axis({ shown, most, onShow, children }) {
  const [from, to] = shown;
  const { element, dragged, onPointerDown } = useDragRange((start, end) =>
    onShow(from + start * (to - from), from + end * (to - from)));
  return html`
    <div class="wf-head">
      ${children}
      <div class="wf-axis" ref=${element} onPointerDown=${onPointerDown} aria-hidden="true" title="Drag to look closer">
        ${ticksOf(from, to, most).map((tick, index, all) => {
          const share = (tick.at - from) / (to - from);
          const before = index ? ((all[index - 1]?.at ?? 0) - from) / (to - from) : 0;
          // At the end there is room on its left only, if there is.
          if (share > LAST_SHARE && share - before < ROOM_FOR_TWO) return null;
          return html`<span key=${tick.text} class=${share > LAST_SHARE ? "last" : ""} style=${{ left: `${share * 100}%` }}>${tick.text}</span>`;
        })}
        ${dragged && html`<i style=${{ left: `${dragged[0] * 100}%`, width: `${(dragged[1] - dragged[0]) * 100}%` }}></i>`}
      </div>
    </div>
  `;
}

/** Lines down through the rows. @param {{ shown: [number, number], most: number }} props */
export function GridLines({ shown: [from, to], most }) {
  return html`
    <div class="wf-grid" aria-hidden="true">
      <div>${ticksOf(from, to, most).map((tick) => html`
        <i key=${tick.text} style=${{ left: `${((tick.at - from) / (to - from)) * 100}%` }}></i>`)}</div>
    </div>
  `;
}
