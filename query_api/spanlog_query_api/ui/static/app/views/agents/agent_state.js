// Whether an agent logs as it usually does.
import { html } from "../../../vendor/preact.js";
import { Badge } from "../../components/badge.js";
import { duration } from "../../core/time.js";

/** @param {{ agent: any }} props */
export function AgentState({ agent }) {
  const usual = agent.usual_gap_seconds === null
    ? "It has logged too seldom to say what is usual."
    : `It usually says nothing for at most ${duration(agent.usual_gap_seconds * 1000)}.`;
  if (agent.is_silent) return html`<${Badge} tone="warn" title=${usual}>silent ${duration(agent.silent_seconds * 1000)}<//>`;
  if (agent.usual_gap_seconds === null) return html`<${Badge} title=${usual}>seen ${agent.records_24h ? "today" : "before"}<//>`;
  return html`<${Badge} tone="good" title=${usual}>as usual<//>`;
}
