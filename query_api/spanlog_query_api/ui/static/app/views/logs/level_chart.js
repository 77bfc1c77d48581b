// The matching records over time, by level; a range dragged becomes the period.
import { html } from "../../../vendor/preact.js";
import { get } from "../../core/api.js";
import { chooseRange } from "../../core/period.js";
import { useResource } from "../../core/resource.js";
import { milliseconds } from "../../core/time.js";
import { LEVELS } from "../../components/level.js";
import { Problem } from "../../components/states.js";
import { TimeChart } from "../../components/time_chart.js";

const SERIES = LEVELS.map((level) => ({ name: level, label: level, color: `--mark-${level}` }));
const HEIGHT = 104;
const PHONE_HEIGHT = 76;
const LIVE_SECONDS = 5;
const BARS = 90;

/** @param {{ query: import("./log_query.js").LogQuery, turn: number, isPhone: boolean }} props turn: counts what else asks for a new look */
export function LevelChart({ query, turn, isPhone }) {
  const found = useResource(
    async (signal) => {
      const answer = await get("/logs/histogram", { ...query.asked(), bars: BARS }, signal);
      const bars = answer.bars.map((/** @type {any} */ bar) => ({ start: milliseconds(bar.start), values: bar }));
      return { bars, interval: answer.interval_seconds * 1000 };
    },
    [query.id, turn],
    { keepWhileChanging: true, pollSeconds: query.isLive ? LIVE_SECONDS : 0 },
  );
  // A mistake in the query is told where it is written.
  const isMistake = found.error && "status" in found.error && found.error.status === 422;
  return html`
    <div class="level-chart">
      ${found.error && !isMistake && html`<${Problem} error=${found.error} retry=${found.reload} />`}
      ${found.data && html`
        <${TimeChart} ...${found.data} series=${SERIES} label="Records over time" height=${isPhone ? PHONE_HEIGHT : HEIGHT} onSelect=${chooseRange} />
      `}
    </div>
  `;
}
