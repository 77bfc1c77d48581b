// What belongs to one agent: its errors, its messages by their kind, its sessions.
import { html } from "../../../vendor/preact.js";
import { Badge } from "../../components/badge.js";
import { SparkBars } from "../../components/spark_bars.js";
import { Problem, Skeleton } from "../../components/states.js";
import { Ago } from "../../components/time.js";
import { get } from "../../core/api.js";
import { compact, counted, full } from "../../core/numbers.js";
import { useResource } from "../../core/resource.js";
import { viewAddress } from "../../core/router.js";
import { duration } from "../../core/time.js";
import { GroupState } from "../errors/group_state.js";

const SHOWN = 8;
const SHOWN_SESSIONS = 12;
const SHOWN_PATTERNS = 15;
const BUCKETS = 24;
const SHOWN_CHARACTERS = 300;
const LEVELS = ["critical", "error", "warn", "info", "debug"];
const POLL = { pollSeconds: 30 };

/** @typedef {{ id: string, period: import("../../core/period.js").Period }} PartProps */

/** @param {{ title: string, href?: string, all?: string, resource: import("../../core/resource.js").Resource<any>, empty: string, count: number, children?: any }} props */
function Part({ title, href, all, resource, empty, count, children }) {
  return html`
    <section class="card" aria-label=${title}>
      <header><h2>${title}</h2>${href && html`<a href=${href}>${all}</a>`}</header>
      ${resource.error && html`<${Problem} error=${resource.error} retry=${resource.reload} />`}
      ${resource.data ? (count ? children : html`<p class="inside quiet">${empty}</p>`) : !resource.error && html`<${Skeleton} />`}
    </section>
  `;
}

/** @param {PartProps} props */
export function AgentErrors({ id, period }) {
  const page = useResource(
    (signal) => get("/errors", { agent_id: id, ...period.bounds(), limit: SHOWN, sort: "count", buckets: BUCKETS }, signal), [id, period.id], POLL,
  );
  const each = page.data?.charts ? duration(page.data.charts.bucket_seconds * 1000) : "";
  return html`
    <${Part} title="Errors" resource=${page} count=${page.data?.items.length ?? 0} empty=${`None in the ${period.label}.`}
      href=${viewAddress("/ui/errors", { agent: id, status: "all" })} all=${page.data ? counted(page.data.total, "group") : ""}>
      <ul class="agent-lines">
        ${page.data?.items.map((/** @type {any} */ group) => html`
          <li key=${group.fingerprint}>
            <${GroupState} group=${group} />
            <a class="one-line" href=${viewAddress(`/ui/errors/${group.fingerprint}`)}>${group.type && html`<strong>${group.type.slice(0, SHOWN_CHARACTERS).split(".").at(-1)}</strong> `}${group.title.slice(0, SHOWN_CHARACTERS)}</a>
            ${group.bucket_counts && html`<${SparkBars} counts=${group.bucket_counts} label=${`each bar ${each}`} />`}
            <span class="number">${compact(group.count)}×</span>
          </li>`)}
      </ul>
    <//>
  `;
}

/** @param {PartProps} props */
export function AgentSessions({ id, period }) {
  const page = useResource(
    (signal) => get("/sessions", { agent_id: id, ...period.bounds(), limit: SHOWN_SESSIONS }, signal), [id, period.id], POLL,
  );
  return html`
    <${Part} title="Sessions" resource=${page} count=${page.data?.items.length ?? 0} empty=${`None in the ${period.label}.`}
      href=${viewAddress("/ui/sessions", { agent: id })} all="All sessions">
      <ul class="agent-lines">
        ${page.data?.items.map((/** @type {any} */ session) => html`
          <li key=${session.session_key}>
            <a class="one-line" href=${viewAddress(`/ui/sessions/${encodeURIComponent(session.session_key)}`)}>${session.session_key}</a>
            ${session.error_count > 0 && html`<${Badge} tone="error">${counted(session.error_count, "error")}<//>`}
            <span class="number quiet">${duration(session.duration_ms)}</span>
            <span class="number faint"><${Ago} at=${session.last_seen} bare /></span>
          </li>`)}
      </ul>
    <//>
  `;
}

/** @param {PartProps} props */
export function AgentPatterns({ id, period }) {
  const page = useResource(
    (signal) => get("/patterns", { agent_id: id, ...period.bounds(), limit: SHOWN_PATTERNS }, signal), [id, period.id], POLL,
  );
  const items = page.data?.items ?? [];
  const most = Math.max(1, ...items.map((/** @type {any} */ pattern) => pattern.count));
  return html`
    <${Part} title="What it says" resource=${page} count=${items.length} empty=${`Nothing in the ${period.label}.`}>
      <ul class="agent-lines patterns">
        ${items.map((/** @type {any} */ pattern) => {
          const level = LEVELS.find((name) => pattern.levels[name]) ?? "info";
          return html`
            <li key=${pattern.pattern}>
              <span class=${`level level-${level}`}>${level}</span>
              <a class="one-line mono" title=${pattern.example} href=${viewAddress("/ui/logs", { q: `pattern:${pattern.pattern}` })}>${pattern.template.slice(0, SHOWN_CHARACTERS)}</a>
              ${pattern.state === "new" && html`<${Badge} tone="info" title="Not seen in the period before.">new<//>`}
              ${pattern.change !== null && (pattern.change >= 2 || pattern.change <= 0.5) && html`<span class="faint number" title="than in the period before">${changeText(pattern.change)}</span>`}
              <meter min="0" max=${most} value=${pattern.count} aria-label=${counted(pattern.count, "record")}></meter>
              <span class="number" title=${full(pattern.count)}>${compact(pattern.count)}×</span>
            </li>`;
        })}
      </ul>
      ${page.data && page.data.total > items.length && html`<p class="inside faint">and ${page.data.total - items.length} more kinds of messages</p>`}
    <//>
  `;
}

/** @param {number} change */
function changeText(change) {
  const times = change >= 1 ? change : 1 / change;
  return `${times < 10 ? times.toFixed(1) : compact(Math.round(times))}× ${change >= 1 ? "more" : "less"}`;
}
