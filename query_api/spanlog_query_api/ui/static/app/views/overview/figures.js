// The numbers that one looks for first.
import { html } from "../../../vendor/preact.js";
import { Ago } from "../../components/time.js";
import { compact, counted, full, percent } from "../../core/numbers.js";
import { viewAddress } from "../../core/router.js";
import { duration } from "../../core/time.js";

/** @param {{ summary: any, agents: any[], ingest: import("../../core/ingest.js").Ingest | undefined, period: any }} props */
export function Figures({ summary, agents, ingest, period }) {
  const errors = summary ? summary.by_level.error + summary.by_level.critical : 0;
  const silent = agents.filter((agent) => agent.is_silent).length;
  const last = agents.map((agent) => agent.last_activity).sort().at(-1);
  const losses = ingest ? lossesOf(ingest) : [];
  return html`
    <dl class="figures">
      <${Figure} name="Records" about=${period.label} href=${viewAddress("/ui/logs")}>
        ${summary ? html`<span title=${full(summary.total)}>${compact(summary.total)}</span>` : "…"}
      <//>
      <${Figure} name="Errors" tone=${errors ? "error" : ""} href=${viewAddress("/ui/errors")}
        about=${summary ? `${summary.total ? percent(errors / summary.total) : "0 %"} of all, ${full(summary.unresolved_total)} open` : ""}>
        ${summary ? html`<span title=${full(errors)}>${compact(errors)}</span>` : "…"}
      <//>
      <${Figure} name="Agents" tone=${silent ? "warn" : ""} href=${viewAddress("/ui/agents")}
        about=${silent ? `${silent} silent` : "none silent"}>${full(agents.length)}<//>
      <${Figure} name="Last record" about="of all agents">${last && html`<${Ago} at=${last} />`}<//>
      <${Figure} name="Ingest lag" about=${ingest?.waitingBytes ? `${compact(ingest.waitingBytes)} bytes wait` : "nothing waits"}>
        ${ingest ? (ingest.lagSeconds ? duration(ingest.lagSeconds * 1000) : "0 s") : "…"}
      <//>
      <${Figure} name="Not stored" tone=${losses.length ? "warn" : ""}
        about=${losses.length ? losses.map(([, words]) => words).join(", ") : "nothing dropped"}>
        ${ingest ? full(losses.reduce((sum, [count]) => sum + count, 0)) : "…"}
      <//>
    </dl>
  `;
}

/**
 * What was not stored, by where it was lost: how much, and in words.
 * @param {import("../../core/ingest.js").Ingest} ingest @returns {[number, string][]}
 */
function lossesOf(ingest) {
  /** @type {[number, string][]} */
  const losses = [
    [ingest.lostByHandlers, `${counted(ingest.lostByHandlers, "record")} lost by senders`],
    [ingest.refused, `${counted(ingest.refused, "request")} refused`],
    [ingest.quarantined, `${counted(ingest.quarantined, "message")} set aside`],
  ];
  return losses.filter(([count]) => count);
}

/** @param {{ name: string, about?: string, tone?: string, href?: string, children?: any }} props */
function Figure({ name, about, tone = "", href, children }) {
  return html`
    <div class="figure">
      <dt>${href ? html`<a href=${href}>${name}</a>` : name}</dt>
      <dd class=${`value ${tone ? `level-${tone}` : ""}`}>${children}</dd>
      <dd class="about">${about}</dd>
    </div>
  `;
}
