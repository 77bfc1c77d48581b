// Counts over time, stacked, with a range to be dragged.
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { uPlot } from "../../vendor/uplot.js";
import { compact, counted, full } from "../core/numbers.js";
import { theme } from "../core/theme.js";
import { clock, day, dayAndClock, isSameDay } from "../core/time.js";

/**
 * @typedef {{ name: string, label: string, color: string }} Series color: a custom property, such as "--mark-error"
 * @typedef {{ start: number, values: Record<string, number> }} Bar start: milliseconds since 1970
 */

const DAY_SECONDS = 86_400;
const MINUTE_SECONDS = 60;
const AXIS_GAP = 70;

/**
 * @param {{ bars: Bar[], interval: number, series: Series[], label: string, height?: number,
 *   onSelect?: (start: number, end: number) => void }} props
 *   interval: milliseconds; series: the lowest first; onSelect: a range was dragged, or a bar clicked
 */
export function TimeChart({ bars, interval, series, label, height = 140, onSelect }) {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const chart = useRef(/** @type {any} */ (null));
  const [pointed, setPointed] = useState(/** @type {{ index: number, left: number, width: number } | null} */ (null));
  const selected = useRef(onSelect);
  selected.current = onSelect;
  const current = useRef({ bars, interval });
  current.current = { bars, interval };
  const painted = theme.value;

  useEffect(() => {
    const place = element.current;
    if (!place) return undefined;
    const options = chartOptions({ width: place.clientWidth, height, series, interval, place });
    options.hooks = {
      setCursor: [(/** @type {any} */ plot) => {
        const index = plot.cursor.idx;
        setPointed(index === null || index === undefined || plot.cursor.left < 0
          ? null : { index, left: plot.cursor.left + plot.bbox.left / devicePixelRatio, width: place.clientWidth });
      }],
      setSelect: [(/** @type {any} */ plot) => {
        const { left, width } = plot.select;
        if (!width || !selected.current) return;
        const { interval: step } = current.current;
        // Whole bars: half of one says nothing.
        const start = Math.floor((plot.posToVal(left, "x") * 1000) / step) * step;
        const end = Math.ceil((plot.posToVal(left + width, "x") * 1000) / step) * step;
        plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        selected.current(start, end);
      }],
    };
    const plot = new uPlot(options, stacked(current.current.bars, series, interval), place);
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height }));
    observer.observe(place);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [painted, height, interval, series.map((each) => each.name).join()]);

  useEffect(() => {
    chart.current?.setData(stacked(bars, series, interval));
  }, [bars]);

  const total = bars.reduce((sum, bar) => sum + sumOf(bar, series), 0);
  return html`
    <figure class="time-chart" aria-label=${`${label}: ${full(total)}`}>
      <div ref=${element} aria-hidden="true" style=${{ minHeight: `${height}px` }}></div>
      ${pointed && html`<${Tip} bar=${bars[pointed.index]} ...${{ interval, series, pointed }} />`}
      <figcaption class="only-read-out">${label}, ${counted(bars.length, "bar")}, ${full(total)} in total</figcaption>
    </figure>
  `;
}

/** @param {{ bar: Bar | undefined, interval: number, series: Series[], pointed: { left: number, width: number } }} props */
function Tip({ bar, interval, series, pointed }) {
  if (!bar) return null;
  const isRight = pointed.left > pointed.width / 2;
  const style = isRight ? { right: `${pointed.width - pointed.left + 12}px` } : { left: `${pointed.left + 12}px` };
  const end = bar.start + interval;
  const endText = isSameDay(bar.start, end) ? clock(end, { seconds: interval < 60_000 }) : dayAndClock(end);
  return html`
    <div class="chart-tip" style=${style} aria-hidden="true">
      <strong>${day(bar.start)}, ${clock(bar.start, { seconds: interval < 60_000 })}–${endText}</strong>
      <dl>
        ${series.filter((each) => bar.values[each.name]).reverse().map((each) => html`
          <dt>${each.label}</dt><dd>${full(bar.values[each.name] ?? 0)}</dd>
        `)}
        <dt>all</dt><dd>${full(sumOf(bar, series))}</dd>
      </dl>
    </div>
  `;
}

/** @param {Bar} bar @param {Series[]} series */
function sumOf(bar, series) {
  return series.reduce((sum, each) => sum + (bar.values[each.name] ?? 0), 0);
}

/**
 * As the chart takes them: times in seconds at the middle of the bars, then the series added up, the highest first so
 * that lower ones are painted over it.
 * @param {Bar[]} bars @param {Series[]} series @param {number} interval
 */
function stacked(bars, series, interval) {
  const sums = bars.map(() => 0);
  const layers = series.map((each) =>
    bars.map((bar, index) => {
      sums[index] = (sums[index] ?? 0) + (bar.values[each.name] ?? 0);
      return sums[index] || null;
    }));
  return [bars.map((bar) => (bar.start + interval / 2) / 1000), ...layers.reverse()];
}

/** The colour that a custom property stands for here and now. @param {Element} place @param {string} name */
function colorOf(place, name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/**
 * @param {{ width: number, height: number, series: Series[], interval: number, place: Element }} given
 * @returns {any}
 */
function chartOptions({ width, height, series, interval, place }) {
  const text = colorOf(place, "--text-3");
  const line = colorOf(place, "--line");
  const font = `11px ${getComputedStyle(place).fontFamily}`;
  const paths = uPlot.paths.bars({ size: [0.86, 40, 1], gap: 0 });
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 24, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 4 } },
    scales: {
      x: { time: true, range: (/** @type {any} */ plot, /** @type {number} */ low, /** @type {number} */ high) =>
        [low - interval / 2000, high + interval / 2000] },
      y: { range: (/** @type {any} */ plot, /** @type {number} */ low, /** @type {number} */ high) =>
        [0, Math.max(high, 1) * 1.05] },
    },
    axes: [
      { stroke: text, font, grid: { show: false }, ticks: { stroke: line, size: 4 }, size: 26, space: AXIS_GAP,
        values: (/** @type {any} */ plot, /** @type {number[]} */ at, /** @type {any} */ axis, /** @type {any} */ space,
          /** @type {number} */ step) => at.map((value) => tickText(value * 1000, step)) },
      { stroke: text, font, grid: { stroke: line, width: 1 }, ticks: { show: false }, size: 44, space: 34,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1e8, 1e9],
        values: (/** @type {any} */ plot, /** @type {number[]} */ at) => at.map((value) => compact(value)) },
    ],
    series: [
      {},
      ...series.map((each) => ({
        label: each.label, fill: colorOf(place, each.color), stroke: "transparent", width: 0, paths,
        points: { show: false },
      })).reverse(),
    ],
  };
}

/** @param {number} value @param {number} step seconds between ticks */
function tickText(value, step) {
  const isMidnight = new Date(value).getHours() === 0 && new Date(value).getMinutes() === 0;
  if (step >= DAY_SECONDS || (isMidnight && step >= MINUTE_SECONDS)) return day(value);
  return clock(value, { seconds: step < MINUTE_SECONDS, fraction: step < 1 });
}
