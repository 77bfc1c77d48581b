// Spans and records as a tree over time. What is open, looked for and zoomed to stands in the address.
import { html, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../../../vendor/preact.js";
import { VirtualList } from "../../components/virtual_list.js";
import { counted } from "../../core/numbers.js";
import { browserStorage } from "../../core/storage.js";
import { agentColors } from "./agent_colors.js";
import { Axis, GridLines } from "./axis.js";
import { criticalPath } from "./critical_path.js";
import { Minimap } from "./minimap.js";
import { SpanDetail } from "./span_detail.js";
import { SpanRow } from "./span_row.js";
import { Splitter } from "./splitter.js";
import { Toolbar } from "./toolbar.js";
import { useTreeKeys } from "./tree_keys.js";
import { useTree } from "./use_tree.js";

/** @typedef {import("./spans.js").Span} Span */

const ROW_PIXELS = 28;
const PHONE_ROW_PIXELS = 46;
const TICK_PIXELS = 90;
const LEAST_ROWS = 3;
const FAR_ROWS = 15;
const PHONE = "(max-width: 640px)";
const WIDTH_NAME = "waterfall-name-percent";
const DEFAULT_WIDTH = 42;

/**
 * @param {{ spans: Span[], start: string, length: number, label: string, traceId?: string,
 *   hasCriticalPath?: boolean, onLeave: () => void, children?: any }} props
 *   start: of all, RFC 3339; length: milliseconds; traceId: of all spans that do not name one; hasCriticalPath:
 *   whether there is one end that something was waited for; onLeave: Escape when there is nothing left to close; children: more of the toolbar
 */
export function Waterfall({ spans, start, length: given, label, traceId, hasCriticalPath = false, onLeave, children }) {
  // A moment has no length to draw on.
  const length = Math.max(given, 0.001);
  const tree = useTree(spans, length);
  useTreeKeys({ tree, spans, length, onLeave });
  const colors = useMemo(() => agentColors(spans), [spans]);
  const path = useMemo(() => (hasCriticalPath ? criticalPath(spans) : new Map()), [spans, hasCriticalPath]);
  const list = useRef(/** @type {import("../../components/virtual_list.js").ListHandle | null} */ (null));
  const lastIndex = useRef(0);
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [trackPixels, setTrackPixels] = useState(600);
  const [width, setWidth] = useState(Number(browserStorage.get(WIDTH_NAME)) || DEFAULT_WIDTH);
  const isPhone = window.matchMedia(PHONE).matches;
  const rowPixels = isPhone ? PHONE_ROW_PIXELS : ROW_PIXELS;
  const { rows } = tree;

  const keyOf = useCallback((/** @type {number} */ index) => rows[index]?.key ?? String(index), [rows]);

  useLayoutEffect(() => {
    const place = element.current;
    if (!place) return undefined;
    const observer = new ResizeObserver(() => {
      // The axis stands above the rows, which a scroll bar makes narrower.
      const scroller = /** @type {HTMLElement | null} */ (place.querySelector(".virtual-list"));
      if (scroller) place.style.setProperty("--wf-scrollbar", `${scroller.offsetWidth - scroller.clientWidth}px`);
      const axis = place.querySelector(".wf-axis");
      if (axis) setTrackPixels(axis.clientWidth);
    });
    observer.observe(place);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const wanted = tree.scrolling.current;
    if (wanted === null) return;
    const index = rows.findIndex((span) => span.key === wanted);
    if (index < 0) return;
    tree.scrolling.current = null;
    // What is far off comes with what is around it; the next row comes in sight and no more.
    const isFar = Math.abs(index - lastIndex.current) > FAR_ROWS;
    lastIndex.current = index;
    list.current?.scrollToIndex(index, isFar ? "center" : "auto");
  });

  const choose = (/** @type {Span} */ span) => tree.open(span);
  const most = Math.max(2, Math.floor(trackPixels / TICK_PIXELS));
  const height = Math.max(LEAST_ROWS, rows.length) * rowPixels;
  return html`
    <div class=${`waterfall ${tree.opened ? "with-detail" : ""}`}>
      <${Toolbar} ...${{ tree, spans, length, hasCriticalPath }}>${children}<//>
      <div class="wf-columns">
        <section class="card wf-card" aria-label=${label} ref=${element} style=${{ "--wf-name": `${width}%` }}>
          ${rows.length > LEAST_ROWS && html`<${Minimap} spans=${spans} colors=${colors} length=${length} shown=${tree.shown} onShow=${tree.show} />`}
          <${Axis} shown=${tree.shown} most=${most} onShow=${tree.show}>
            <div class="wf-head-name">${counted(rows.length, "row")}<${Splitter} width=${width}
              onWidth=${(/** @type {number} */ value) => {
                setWidth(value);
                browserStorage.set(WIDTH_NAME, String(value));
              }} /></div>
            <div class="wf-head-length number">Length</div>
          <//>
          <div class="wf-body" style=${{ height: `min(${height}px, var(--wf-room))` }}>
            <${GridLines} shown=${tree.shown} most=${most} />
            <${VirtualList} key=${rowPixels} count=${rows.length} rowHeight=${rowPixels} label=${label} role="tree" className="wf-rows" handle=${list}
              isFixed active=${tree.current ? `wf-${tree.current.index}` : undefined}
              keyOf=${keyOf}
              row=${(/** @type {number} */ index) => {
                const span = rows[index];
                return span && html`
                  <${SpanRow} span=${span} color=${colors.get(span.node.agent_id) ?? 1} shown=${tree.shown} own=${path.get(span.index)}
                    isCurrent=${span === tree.current} isFound=${tree.isFound.has(span)} isOpen=${!tree.folded.has(span.key)}
                    canOpen=${canOpen(spans, span, tree.hasRecords)} onToggle=${tree.toggle} onChoose=${choose} />`;
              }} />
          </div>
        </section>
        ${tree.opened && html`
          <${SpanDetail} key=${tree.opened.key} span=${tree.opened} ...${{ spans, tree, start, length, traceId }}
            color=${colors.get(tree.opened.node.agent_id) ?? 1} own=${path.get(tree.opened.index)} />`}
      </div>
    </div>
  `;
}

/** Whether anything below is shown. @param {Span[]} spans @param {Span} span @param {boolean} hasRecords */
function canOpen(spans, span, hasRecords) {
  if (hasRecords) return span.end > span.index + 1;
  for (let index = span.index + 1; index < span.end; index += 1) if (!spans[index]?.isLog) return true;
  return false;
}
