// Sessions: runs and conversations, what they did, used and cost.
import { html } from "../../../vendor/preact.js";
import { Choices } from "../../components/choices.js";
import { PeriodPicker } from "../../components/period_picker.js";
import { useSelection } from "../../components/selection.js";
import { EmptyState, LoadingBar, Problem } from "../../components/states.js";
import { Ago } from "../../components/time.js";
import { ViewHead } from "../../components/view_head.js";
import { get } from "../../core/api.js";
import { compact, counted, full } from "../../core/numbers.js";
import { currentPeriod } from "../../core/period.js";
import { useResource } from "../../core/resource.js";
import { navigate, queryValue, setQuery, viewAddress } from "../../core/router.js";
import { duration } from "../../core/time.js";
import { FilterField } from "../traces/filter_field.js";
import { costText } from "../waterfall/usage.js";

const POLL_SECONDS = 15;
const PAGE = 100;
const MOST = 1000;
const SHOWN_AGENTS = 3;

const ERRORS = [
  { value: "", label: "All" },
  { value: "true", label: "With errors" },
  { value: "false", label: "Without" },
];

export function View() {
  const period = currentPeriod();
  const asked = {
    agent_id: queryValue("agent"), error: queryValue("error"), limit: Math.min(MOST, Number(queryValue("show")) || PAGE),
  };
  const page = useResource((signal) => get("/sessions", { ...asked, ...period.bounds() }, signal), [asked, period.id], {
    pollSeconds: period.isLive ? POLL_SECONDS : 0, keepWhileChanging: true,
  });
  const agents = useResource((signal) => get("/logs/agents", {}, signal), []);
  const sessions = page.data?.items ?? [];
  const { selected, select } = useSelection({
    title: "Sessions", items: sessions, idOf: (session) => session.session_key, rowId: (session) => `session-${session.session_key}`,
    onOpen: (session) => navigate(addressOf(session)),
  });
  const names = (agents.data ?? []).slice(0, 300).map((/** @type {any} */ agent) => agent.agent_id).filter(Boolean);
  return html`
    <${ViewHead} title="Sessions"><${PeriodPicker} /><//>
    <div class="sessions">
      <div class="bar">
        <${FilterField} name="agent" label="Agent" choices=${names} />
        <${Choices} label="Errors" value=${asked.error} options=${ERRORS} onChoose=${(/** @type {string} */ error) => setQuery({ error }, { replace: false })} />
        <span class="faint count">${page.data ? `${counted(sessions.length, "session")}${page.data.next_cursor ? ", and more" : ""}` : ""}</span>
      </div>
      ${page.error && html`<${Problem} error=${page.error} retry=${page.reload} />`}
      ${page.isLoading && !page.data && html`<${LoadingBar} />`}
      ${page.data && (sessions.length ? html`<${Table} ...${{ sessions, selected, select }} />` : html`<${Nothing} period=${period} />`)}
      ${page.data?.next_cursor && html`
        <p class="more"><button type="button" class="button" disabled=${asked.limit >= MOST}
          onClick=${() => setQuery({ show: String(Math.min(MOST, asked.limit + PAGE)) })}>Show more</button></p>
      `}
    </div>
  `;
}

/** @param {any} session */
function addressOf(session) {
  return viewAddress(`/ui/sessions/${encodeURIComponent(session.session_key)}`);
}

/** @param {{ period: any }} props */
function Nothing({ period }) {
  const isFiltered = Boolean(queryValue("agent") || queryValue("error"));
  return html`
    <div class="card">
      <${EmptyState} title=${isFiltered ? "No session matches" : "No session yet"}>
        <p>${isFiltered
          ? "With other filters or in a longer period there may be."
          : html`In the ${period.label}. A session is one run of an agent, or one conversation: what carries the same <code>session.id</code> or <code>gen_ai.conversation.id</code>.`}</p>
        ${isFiltered && html`<button type="button" class="button" onClick=${() => setQuery({ agent: null, error: null })}>Clear the filters</button>`}
      <//>
    </div>
  `;
}

/** @param {{ sessions: any[], selected: any, select: (session: any) => void }} props */
function Table({ sessions, selected, select }) {
  return html`
    <div class="card">
      <table class="rows session-rows">
        <thead>
          <tr>
            <th class="who">Session</th>
            <th class="agents">Agents</th>
            <th class="number took">Length</th>
            <th class="number spans">Spans</th>
            <th class="number records">Records</th>
            <th class="number failed">Errors</th>
            <th class="number tokens" title="Given to models → got from them">Tokens</th>
            <th class="number cost">Cost</th>
            <th class="number last">Last</th>
          </tr>
        </thead>
        <tbody>
          ${sessions.map((session) => {
            const more = session.agents.length - SHOWN_AGENTS;
            return html`
              <tr key=${session.session_key} id=${`session-${session.session_key}`} aria-current=${session === selected ? "true" : undefined}
                onClick=${() => select(session)}>
                <td class="who"><a class="one-line" href=${addressOf(session)}>${session.session_key}</a></td>
                <td class="agents quiet"><span class="one-line">${session.agents.slice(0, SHOWN_AGENTS).join(", ")}${more > 0 ? ` +${more}` : ""}</span></td>
                <td class="number quiet took">${duration(session.duration_ms)}</td>
                <td class="number quiet spans">${full(session.span_count)}</td>
                <td class="number quiet records">${full(session.log_count)}</td>
                <td class="number failed">${session.error_count > 0 && html`<span class="badge tone-error">${full(session.error_count)}<span class="phone-only"> ${session.error_count === 1 ? "error" : "errors"}</span></span>`}</td>
                <td class="number quiet tokens">${tokensText(session)}</td>
                <td class="number quiet cost">${session.cost === null ? "" : costText(session.cost)}</td>
                <td class="number quiet last"><${Ago} at=${session.last_seen} bare /></td>
              </tr>`;
          })}
        </tbody>
      </table>
    </div>
  `;
}

/** @param {any} session */
function tokensText(session) {
  if (session.input_tokens === null && session.output_tokens === null) return "";
  return `${compact(session.input_tokens ?? 0)} → ${compact(session.output_tokens ?? 0)}`;
}
