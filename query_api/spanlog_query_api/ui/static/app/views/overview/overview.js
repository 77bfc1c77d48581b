// Is everything all right? What is not stands first.
import { html, useEffect } from "../../../vendor/preact.js";
import { LoadingBar, Problem, Skeleton } from "../../components/states.js";
import { PeriodPicker } from "../../components/period_picker.js";
import { ViewHead } from "../../components/view_head.js";
import { get } from "../../core/api.js";
import { readIngest } from "../../core/ingest.js";
import { currentPeriod } from "../../core/period.js";
import { useResource } from "../../core/resource.js";
import { AgentStates } from "./agent_states.js";
import { ErrorHighlights } from "./error_highlights.js";
import { FirstSteps } from "./first_steps.js";
import { Figures } from "./figures.js";
import { OverTime } from "./over_time.js";
import { Verdict } from "./verdict.js";

const POLL_SECONDS = 10;
const WAITING_POLL_SECONDS = 2;

export function View() {
  const agents = useResource((signal) => get("/logs/agents", {}, signal), [], { pollSeconds: POLL_SECONDS });
  return html`
    <${ViewHead} title="Overview">${agents.data?.length > 0 && html`<${PeriodPicker} />`}<//>
    ${agents.error && html`<${Problem} error=${agents.error} retry=${agents.reload} />`}
    ${!agents.data && agents.isLoading && html`<${LoadingBar} />`}
    ${agents.data?.length === 0 && html`<${WaitingForRecords} reload=${agents.reload} />`}
    ${agents.data?.length > 0 && html`<${Overview} agents=${agents.data} />`}
  `;
}

/** Turns live with the first record. @param {{ reload: () => void }} props */
function WaitingForRecords({ reload }) {
  const found = useResource((signal) => get("/logs", { limit: 1 }, signal), [], { pollSeconds: WAITING_POLL_SECONDS });
  const isThere = Boolean(found.data?.items.length);
  useEffect(() => {
    if (isThere) reload();
  }, [isThere]);
  return html`<${FirstSteps} />`;
}

/** @param {{ agents: any[] }} props */
function Overview({ agents }) {
  const period = currentPeriod();
  const poll = { pollSeconds: POLL_SECONDS };
  const histogram = useResource(
    (signal) => get("/logs/histogram", { ...period.bounds(), bars: 72 }, signal), [period.id],
    { ...poll, keepWhileChanging: true },
  );
  const summary = useResource((signal) => get("/logs/summary", period.bounds(), signal), [period.id], poll);
  const ingest = useResource(readIngest, [], poll);
  const ready = useResource(readReadiness, [], poll);
  return html`
    <div class="overview">
      <${Verdict} summary=${summary.data} agents=${agents} ingest=${ingest.data} ready=${ready.data} />
      <${Figures} summary=${summary.data} agents=${agents} ingest=${ingest.data} period=${period} />
      <section class="card over-time">
        ${histogram.data
          ? html`<${OverTime} histogram=${histogram.data} />`
          : histogram.error ? html`<${Problem} error=${histogram.error} retry=${histogram.reload} />`
            : html`<${Skeleton} lines=${5} />`}
      </section>
      <div class="columns">
        <section class="card" aria-label="Errors to look at">
          ${summary.error
            ? html`<${Problem} error=${summary.error} retry=${summary.reload} />`
            : html`<${ErrorHighlights} summary=${summary.data} period=${period} />`}
        </section>
        <section class="card" aria-label="Agents"><${AgentStates} agents=${agents} /></section>
      </div>
    </div>
  `;
}

/** The parts that are not ready: the answer is the same with 200 and with 503. @param {AbortSignal} signal */
async function readReadiness(signal) {
  return get("/ready", {}, signal);
}
