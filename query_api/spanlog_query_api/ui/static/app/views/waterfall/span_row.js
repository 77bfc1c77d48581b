// One span or record: its place in the tree, and its place in time.
import { html } from "../../../vendor/preact.js";
import { Icon } from "../../components/icon.js";
import { full } from "../../core/numbers.js";
import { duration } from "../../core/time.js";
import { offsetText, titleOf } from "./spans.js";

/** @typedef {import("./spans.js").Span} Span */

const STEEP_LEVELS = 12;
const FLAT_LEVELS = 40;

/**
 * @param {{ span: Span, color: number, shown: [number, number], own: [number, number][] | undefined, isCurrent: boolean,
 *   isFound: boolean, isOpen: boolean, canOpen: boolean, onToggle: (span: Span) => void, onChoose: (span: Span) => void }} props
 *   own: its stretches of the critical path
 */
export function SpanRow({ span, color, shown, own, isCurrent, isFound, isOpen, canOpen, onToggle, onChoose }) {
  const { node } = span;
  const title = titleOf(node);
  const below = span.end - span.index - 1;
  const names = ["wf-row", `agent-${color}`, span.isLog ? "is-log" : "is-span", span.isError ? "is-error" : "", isFound ? "is-found" : ""];
  // Deep below, steps are smaller: there has to be room for a name.
  const indent = Math.min(span.depth, STEEP_LEVELS) * 14 + Math.max(0, Math.min(span.depth - STEEP_LEVELS, FLAT_LEVELS)) * 3;
  const toggle = (/** @type {Event} */ event) => {
    event.stopPropagation();
    onToggle(span);
  };
  return html`
    <div class=${names.join(" ")} id=${`wf-${span.index}`} role="treeitem" aria-level=${span.depth + 1}
      aria-expanded=${canOpen ? (isOpen ? "true" : "false") : undefined} aria-selected=${isCurrent ? "true" : "false"}
      onClick=${() => onChoose(span)}>
      <div class="wf-name" style=${{ paddingLeft: `${indent}px` }}>
        ${canOpen
          ? html`<button type="button" class="wf-toggle" tabindex="-1" aria-label=${isOpen ? "Collapse" : "Expand"} onClick=${toggle}>
              <${Icon} name=${isOpen ? "down" : "right"} /></button>`
          : html`<span class="wf-toggle"></span>`}
        ${span.isLog
          ? html`<span class=${`level level-${node.level}`}>${node.level}</span>`
          : html`<i class="wf-dot" aria-hidden="true"></i>`}
        ${span.isError && !span.isLog && html`<span class="wf-mark" title="error"><${Icon} name="warning" /><span class="only-read-out">error</span></span>`}
        ${span.warnings.length > 0 && html`<span class="badge tone-warn" title=${span.warnings.join("\n")}>!<span class="only-read-out"> ${span.warnings.join(" ")}</span></span>`}
        <span class="wf-title one-line" title=${title}>${title}</span>
        ${!isOpen && below > 0 && html`<span class=${`badge ${span.errorsBelow ? "tone-error" : ""}`}>+${full(below)}</span>`}
        ${span.usage && html`<span class="wf-usage faint">${span.usage}</span>`}
        ${!span.isLog && span.agentChanges && html`<span class="wf-agent faint one-line">${node.agent_id}</span>`}
      </div>
      <div class="wf-length number">${span.isLog
        ? html`<span class="faint" title="after the start">${offsetText(span.from)}</span>`
        : node.duration_ms === null ? html`<span class="faint" title="not known">–</span>` : duration(node.duration_ms)}</div>
      <div class="wf-track">${span.isLog ? html`<${Point} ...${{ span, shown }} />` : html`<${Bar} ...${{ span, shown, own }} />`}</div>
    </div>
  `;
}

/** @param {{ span: Span, shown: [number, number], own: [number, number][] | undefined }} props */
function Bar({ span, shown: [from, to], own = [] }) {
  if (span.to < from || span.from > to) return null;
  const place = (/** @type {number} */ start, /** @type {number} */ end) => {
    // Cut at the edges: a bar of a million pixels is none.
    const left = (Math.max(start, from) - from) / (to - from);
    const right = (Math.min(end, to) - from) / (to - from);
    return { left: `${left * 100}%`, width: `${(right - left) * 100}%` };
  };
  return html`
    <i class="wf-bar" style=${place(span.from, span.to)}></i>
    ${own.filter(([start, end]) => end > from && start < to).map(([start, end]) => html`
      <i class="wf-critical" style=${place(start, end)}></i>`)}
  `;
}

/** @param {{ span: Span, shown: [number, number] }} props */
function Point({ span, shown: [from, to] }) {
  if (span.from < from || span.from > to) return null;
  return html`<i class=${`wf-point mark-${span.node.level}`} style=${{ left: `${((span.from - from) / (to - from)) * 100}%` }}></i>`;
}
