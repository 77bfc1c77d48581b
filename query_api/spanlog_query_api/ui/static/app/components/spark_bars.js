// A bar chart as small as a word.
import { html } from "../../vendor/preact.js";
import { counted } from "../core/numbers.js";

const HEIGHT = 24;
const STEP = 5;
const BAR = 4;
const LEAST = 2;

/** @param {{ counts: number[], label: string }} props label: what is counted and of when, to be read out */
export function SparkBars({ counts, label }) {
  const most = Math.max(1, ...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const text = `${label}: ${counted(total, "record")}, at most ${most} in one bar`;
  return html`
    <svg class="spark" viewBox=${`0 0 ${counts.length * STEP} ${HEIGHT}`} preserveAspectRatio="none" role="img"
      aria-label=${text}>
      ${counts.map((count, index) => {
        const height = count ? Math.max(LEAST, (count / most) * HEIGHT) : 1;
        return html`<rect class=${count ? "" : "none"} x=${index * STEP} y=${HEIGHT - height} width=${BAR} height=${height} />`;
      })}
    </svg>
  `;
}
