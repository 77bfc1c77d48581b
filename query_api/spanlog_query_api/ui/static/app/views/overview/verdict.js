// One line that answers the question of the page.
import { html } from "../../../vendor/preact.js";
import { counted } from "../../core/numbers.js";
import { viewAddress } from "../../core/router.js";
import { duration } from "../../core/time.js";
import { isOpen } from "./error_highlights.js";

const LONG_LAG_SECONDS = 10;

/** @typedef {{ tone: "error" | "warn", text: string, href?: string }} Concern */

/** @param {{ summary: any, agents: any[], ingest: import("../../core/ingest.js").Ingest | undefined, ready: any }} props */
export function Verdict({ summary, agents, ingest, ready }) {
  if (!summary) return html`<div class="verdict"><span class="dot"></span><strong>Looking …</strong></div>`;
  const concerns = concernsOf({ summary, agents, ingest, ready });
  const tone = concerns.some((each) => each.tone === "error") ? "error" : concerns.length ? "warn" : "good";
  return html`
    <div class=${`verdict tone-${tone}`} role="status">
      <span class=${`dot tone-${tone}`}></span>
      ${concerns.length
        ? html`<ul>${concerns.map((each) => html`
            <li class=${`tone-${each.tone}`}>${each.href ? html`<a href=${each.href}>${each.text}</a>` : each.text}</li>
          `)}</ul>`
        : html`<strong>All is well</strong>
            <span class="quiet">no new or regressed error, every agent as usual, everything stored</span>`}
    </div>
  `;
}

/** @param {{ summary: any, agents: any[], ingest: any, ready: any }} given @returns {Concern[]} */
function concernsOf({ summary, agents, ingest, ready }) {
  /** @type {Concern[]} */
  const concerns = [];
  for (const [name, part] of Object.entries(ready?.parts ?? {})) {
    if (!part.ready) concerns.push({ tone: "error", text: `${name} is not ready: ${part.detail}` });
  }
  if (summary.regressed_total) {
    concerns.push({
      tone: "error", text: `${counted(summary.regressed_total, "error")} came back after being resolved`,
      href: viewAddress("/ui/errors", { status: "regressed" }),
    });
  }
  // The list is cut at some length; a new error that somebody dealt with is no concern.
  const fresh = summary.new_total > summary.new.length ? summary.new_total : summary.new.filter(isOpen).length;
  if (fresh) {
    concerns.push({
      tone: "error", text: counted(fresh, "new error"), href: viewAddress("/ui/errors", { status: "new" }),
    });
  }
  const silent = agents.filter((agent) => agent.is_silent);
  if (silent.length) {
    const names = silent.slice(0, 3).map((agent) => agent.agent_id).join(", ");
    concerns.push({
      tone: "warn", text: `${names}${silent.length > 3 ? ` and ${silent.length - 3} more` : ""} silent for longer than usual`,
      href: viewAddress("/ui/agents"),
    });
  }
  if (ingest && ingest.lagSeconds > LONG_LAG_SECONDS) {
    concerns.push({ tone: "warn", text: `records wait ${duration(ingest.lagSeconds * 1000)} for the store` });
  }
  if (ingest?.quarantined) {
    concerns.push({ tone: "error", text: `${counted(ingest.quarantined, "message")} set aside: the store did not take them` });
  }
  if (ingest?.refused) {
    concerns.push({ tone: "warn", text: `${counted(ingest.refused, "request")} refused since the start` });
  }
  if (ingest?.lostByHandlers) {
    concerns.push({
      tone: "warn", text: `${counted(ingest.lostByHandlers, "record")} lost by senders since the start`,
      // Each report of a loss is a record of its sender.
      href: viewAddress("/ui/logs", { q: "spanlog.dropped.total:>0" }),
    });
  }
  return concerns;
}
