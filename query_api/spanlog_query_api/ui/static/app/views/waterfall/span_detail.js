// All about one span or record, beside the waterfall.
import { html, useEffect, useRef } from "../../../vendor/preact.js";
import { Attributes, LongText } from "../../components/attributes.js";
import { CopyButton } from "../../components/copy_button.js";
import { Icon } from "../../components/icon.js";
import { StackTrace } from "../../components/stack_trace.js";
import { Moment } from "../../components/time.js";
import { millisecondsBetween } from "../../core/nanoseconds.js";
import { counted, percent } from "../../core/numbers.js";
import { navigate, viewAddress } from "../../core/router.js";
import { apiTime, duration, milliseconds } from "../../core/time.js";
import { offsetText, titleOf } from "./spans.js";
import { zoomTo } from "./tree_keys.js";
import { usageText } from "./usage.js";

/** @typedef {import("./spans.js").Span} Span */

const KINDS = {
  span: "Span", log: "Record", operation: "Operation, known by its records", missing: "Span that is not stored",
};
const STACK = "exception.stacktrace";
const SHOWN_RECORDS = 50;
const MARGIN_MILLISECONDS = 60_000;

/**
 * @param {{ span: Span, spans: Span[], tree: import("./use_tree.js").Tree, start: string, length: number, traceId?: string,
 *   color: number, own: [number, number][] | undefined }} props
 */
export function SpanDetail({ span, spans, tree, start, length, traceId, color, own = [] }) {
  const { node } = span;
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (element.current) element.current.scrollTop = 0;
  }, [span.key]);
  const children = childrenOf(spans, span);
  const records = children.filter((child) => child.isLog);
  const critical = own.reduce((sum, [from, to]) => sum + to - from, 0);
  const usage = usageText(node);
  const { [STACK]: stack, ...attributes } = node.attributes;
  return html`
    <aside class=${`card wf-detail agent-${color}`} aria-label="Details" ref=${element}>
      <header>
        ${span.isLog ? html`<span class=${`level level-${node.level}`}>${node.level}</span>` : html`<i class="wf-dot" aria-hidden="true"></i>`}
        <h2 class="one-line" title=${titleOf(node)}>${titleOf(node)}</h2>
        <button type="button" class="button bare small icon-only" aria-label="Close" title="Close (Esc)" onClick=${tree.close}>
          <${Icon} name="close" />
        </button>
      </header>
      ${span.warnings.map((warning) => html`<p class="wf-warning"><${Icon} name="warning" />${warning}</p>`)}
      <dl class="facts inside">
        <dt>Kind</dt><dd>${KINDS[node.kind]}</dd>
        <dt>Agent</dt><dd><a class="logged" href=${viewAddress(`/ui/agents/${encodeURIComponent(node.agent_id)}`)}>${node.agent_id || "(no name)"}</a></dd>
        <dt>${span.isLog ? "At" : "Start"}</dt><dd><${Moment} at=${node.start} fraction /> <span class="faint">${offsetText(span.from)}</span></dd>
        ${node.duration_ms !== null && html`<dt>Length</dt><dd>${duration(node.duration_ms)} <span class="faint">${percent(node.duration_ms / length)} of all</span></dd>`}
        ${!span.isLog && children.length > records.length && html`<dt>Its own</dt><dd>${duration(ownTime(span, children))} <span class="faint">in none of its spans</span></dd>`}
        ${critical > 0 && html`<dt>Critical</dt><dd>${duration(critical)} <span class="faint">on the critical path</span></dd>`}
        ${node.status && html`<dt>Status</dt><dd class=${span.isError ? "level-error" : ""}>${node.status}</dd>`}
        ${span.isLog && node.name && html`<dt>Logger</dt><dd class="logged">${node.name.slice(0, 500)}</dd>`}
        ${usage && html`<dt>Used</dt><dd>${usage}</dd>`}
        <dt>Id</dt><dd class="wf-id"><code class="one-line">${node.id}</code><${CopyButton} text=${node.id} label="Copy the id" /></dd>
      </dl>
      ${node.message && html`<div class="inside part"><p class="logged wf-message"><${LongText} text=${node.message} /></p></div>`}
      <div class="wf-links inside part">${linksOf({ span, traceId, tree, length })}</div>
      ${stack && html`<div class="part wf-stack"><${StackTrace} text=${String(stack)} /></div>`}
      ${Object.keys(attributes).length > 0 && html`
        <div class="inside part">
          <h3>Attributes</h3>
          <${Attributes} values=${attributes} onName=${(/** @type {string} */ name, /** @type {string} */ value) => navigate(like(span, name, value))} />
        </div>
      `}
      ${node.events.length > 0 && html`<div class="inside part"><h3>${counted(node.events.length, "event")}</h3>
        ${node.events.map((event, index) => html`<${Event} key=${index} event=${event} start=${start} />`)}</div>`}
      ${node.links.length > 0 && html`<div class="inside part"><h3>${counted(node.links.length, "link")}</h3>
        <ul>${node.links.map((link, index) => html`<${Link} key=${index} link=${link} traceId=${traceId} />`)}</ul></div>`}
      ${records.length > 0 && html`
        <div class="inside part">
          <h3>${counted(records.length, "record")} in it</h3>
          <ul class="wf-records">${records.slice(0, SHOWN_RECORDS).map((record) => html`
            <li key=${record.key}>
              <span class=${`level level-${record.node.level}`}>${record.node.level}</span>
              <button type="button" class="link-like logged" onClick=${() => tree.go(record)}>${titleOf(record.node)}</button>
              <span class="faint number">${offsetText(record.from)}</span>
            </li>`)}</ul>
          ${records.length > SHOWN_RECORDS && html`<p class="faint">and ${records.length - SHOWN_RECORDS} more</p>`}
        </div>
      `}
    </aside>
  `;
}

