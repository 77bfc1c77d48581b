// Who logs: how much, with how many errors, and who has fallen silent.
import { html } from "../../../vendor/preact.js";
import { useSelection } from "../../components/selection.js";
import { EmptyState, LoadingBar, Problem } from "../../components/states.js";
import { Ago } from "../../components/time.js";
import { ViewHead } from "../../components/view_head.js";
import { get } from "../../core/api.js";
import { useKeys } from "../../core/keyboard.js";
import { compact, counted, full, percent } from "../../core/numbers.js";
import { useResource } from "../../core/resource.js";
import { navigate, queryValue, setQuery, viewAddress } from "../../core/router.js";
import { FilterField } from "../traces/filter_field.js";
import { AgentState } from "./agent_state.js";
import { rateText } from "./rate.js";

const POLL_SECONDS = 10;
const SHOWN = 500;

/** How each column is sorted, the greatest first. @type {Record<string, (agent: any) => number | string>} */
const KEYS = {
  state: (agent) => Number(agent.is_silent) * 1e15 + agent.errors_24h * 1e6 + agent.records_24h,
  last: (agent) => agent.last_activity,
  rate: (agent) => agent.rate_per_minute,
  errors: (agent) => agent.error_rate,
  sessions: (agent) => agent.sessions_24h,
  records: (agent) => agent.records_24h,
};

/** Where a column's class is not its name: views have those. @type {Record<string, string>} */
const COLUMNS = { state: "standing", errors: "failures", sessions: "runs" };

export function View() {
  const agents = useResource((signal) => get("/logs/agents", {}, signal), [], { pollSeconds: POLL_SECONDS });
  const search = queryValue("search").toLowerCase();
  const sort = queryValue("sort", "state");
  const key = KEYS[sort] ?? KEYS.state;
  const all = agents.data ?? [];
  const shown = all
    .filter((/** @type {any} */ agent) => agent.agent_id.toLowerCase().includes(search))
    .sort((/** @type {any} */ a, /** @type {any} */ b) => compare(key?.(b), key?.(a)) || compare(a.agent_id, b.agent_id))
    .slice(0, SHOWN);
  const { selected, select } = useSelection({
    title: "Agents", items: shown, idOf: (agent) => agent.agent_id, rowId: (agent) => `agent-${agent.agent_id}`,
    onOpen: (agent) => navigate(addressOf(agent)),
  });
  useKeys("Agents", [{ keys: "/", does: "search", run: () => document.getElementById("agent-search")?.focus() }]);
  const silent = all.filter((/** @type {any} */ agent) => agent.is_silent).length;
  return html`
    <${ViewHead} title="Agents" />
    <div class="agents-view">
      ${agents.error && html`<${Problem} error=${agents.error} retry=${agents.reload} />`}
      ${!agents.data && agents.isLoading && html`<${LoadingBar} />`}
      ${agents.data && (all.length
        ? html`
          <div class="bar">
            <${FilterField} id="agent-search" name="search" label="Search agents" placeholder="Search agents  /" />
            <span class="faint count">${counted(all.length, "agent")}${silent > 0 ? `, ${silent} silent` : ""}; figures of the last 24 hours</span>
          </div>
          ${shown.length
            ? html`<${Table} ...${{ agents: shown, selected, select, sort }} />`
            : html`<div class="card"><${EmptyState} title="No agent matches"><button type="button" class="button" onClick=${() => setQuery({ search: null })}>Clear the search</button><//></div>`}`
        : html`<div class="card"><${EmptyState} title="No agent yet"><p>An agent is whoever logs here; the <a href="/">overview</a> says how to begin.</p><//></div>`)}
    </div>
  `;
}

/** @param {any} a @param {any} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @param {any} agent */
function addressOf(agent) {
  return viewAddress(`/ui/agents/${encodeURIComponent(agent.agent_id)}`);
}

/** @param {{ agents: any[], selected: any, select: (agent: any) => void, sort: string }} props */
function Table({ agents, selected, select, sort }) {
  return html`
    <div class="card">
      <table class="rows agent-rows">
        <thead>
          <tr>
            <${Sorted} name="state" sort=${sort}>State<//>
            <th class="who">Agent</th>
            <${Sorted} name="records" sort=${sort} number>Records<//>
            <${Sorted} name="rate" sort=${sort} number>Rate<//>
            <${Sorted} name="errors" sort=${sort} number>Errors<//>
            <${Sorted} name="sessions" sort=${sort} number>Sessions<//>
            <${Sorted} name="last" sort=${sort} number>Last seen<//>
          </tr>
        </thead>
        <tbody>
          ${agents.map((agent) => html`
            <tr key=${agent.agent_id} id=${`agent-${agent.agent_id}`} class=${agent.is_silent ? "silent" : ""}
              aria-current=${agent === selected ? "true" : undefined} onClick=${() => select(agent)}>
              <td class="standing"><${AgentState} agent=${agent} /></td>
              <td class="who"><a class="one-line" href=${addressOf(agent)}>${agent.agent_id || "(no name)"}</a></td>
              <td class="number records" title=${full(agent.records_24h)}>${compact(agent.records_24h)}</td>
              <td class="number quiet rate">${rateText(agent.rate_per_minute)}</td>
              <td class=${`number failures ${agent.errors_24h ? "level-error" : "faint"}`}
                title=${counted(agent.errors_24h, "error")}>${agent.records_24h ? percent(agent.error_rate) : "–"}</td>
              <td class="number quiet runs">${full(agent.sessions_24h)}</td>
              <td class="number quiet last"><${Ago} at=${agent.last_activity} bare /></td>
            </tr>`)}
        </tbody>
      </table>
    </div>
  `;
}

/** @param {{ name: string, sort: string, number?: boolean, children?: any }} props */
function Sorted({ name, sort, number, children }) {
  const isCurrent = sort === name;
  return html`
    <th class=${`${COLUMNS[name] ?? name} ${number ? "number" : ""}`} aria-sort=${isCurrent ? "descending" : undefined}>
      <button type="button" class="link-like" onClick=${() => setQuery({ sort: name === "state" ? null : name })}>${children}${isCurrent ? " ↓" : ""}</button>
    </th>
  `;
}
