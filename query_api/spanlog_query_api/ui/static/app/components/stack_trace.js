// A stack trace: the program's own code open, libraries folded; the text as it was logged on demand.
import { html, useMemo, useState } from "../../vendor/preact.js";
import { counted } from "../core/numbers.js";
import { parseStackTrace } from "../core/stack_trace.js";
import { LongText } from "./attributes.js";
import { CopyButton } from "./copy_button.js";

/** @typedef {import("../core/stack_trace.js").Frame} Frame */

const LINKS = { "direct cause": "caused by", "during handling": "raised while handling", "": "" };
const SHOWN_CHARACTERS = 4000;
const PACKAGE = /(?:site-packages|dist-packages|node_modules)[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/;
const STANDARD = /python3?[\d.]*[/\\]([^/\\]+)/;

/** @param {{ text: string, title?: string }} props */
export function StackTrace({ text, title = "Stack trace" }) {
  const [isRaw, setRaw] = useState(false);
  const chain = useMemo(() => parseStackTrace(text), [text]);
  return html`
    <header>
      <h2>${title}</h2>
      <span class="stack-buttons">
        ${chain && html`<button type="button" class="button bare small" aria-pressed=${isRaw ? "true" : "false"}
          onClick=${() => setRaw(!isRaw)}>${isRaw ? "Frames" : "As logged"}</button>`}
        <${CopyButton} text=${text} label="Copy the stack trace" />
      </span>
    </header>
    ${chain && !isRaw
      ? html`<div class="stack">${chain.map((raised, index) => html`
          <section key=${index}>
            <p class="raised logged mono">${raised.text.slice(0, SHOWN_CHARACTERS)}</p>
            <${Frames} frames=${raised.frames} />
            ${raised.link && html`<p class="faint link">${LINKS[/** @type {keyof typeof LINKS} */ (raised.link)]}</p>`}
          </section>
        `)}</div>`
      : html`<div class="inside mono"><${LongText} text=${text} shown=${SHOWN_CHARACTERS} /></div>`}
  `;
}

/** Own frames one by one, those of libraries between them folded. @param {{ frames: Frame[] }} props */
function Frames({ frames }) {
  /** @type {Frame[][]} */
  const runs = [];
  for (const frame of frames) {
    const last = runs.at(-1);
    if (last?.[0] && !last[0].isOwn && !frame.isOwn) last.push(frame);
    else runs.push([frame]);
  }
  // Without code of one's own there is nothing to put first.
  const isOpen = !frames.some((frame) => frame.isOwn);
  return html`
    <ol class="frames">
      ${runs.map((run, index) => (run[0]?.isOwn
        ? html`<li key=${index} class="own"><${OneFrame} frame=${run[0]} /></li>`
        : html`<li key=${index}><details open=${isOpen}>
            <summary>${counted(run.length, "frame")} of ${libraries(run)}</summary>
            ${run.map((frame) => html`<${OneFrame} frame=${frame} />`)}
          </details></li>`))}
    </ol>
  `;
}

/** @param {Frame[]} frames */
function libraries(frames) {
  const names = frames.map((frame) => {
    const found = PACKAGE.exec(frame.file) ?? STANDARD.exec(frame.file);
    return found?.[1]?.replace(/\.py$/, "") ?? "libraries";
  });
  return [...new Set(names)].slice(0, 3).join(", ");
}

/** @param {{ frame: Frame }} props */
function OneFrame({ frame }) {
  return html`
    <div class="frame">
      <p class="mono logged"><strong>${frame.where}</strong> <span class="faint">${frame.file}:${frame.line}</span></p>
      ${frame.source.length > 0 && html`<pre class="code">${frame.source.join("\n")}</pre>`}
    </div>
  `;
}