/** Where one goes from here. @param {{ span: Span, traceId?: string, tree: import("./use_tree.js").Tree, length: number }} given */
function linksOf({ span, traceId, tree, length }) {
  const node = /** @type {any} */ (span.node);
  const trace = node.trace_id ?? traceId;
  return html`
    ${span.isLog
      ? html`<a class="button small" href=${viewAddress(`/ui/logs/${node.id}`)}><${Icon} name="logs" />Record</a>`
      : html`<a class="button small" href=${viewAddress("/ui/logs", { q: `span_id:${node.id}`, period: null, ...around(span) })}><${Icon} name="logs" />Logs</a>
          <button type="button" class="button small" title="z" onClick=${() => zoomTo(tree, span, length)}><${Icon} name="search" />Its time alone</button>`}
    ${!traceId && trace && html`<a class="button small" href=${viewAddress(`/ui/traces/${trace}`, { span: node.id })}><${Icon} name="traces" />Trace</a>`}
    ${node.fingerprint && html`<a class="button small" href=${viewAddress(`/ui/errors/${node.fingerprint}`)}><${Icon} name="errors" />Error group</a>`}
  `;
}

/** The period of a span; a record of it may be late. @param {Span} span */
function around({ node, from, to }) {
  const start = milliseconds(node.start);
  return { since: apiTime(start - MARGIN_MILLISECONDS), until: apiTime(start + to - from + MARGIN_MILLISECONDS) };
}

/** Traces, or records, that have the same value. @param {Span} span @param {string} name @param {string} value */
function like(span, name, value) {
  if (!span.isLog) return viewAddress("/ui/traces", { attr: `${name}=${value}` });
  const isPlain = /^[\w.-]+$/.test(name);
  return viewAddress("/ui/logs", { q: isPlain ? `attr.${name}:${JSON.stringify(value)}` : JSON.stringify(value) });
}

/** @param {{ event: any, start: string }} props */
function Event({ event, start }) {
  const { [STACK]: stack, ...attributes } = event.attributes;
  return html`
    <div class="wf-event">
      <p><strong class="logged">${event.name}</strong> <span class="faint" title=${event.time}>${offsetText(millisecondsBetween(start, event.time))}</span></p>
      <${Attributes} values=${attributes} />
      ${stack && html`<${StackTrace} text=${String(stack)} />`}
    </div>
  `;
}

/** @param {{ link: any, traceId?: string }} props */
function Link({ link, traceId }) {
  const isHere = link.trace_id === traceId;
  return html`
    <li>
      <a class="mono one-line" href=${viewAddress(`/ui/traces/${encodeURIComponent(link.trace_id)}`, { span: link.span_id })}>${isHere ? "this trace" : link.trace_id} · ${link.span_id}</a>
      <${Attributes} values=${link.attributes} />
    </li>
  `;
}

/** @param {Span[]} spans @param {Span} span */
function childrenOf(spans, span) {
  const children = [];
  for (let index = span.index + 1; index < span.end;) {
    const child = /** @type {Span} */ (spans[index]);
    children.push(child);
    index = child.end;
  }
  return children;
}

/** What of its time none of its spans covers, in milliseconds. @param {Span} span @param {Span[]} children */
function ownTime(span, children) {
  let covered = 0;
  let at = span.from;
  for (const child of children.filter((each) => !each.isLog).toSorted((a, b) => a.from - b.from)) {
    const from = Math.max(at, child.from);
    const to = Math.min(span.to, child.to);
    if (to > from) {
      covered += to - from;
      at = to;
    }
  }
  return Math.max(0, span.to - span.from - covered);
}
