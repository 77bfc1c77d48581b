// Above a waterfall: search within, how much of the tree, which kinds.
import { html, useEffect, useRef, useState } from "../../../vendor/preact.js";
import { Icon } from "../../components/icon.js";
import { counted, full } from "../../core/numbers.js";
import { setQuery } from "../../core/router.js";

/** @typedef {import("./spans.js").Span} Span */

const TYPING_MILLISECONDS = 200;

/** @param {{ tree: import("./use_tree.js").Tree, spans: Span[], length: number, hasCriticalPath: boolean, children?: any }} props */
export function Toolbar({ tree, spans, length, hasCriticalPath, children }) {
  const deepest = spans.reduce((most, span) => Math.max(most, span.depth), 0) + 1;
  const errors = spans.filter((span) => span.isError && (tree.hasRecords || !span.isLog));
  const hasSpans = spans.some((span) => !span.isLog);
  const hasLogs = spans.some((span) => span.isLog);
  return html`
    <div class="wf-tools">
      <${Find} tree=${tree} />
      ${deepest > 1 && html`
        <select class="field" aria-label="How many levels" value=${String(tree.depth || 0)}
          onChange=${(/** @type {any} */ event) => tree.foldTo(Number(event.target.value))}>
          <option value="0">All levels</option>
          ${Array.from({ length: Math.min(deepest, 9) - 1 }, (_, index) => html`
            <option value=${String(index + 1)}>${counted(index + 1, "level")}</option>`)}
        </select>
      `}
      ${hasLogs && html`
        <label class="wf-check"><input type="checkbox" checked=${tree.hasRecords}
          onChange=${() => setQuery({ records: tree.hasRecords ? "0" : null })} /> Records</label>
      `}
      ${errors.length > 0 && html`
        <button type="button" class="button small" title="Next error (e)" onClick=${() => tree.step(errors, 1)}>
          <${Icon} name="warning" />${counted(errors.length, "error")}
        </button>
      `}
      ${tree.isZoomed && html`
        <button type="button" class="button small" title="All of the time (0)" onClick=${() => tree.show(0, length)}>
          <${Icon} name="undo" />All of the time
        </button>
      `}
      ${children}
      ${hasCriticalPath && hasSpans && html`<span class="wf-hint" title="What the whole had to wait for: shortening anything else would not end it sooner."><i></i>critical path</span>`}
    </div>
  `;
}

/** @param {{ tree: import("./use_tree.js").Tree }} props */
function Find({ tree }) {
  const [text, setText] = useState(tree.find);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onInput = (/** @type {any} */ event) => {
    const { value } = event.target;
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery({ find: value }), TYPING_MILLISECONDS);
  };
  const onKeyDown = (/** @type {KeyboardEvent & { target: HTMLInputElement }} */ event) => {
    if (event.key === "Enter") {
      clearTimeout(timer.current);
      // What was typed a moment ago is looked for first, then stepped through.
      if (text.trim() === tree.find) tree.step(tree.found, event.shiftKey ? -1 : 1);
      else setQuery({ find: text });
    } else if (event.key === "Escape") {
      event.target.blur();
    } else {
      return;
    }
    event.preventDefault();
  };
  const at = tree.current ? tree.found.indexOf(tree.current) + 1 : 0;
  return html`
    <div class="wf-find">
      <input id="wf-find" class="field" type="search" placeholder="Search within  /" aria-label="Search within" value=${text}
        onInput=${onInput} onKeyDown=${onKeyDown} />
      ${tree.find && html`
        <span class="faint number" role="status">${at ? `${full(at)} of ` : ""}${full(tree.found.length)} found</span>
        <button type="button" class="button bare small icon-only" aria-label="Found before" title="Found before (N)"
          disabled=${!tree.found.length} onClick=${() => tree.step(tree.found, -1)}>↑</button>
        <button type="button" class="button bare small icon-only" aria-label="Next found" title="Next found (n)"
          disabled=${!tree.found.length} onClick=${() => tree.step(tree.found, 1)}>↓</button>
      `}
    </div>
  `;
}
