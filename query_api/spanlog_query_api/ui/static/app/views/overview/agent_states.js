// The agents: silent ones first, then those with errors.
import { html } from "../../../vendor/preact.js";
import { Badge } from "../../components/badge.js";
import { Ago } from "../../components/time.js";
import { counted } from "../../core/numbers.js";
import { viewAddress } from "../../core/router.js";
import { duration } from "../../core/time.js";

const SHOWN = 10;

/** @param {{ agents: any[] }} props */
export function AgentStates({ agents }) {
  const sorted = [...agents].sort((a, b) =>
    Number(b.is_silent) - Number(a.is_silent) || b.errors_24h - a.errors_24h || b.records_24h - a.records_24h);
  return html`
    <header>
      <h2>Agents</h2>
      <a href=${viewAddress("/ui/agents")}>All ${agents.length > SHOWN ? agents.length : ""} agents</a>
    </header>
    <ul class="highlights">
      ${sorted.slice(0, SHOWN).map((agent) => html`
        <li key=${agent.agent_id}>
          <a class="highlight agent" href=${viewAddress(`/ui/agents/${encodeURIComponent(agent.agent_id)}`)}>
            <span class=${`dot tone-${agent.is_silent ? "warn" : "good"}`}></span>
            <span class="what">
              <span class="one-line">${agent.agent_id || "(no name)"}</span>
              <span class="faint one-line">
                ${counted(agent.records_24h, "record")} in 24 h${agent.errors_24h > 0 && html`,${" "}<span class="level-error">${counted(agent.errors_24h, "error")}</span>`}
              </span>
            </span>
            ${agent.is_silent
              ? html`<${Badge} tone="warn" title=${`usually at most ${duration(agent.usual_gap_seconds * 1000)}`}>
                  silent ${duration(agent.silent_seconds * 1000)}<//>`
              : html`<span class="faint number"><${Ago} at=${agent.last_activity} /></span>`}
          </a>
        </li>
      `)}
    </ul>
  `;
}
