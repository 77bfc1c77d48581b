// One trace: its spans and records as a tree over time.
import { html, useEffect, useMemo, useState } from "../../../vendor/preact.js";
import { CopyButton } from "../../components/copy_button.js";
import { Icon } from "../../components/icon.js";
import { EmptyState, LoadingBar, Problem } from "../../components/states.js";
import { Ago, Moment } from "../../components/time.js";
import { ViewHead } from "../../components/view_head.js";
import { ApiProblem, get } from "../../core/api.js";
import { counted } from "../../core/numbers.js";
import { useResource } from "../../core/resource.js";
import { navigate, viewAddress } from "../../core/router.js";
import { apiTime, duration, milliseconds } from "../../core/time.js";
import { AgentLegend } from "../waterfall/agent_legend.js";
import { spansOf, titleOf } from "../waterfall/spans.js";
import { Waterfall } from "../waterfall/waterfall.js";

const NOT_FOUND = 404;
const POLL_SECONDS = 5;
const FRESH_MILLISECONDS = 120_000;
// Reading 10,000 spans anew every few seconds would be work for nothing.
const MOST_FOLLOWED = 1000;

/** @param {{ id: string }} props */
export function View({ id }) {
  const [pollSeconds, setPollSeconds] = useState(0);
  const trace = useResource((signal) => get(`/traces/${encodeURIComponent(id)}`, {}, signal), [id], { pollSeconds });
  const { data } = trace;
  useEffect(() => setPollSeconds(pollSecondsOf(data)), [data]);
  const leave = () => navigate(viewAddress("/ui/traces"));
  const back = html`
    <a class="button bare icon-only" href=${viewAddress("/ui/traces")} aria-label="Back to the list"><${Icon} name="left" /></a>
  `;
  const first = data?.roots.find((/** @type {any} */ root) => root.kind !== "log") ?? data?.roots[0];
  const title = first ? titleOf(first).split("\n")[0] ?? "" : "Trace";
  const isMissing = trace.error instanceof ApiProblem && trace.error.status === NOT_FOUND;
  return html`
    <${ViewHead} title=${title} tabTitle=${title.slice(0, 80)} before=${back}>
      ${data && html`<span class="trace-id faint"><code class="one-line">${data.trace_id}</code><${CopyButton} text=${data.trace_id} label="Copy the trace's id" /></span>`}
    <//>
    ${trace.error && !isMissing && html`<${Problem} error=${trace.error} retry=${trace.reload} />`}
    ${isMissing && html`<div class="card"><${EmptyState} title="There is no such trace">
      <p>It has not come yet, or is not kept any more.</p>
      <button type="button" class="button" onClick=${trace.reload}>Look again</button>
    <//></div>`}
    ${!data && trace.isLoading && html`<${LoadingBar} />`}
    ${data && html`<${Trace} key=${data.trace_id} trace=${data} leave=${leave} />`}
  `;
}

/** A trace may still go on, for a while after the last that is known of it. @param {any} trace */
function pollSecondsOf(trace) {
  const isSmall = trace && trace.span_count + trace.log_count <= MOST_FOLLOWED;
  return isSmall && Date.now() - milliseconds(trace.end) < FRESH_MILLISECONDS ? POLL_SECONDS : 0;
}

/** @param {{ trace: any, leave: () => void }} props */
function Trace({ trace, leave }) {
  const spans = useMemo(() => spansOf(trace.roots, trace.start), [trace]);
  const warned = spans.filter((span) => span.warnings.length > 0).length;
  return html`
    <div class="trace">
      <p class="trace-facts">
        <span><${Moment} at=${trace.start} /> <span class="faint"><${Ago} at=${trace.start} /></span></span>
        <strong>${duration(trace.duration_ms)}</strong>
        <span>${counted(trace.span_count, "span")}, ${counted(trace.log_count, "record")}</span>
        ${trace.error_count > 0 && html`<span class="level-error">${counted(trace.error_count, "error")}</span>`}
        <${AgentLegend} spans=${spans} />
        <a class="end" href=${viewAddress("/ui/logs", { q: `trace_id:${trace.trace_id}`, period: null, ...around(trace) })}>In the logs</a>
      </p>
      ${trace.truncated && html`<p class="trace-note"><${Icon} name="warning" />There is more in this trace than is shown: the first 10,000 spans and records are.</p>`}
      ${warned > 0 && html`<p class="trace-note"><${Icon} name="warning" />${counted(warned, "span")} marked “!”: a parent is not stored, or clocks differ.</p>`}
      <${Waterfall} spans=${spans} start=${trace.start} length=${trace.duration_ms} label="Spans and records" traceId=${trace.trace_id} hasCriticalPath onLeave=${leave} />
    </div>
  `;
}

/** The period of a trace, whole seconds. @param {any} trace */
function around(trace) {
  return { since: apiTime(milliseconds(trace.start) - 1000), until: apiTime(milliseconds(trace.end) + 1000) };
}
