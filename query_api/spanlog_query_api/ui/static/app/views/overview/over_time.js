// Records over time, and errors alone below: among many records a few errors would not be seen.
import { html } from "../../../vendor/preact.js";
import { TimeChart } from "../../components/time_chart.js";
import { chooseRange } from "../../core/period.js";
import { duration, milliseconds } from "../../core/time.js";

/** @type {import("../../components/time_chart.js").Series[]} */
const ALL = [
  { name: "debug", label: "debug", color: "--mark-debug" },
  { name: "info", label: "info", color: "--mark-info" },
  { name: "warn", label: "warn", color: "--mark-warn" },
  { name: "error", label: "error", color: "--mark-error" },
  { name: "critical", label: "critical", color: "--mark-critical" },
];
const ERRORS = ALL.slice(3);

/** @param {{ histogram: any }} props */
export function OverTime({ histogram }) {
  const interval = histogram.interval_seconds * 1000;
  /** @type {import("../../components/time_chart.js").Bar[]} */
  const bars = histogram.bars.map((/** @type {any} */ bar) => ({ start: milliseconds(bar.start), values: bar }));
  const label = `each bar ${duration(interval)}`;
  return html`
    <header>
      <h2>Over time</h2>
      <ul class="legend" aria-hidden="true">
        ${ALL.map((each) => html`<li><i class=${`mark-${each.name}`}></i>${each.label}</li>`)}
      </ul>
      <span class="faint">${label}; drag to look closer</span>
    </header>
    <div class="charts">
      <h3>Records</h3>
      <${TimeChart} ...${{ bars, interval, series: ALL, label: "Records", height: 130, onSelect: chooseRange }} />
      <h3>Errors</h3>
      <${TimeChart} ...${{ bars, interval, series: ERRORS, label: "Errors", height: 84, onSelect: chooseRange }} />
    </div>
  `;
}
