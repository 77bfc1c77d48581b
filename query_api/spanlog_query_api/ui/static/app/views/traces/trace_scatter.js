// Each trace as a point: when it began, and how long it took. A rectangle that is dragged is what is asked for next.
import { html, useLayoutEffect, useRef, useState } from "../../../vendor/preact.js";
import { counted } from "../../core/numbers.js";
import { setQuery } from "../../core/router.js";
import { apiTime, clock, day, dayAndClock, duration, milliseconds } from "../../core/time.js";

const HEIGHT = 150;
const LEFT = 58;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 24;
const LEAST_PIXELS = 5;
const TICK_PIXELS = 120;
const DAY = 86_400_000;
const STEPS = [1e3, 5e3, 15e3, 6e4, 3e5, 9e5, 36e5, 108e5, 216e5, 432e5, DAY, 2 * DAY, 7 * DAY];

/** @param {{ traces: any[], selected: any, onOpen: (trace: any) => void }} props */
export function TraceScatter({ traces, selected, onOpen }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const [width, setWidth] = useState(800);
  const [box, setBox] = useState(/** @type {null | { x: number, y: number, toX: number, toY: number }} */ (null));
  const [pointed, setPointed] = useState(/** @type {any} */ (null));
  useLayoutEffect(() => {
    const place = element.current;
    if (!place) return undefined;
    const observer = new ResizeObserver(() => setWidth(place.clientWidth));
    observer.observe(place);
    return () => observer.disconnect();
  }, []);
  const scale = scaleOf(traces, width);
  const points = traces.map((trace) => ({ trace, x: scale.x(milliseconds(trace.start)), y: scale.y(trace.duration_ms) }));
  // Errors last: they are seen before all others.
  points.sort((a, b) => Number(a.trace.error_count > 0) - Number(b.trace.error_count > 0));
  const onPointerDown = (/** @type {PointerEvent & { currentTarget: Element }} */ event) => {
    if (event.button || event.pointerType === "touch") return;
    const area = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - area.left;
    const y = event.clientY - area.top;
    const at = (/** @type {PointerEvent} */ now) => ({ x, y, toX: now.clientX - area.left, toY: now.clientY - area.top });
    const move = (/** @type {PointerEvent} */ now) => setBox(at(now));
    const up = (/** @type {PointerEvent} */ now) => {
      window.removeEventListener("pointermove", move);
      setBox(null);
      const drawn = at(now);
      if (Math.abs(drawn.toX - x) >= LEAST_PIXELS && Math.abs(drawn.toY - y) >= LEAST_PIXELS) choose(drawn, scale);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up, { once: true });
    event.preventDefault();
  };
  const failed = traces.filter((trace) => trace.error_count > 0).length;
  return html`
    <figure class="card scatter" ref=${element} aria-label=${`Length of ${counted(traces.length, "trace")} over time, ${failed} with errors`}>
      <svg width=${width} height=${HEIGHT} onPointerDown=${onPointerDown} aria-hidden="true">
        ${scale.rows.map((row) => html`
          <line key=${row.text} x1=${LEFT} x2=${width - RIGHT} y1=${row.y} y2=${row.y} />
          <text x=${LEFT - 8} y=${row.y + 4} text-anchor="end">${row.text}</text>`)}
        ${scale.columns.map((column) => html`<text key=${column.x} x=${column.x} y=${HEIGHT - 7} text-anchor="middle">${column.text}</text>`)}
        ${points.map(({ trace, x, y }) => html`
          <circle key=${trace.trace_id} class=${`${trace.error_count ? "failed" : ""} ${trace === selected ? "chosen" : ""}`} cx=${x} cy=${y}
            r=${trace === selected ? 7 : 4.5} onPointerDown=${(/** @type {Event} */ event) => event.stopPropagation()}
            onClick=${() => onOpen(trace)} onMouseEnter=${() => setPointed({ trace, x, y })} onMouseLeave=${() => setPointed(null)} />`)}
        ${box && html`<rect class="box" x=${Math.min(box.x, box.toX)} y=${Math.min(box.y, box.toY)} width=${Math.abs(box.toX - box.x)} height=${Math.abs(box.toY - box.y)} />`}
      </svg>
      ${pointed && html`<${Tip} ...${pointed} width=${width} />`}
    </figure>
  `;
}

