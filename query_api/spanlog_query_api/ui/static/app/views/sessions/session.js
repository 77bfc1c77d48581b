// One session on one time line: operations, records, errors, and what models used and cost.
import { html, useMemo, useState } from "../../../vendor/preact.js";
import { Icon } from "../../components/icon.js";
import { EmptyState, LoadingBar, Problem } from "../../components/states.js";
import { Ago, Moment } from "../../components/time.js";
import { ViewHead } from "../../components/view_head.js";
import { ApiProblem, get } from "../../core/api.js";
import { compact, counted, full } from "../../core/numbers.js";
import { useResource } from "../../core/resource.js";
import { navigate, viewAddress } from "../../core/router.js";
import { duration, milliseconds } from "../../core/time.js";
import { AgentLegend } from "../waterfall/agent_legend.js";
import { spansOf } from "../waterfall/spans.js";
import { costText } from "../waterfall/usage.js";
import { Waterfall } from "../waterfall/waterfall.js";
import { treeOf } from "./session_tree.js";

const PAGE = 1000;
const MOST = 10_000;
const NOT_FOUND = 404;
const POLL_SECONDS = 10;
const FRESH_MILLISECONDS = 300_000;

/**
 * All of it, up to a number of items.
 * @param {string} id @param {number} most @param {AbortSignal} signal
 */
async function readSession(id, most, signal) {
  const path = `/sessions/${encodeURIComponent(id)}`;
  let page = await get(path, { limit: PAGE }, signal);
  const { session, items } = page;
  while (page.next_cursor && items.length < most) {
    page = await get(path, { limit: PAGE, cursor: page.next_cursor }, signal);
    items.push(...page.items);
  }
  return { session, items, isWhole: !page.next_cursor };
}

/** @param {{ id: string }} props */
export function View({ id }) {
  const [most, setMost] = useState(MOST);
  const loaded = useResource((signal) => readSession(id, most, signal), [id, most], { keepWhileChanging: true });
  const { data } = loaded;
  const isMissing = loaded.error instanceof ApiProblem && loaded.error.status === NOT_FOUND;
  const leave = () => navigate(viewAddress("/ui/sessions"));
  const back = html`
    <a class="button bare icon-only" href=${viewAddress("/ui/sessions")} aria-label="Back to the list"><${Icon} name="left" /></a>
  `;
  return html`
    <${ViewHead} title=${id} tabTitle=${id.slice(0, 80)} before=${back} />
    ${loaded.error && !isMissing && html`<${Problem} error=${loaded.error} retry=${loaded.reload} />`}
    ${isMissing && html`<div class="card"><${EmptyState} title="There is no such session">
      <p>It has not come yet, or is not kept any more.</p>
      <button type="button" class="button" onClick=${loaded.reload}>Look again</button>
    <//></div>`}
    ${!data && loaded.isLoading && html`<${LoadingBar} />`}
    ${data && html`<${Session} key=${id} ...${data} leave=${leave} onMore=${() => setMost(most + MOST)} isLoading=${loaded.isLoading} />`}
    ${data && Date.now() - milliseconds(data.session.last_seen) < FRESH_MILLISECONDS && html`<${Follow} id=${id} loaded=${loaded} />`}
  `;
}

/** A run that goes on: its figures tell whether there is more. @param {{ id: string, loaded: import("../../core/resource.js").Resource<any> }} props */
function Follow({ id, loaded }) {
  const next = useResource((signal) => get(`/sessions/${encodeURIComponent(id)}`, { limit: 1 }, signal), [id], { pollSeconds: POLL_SECONDS });
  const [asked, setAsked] = useState("");
  const now = next.data?.session;
  const has = loaded.data?.session;
  const state = now ? `${now.log_count} ${now.span_count}` : "";
  if (now && has && state !== asked && state !== `${has.log_count} ${has.span_count}`) {
    setAsked(state);
    loaded.reload();
  }
  return null;
}

/** @param {{ session: any, items: any[], isWhole: boolean, isLoading: boolean, leave: () => void, onMore: () => void }} props */
function Session({ session, items, isWhole, isLoading, leave, onMore }) {
  const spans = useMemo(() => spansOf(treeOf(items), session.first_seen), [items, session]);
  // The period of the figures may begin or end at something that is on a later page.
  const length = useMemo(() => spans.reduce((longest, span) => Math.max(longest, span.to), session.duration_ms), [spans, session]);
  return html`
    <div class="session">
      <dl class="session-figures">
        <div><dt>When</dt><dd><${Moment} at=${session.first_seen} /></dd><dd class="faint"><${Ago} at=${session.last_seen} /></dd></div>
        <div><dt>Length</dt><dd>${duration(session.duration_ms)}</dd><dd class="faint">${counted(session.trace_count, "trace")}</dd></div>
        <div><dt>Spans</dt><dd>${full(session.span_count)}</dd><dd class="faint">${counted(session.log_count, "record")}</dd></div>
        <div><dt>Errors</dt><dd class=${session.error_count ? "level-error" : ""}>${full(session.error_count)}</dd><dd class="faint">${session.error_count ? "spans and records" : "none"}</dd></div>
        <div><dt>Tokens</dt><dd title=${`${full(session.input_tokens ?? 0)} given, ${full(session.output_tokens ?? 0)} got`}>${session.input_tokens === null && session.output_tokens === null ? "–" : `${compact(session.input_tokens ?? 0)} → ${compact(session.output_tokens ?? 0)}`}</dd><dd class="faint one-line">${session.models.join(", ") || "no model named"}</dd></div>
        <div><dt>Cost</dt><dd>${session.cost === null ? "–" : costText(session.cost)}</dd><dd class="faint">${session.cost === null ? "nobody says" : "as senders say"}</dd></div>
      </dl>
      <${Waterfall} spans=${spans} start=${session.first_seen} length=${length} label="The session over time" onLeave=${leave}>
        <${AgentLegend} spans=${spans} />
      <//>
      ${!isWhole && html`<p class="more"><span class="quiet">The first ${full(items.length)} of ${full(session.log_count + session.span_count)} are shown.</span>
        <button type="button" class="button" disabled=${isLoading} onClick=${onMore}>Show more</button></p>`}
    </div>
  `;
}
