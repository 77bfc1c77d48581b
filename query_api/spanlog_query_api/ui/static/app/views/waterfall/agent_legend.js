// Which colour is which agent.
import { html, useMemo } from "../../../vendor/preact.js";
import { viewAddress } from "../../core/router.js";
import { agentColors } from "./agent_colors.js";

const SHOWN = 8;

/** @param {{ spans: import("./spans.js").Span[] }} props */
export function AgentLegend({ spans }) {
  const colors = useMemo(() => agentColors(spans), [spans]);
  return html`
    ${[...colors].slice(0, SHOWN).map(([agent, color]) => html`
      <a key=${agent} class=${`wf-legend agent-${color}`} href=${viewAddress(`/ui/agents/${encodeURIComponent(agent)}`)}>
        <i class="wf-dot" aria-hidden="true"></i><span class="one-line">${agent || "(no name)"}</span></a>`)}
    ${colors.size > SHOWN && html`<span class="faint">and ${colors.size - SHOWN} more agents</span>`}
  `;
}