/** @param {{ trace: any, x: number, y: number, width: number }} props */
function Tip({ trace, x, y, width }) {
  const style = { top: `${Math.min(y, HEIGHT - 70)}px`, ...(x > width / 2 ? { right: `${width - x + 12}px` } : { left: `${x + 12}px` }) };
  return html`
    <div class="chart-tip" style=${style} aria-hidden="true">
      <strong class="one-line">${(trace.root_name || "(no name)").slice(0, 60)}</strong>
      <div>${duration(trace.duration_ms)}, ${dayAndClock(milliseconds(trace.start))}</div>
      <div class="faint">${counted(trace.span_count, "span")}, ${counted(trace.log_count, "record")}${trace.error_count > 0 && `, ${counted(trace.error_count, "error")}`}</div>
    </div>
  `;
}

/** Time to the right, lengths up; these by their size, because one long trace would press all others to the ground. @param {any[]} traces @param {number} width */
function scaleOf(traces, width) {
  const starts = traces.map((trace) => milliseconds(trace.start));
  let first = Math.min(...starts);
  let last = Math.max(...starts);
  const margin = Math.max((last - first) * 0.02, 500);
  first -= margin;
  last += margin;
  const lengths = traces.map((trace) => Math.max(trace.duration_ms, 0.001));
  let low = Math.floor(Math.log10(Math.min(...lengths)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...lengths))));
  low = Math.max(low, high - 6);
  const inner = width - LEFT - RIGHT;
  const tall = HEIGHT - TOP - BOTTOM;
  const x = (/** @type {number} */ at) => LEFT + ((at - first) / (last - first)) * inner;
  const y = (/** @type {number} */ length) =>
    TOP + tall - (Math.max(0, Math.log10(Math.max(length, 0.001)) - low) / (high - low)) * tall;
  const every = Math.max(1, Math.ceil((high - low) / 4));
  const rows = [];
  for (let power = low; power <= high; power += every) rows.push({ y: y(10 ** power), text: powerText(power) });
  const step = STEPS.find((each) => (last - first) / each <= inner / TICK_PIXELS) ?? 30 * DAY;
  const offset = new Date(first).getTimezoneOffset() * 60_000;
  const columns = [];
  for (let at = Math.ceil((first - offset) / step) * step + offset; at <= last; at += step) {
    const isDay = step >= DAY || new Date(at).getHours() + new Date(at).getMinutes() === 0;
    if (x(at) > LEFT + 20 && x(at) < width - 30) columns.push({ x: x(at), text: isDay ? day(at) : clock(at, { seconds: step < 60_000 }) });
  }
  return {
    x, y, rows, columns,
    timeAt: (/** @type {number} */ at) => first + ((at - LEFT) / inner) * (last - first),
    lengthAt: (/** @type {number} */ at) => 10 ** (low + ((TOP + tall - at) / tall) * (high - low)),
  };
}

/** @param {{ x: number, y: number, toX: number, toY: number }} drawn @param {ReturnType<typeof scaleOf>} scale */
function choose(drawn, scale) {
  const { x, y, toX, toY } = drawn;
  setQuery({
    period: null,
    since: apiTime(scale.timeAt(Math.min(x, toX))),
    until: apiTime(scale.timeAt(Math.max(x, toX))),
    min: lengthText(scale.lengthAt(Math.max(y, toY))),
    max: lengthText(scale.lengthAt(Math.min(y, toY))),
  }, { replace: false });
}

/** Ten to this power of milliseconds: "1 ms", "100 ms", "10 s". @param {number} power */
function powerText(power) {
  if (power < 0) return `${10 ** (power + 3)} µs`;
  return power < 3 ? `${10 ** power} ms` : `${(10 ** (power - 3)).toLocaleString("en")} s`;
}

/** As the API takes it. @param {number} length milliseconds */
function lengthText(length) {
  if (length >= 1000) return `${(length / 1000).toFixed(2)}s`;
  return length >= 1 ? `${length.toFixed(1)}ms` : `${Math.max(1, Math.round(length * 1000))}us`;
}
