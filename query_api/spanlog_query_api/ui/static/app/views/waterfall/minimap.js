// All of it at once, small; dragging over a part shows that part.
import { html, useMemo } from "../../../vendor/preact.js";
import { useDragRange } from "./drag_range.js";

/** @typedef {import("./spans.js").Span} Span */

const WIDTH = 1000;
const HEIGHT = 48;
const LEAST = 2;

/**
 * @param {{ spans: Span[], colors: Map<string, number>, length: number, shown: [number, number],
 *   onShow: (from: number, to: number) => void }} props
 */
export function Minimap({ spans, colors, length, shown, onShow }) {
  const { element, dragged, onPointerDown } = useDragRange((from, to) => onShow(from * length, to * length));
  const lines = useMemo(() => linesOf(spans, colors, length), [spans, colors, length]);
  const [from, to] = dragged ? [dragged[0], dragged[1]] : [shown[0] / length, shown[1] / length];
  return html`
    <div class="minimap" ref=${element} onPointerDown=${onPointerDown} aria-hidden="true"
      title="Drag to look closer">
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        ${lines.map(([name, path]) => html`<path key=${name} class=${name} d=${path} />`)}
      </svg>
      ${(from > 0 || to < 1) && html`
        <i class="outside" style=${{ left: 0, width: `${from * 100}%` }}></i>
        <i class="outside" style=${{ right: 0, width: `${(1 - to) * 100}%` }}></i>
      `}
    </div>
  `;
}

/** One path for each colour; errors last, so that nothing hides them. @param {Span[]} spans @param {Map<string, number>} colors @param {number} length */
function linesOf(spans, colors, length) {
  /** @type {Map<string, string[]>} */
  const paths = new Map();
  const bars = spans.filter((span) => !span.isLog || span.isError);
  const drawn = bars.length ? bars : spans;
  for (const [index, span] of drawn.entries()) {
    const name = span.isError ? "error" : `agent-${colors.get(span.node.agent_id) ?? 1}`;
    const y = (((index + 0.5) / drawn.length) * (HEIGHT - 6) + 3).toFixed(1);
    const x = Math.min((span.from / length) * WIDTH, WIDTH - LEAST);
    const width = Math.max(LEAST, ((span.to - span.from) / length) * WIDTH);
    const path = paths.get(name) ?? [];
    path.push(`M${x.toFixed(1)} ${y}h${width.toFixed(1)}`);
    paths.set(name, path);
  }
  return [...paths].map(([name, path]) => [name, path.join("")]).sort(([a], [b]) => Number(a === "error") - Number(b === "error"));
}
