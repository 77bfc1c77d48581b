// One agent: how much it logs over time, what fails, what it says, which runs it had.
import { html } from "../../../vendor/preact.js";
import { Icon } from "../../components/icon.js";
import { PeriodPicker } from "../../components/period_picker.js";
import { Problem, Skeleton } from "../../components/states.js";
import { TimeChart } from "../../components/time_chart.js";
import { Ago, Moment } from "../../components/time.js";
import { ViewHead } from "../../components/view_head.js";
import { get } from "../../core/api.js";
import { useKeys } from "../../core/keyboard.js";
import { compact, counted, full, percent } from "../../core/numbers.js";
import { chooseRange, currentPeriod } from "../../core/period.js";
import { useResource } from "../../core/resource.js";
import { navigate, viewAddress } from "../../core/router.js";
import { duration, milliseconds } from "../../core/time.js";
import { AgentErrors, AgentPatterns, AgentSessions } from "./agent_parts.js";
import { AgentState } from "./agent_state.js";
import { rateText } from "./rate.js";

const POLL_SECONDS = 15;
const BARS = 72;
/** @type {import("../../components/time_chart.js").Series[]} */
const SERIES = ["debug", "info", "warn", "error", "critical"].map((name) => ({ name, label: name, color: `--mark-${name}` }));

/** @param {{ id: string }} props */
export function View({ id }) {
  const period = currentPeriod();
  const poll = { pollSeconds: POLL_SECONDS };
  const agents = useResource((signal) => get("/logs/agents", {}, signal), [], poll);
  const histogram = useResource(
    (signal) => get("/logs/histogram", { ...period.bounds(), agent_id: id, bars: BARS }, signal), [id, period.id],
    { ...poll, keepWhileChanging: true },
  );
  const agent = agents.data?.find((/** @type {any} */ each) => each.agent_id === id);
  useKeys("Agent", [{ keys: "Escape", does: "back to the list", run: () => navigate(viewAddress("/ui/agents")) }]);
  const back = html`
    <a class="button bare icon-only" href=${viewAddress("/ui/agents")} aria-label="Back to the list"><${Icon} name="left" /></a>
  `;
  return html`
    <${ViewHead} title=${id || "(no name)"} tabTitle=${id.slice(0, 80)} before=${back}>
      ${agent && html`<${AgentState} agent=${agent} />`}
      <${PeriodPicker} />
    <//>
    <div class="agent-view">
      ${agents.error && html`<${Problem} error=${agents.error} retry=${agents.reload} />`}
      ${agent && html`<${Figures} agent=${agent} id=${id} />`}
      ${agents.data && !agent && html`<p class="quiet">No log record is known of it; its traces may be.
        <a href=${viewAddress("/ui/traces", { agent: id })}>Traces of ${id}</a></p>`}
      <section class="card" aria-label="Records over time">
        ${histogram.error && html`<${Problem} error=${histogram.error} retry=${histogram.reload} />`}
        ${histogram.data ? html`<${OverTime} histogram=${histogram.data} id=${id} />` : html`<${Skeleton} lines=${4} />`}
      </section>
      <div class="columns">
        <div class="column">
          <${AgentErrors} id=${id} period=${period} />
          <${AgentPatterns} id=${id} period=${period} />
        </div>
        <${AgentSessions} id=${id} period=${period} />
      </div>
    </div>
  `;
}

/** @param {{ agent: any, id: string }} props */
function Figures({ agent, id }) {
  return html`
    <dl class="agent-figures">
      <div><dt>Last seen</dt><dd><${Ago} at=${agent.last_activity} /></dd><dd class="faint"><${Moment} at=${agent.last_activity} /></dd></div>
      <div><dt>Records, 24 h</dt><dd title=${full(agent.records_24h)}>${compact(agent.records_24h)}</dd><dd class="faint">${rateText(agent.rate_per_minute)}</dd></div>
      <div><dt>Errors, 24 h</dt><dd class=${agent.errors_24h ? "level-error" : ""}>${full(agent.errors_24h)}</dd><dd class="faint">${percent(agent.error_rate)} of all</dd></div>
      <div><dt>Sessions, 24 h</dt><dd>${full(agent.sessions_24h)}</dd><dd class="faint"><a href=${viewAddress("/ui/sessions", { agent: id })}>all sessions</a></dd></div>
      <div><dt>Usual silence</dt><dd>${agent.usual_gap_seconds === null ? "–" : duration(agent.usual_gap_seconds * 1000)}</dd><dd class="faint">${agent.usual_gap_seconds === null ? "too few records to say" : "19 of 20 times at most"}</dd></div>
      <div><dt>Ever</dt><dd title=${full(agent.total)}>${compact(agent.total)}</dd><dd class="faint"><a href=${viewAddress("/ui/traces", { agent: id })}>traces</a></dd></div>
    </dl>
  `;
}

/** @param {{ histogram: any, id: string }} props */
function OverTime({ histogram, id }) {
  const interval = histogram.interval_seconds * 1000;
  const bars = histogram.bars.map((/** @type {any} */ bar) => ({ start: milliseconds(bar.start), values: bar }));
  return html`
    <header>
      <h2>${counted(histogram.total, "record")}</h2>
      <span class="faint">each bar ${duration(interval)}; drag to look closer</span>
      <a href=${viewAddress("/ui/logs", { q: queryOf(id) })}>In the logs</a>
    </header>
    <div class="inside"><${TimeChart} ...${{ bars, interval, series: SERIES, label: "Records", height: 120, onSelect: chooseRange }} /></div>
  `;
}

/** In the query language. @param {string} id */
export function queryOf(id) {
  return /^[\w.-]+$/.test(id) ? `agent_id:${id}` : `agent_id:${JSON.stringify(id)}`;
}
