// One record in the list: a line to look over, in the order time, level, agent, message, attributes.
import { html } from "../../../vendor/preact.js";
import { Level } from "../../components/level.js";
import { clock, day, isSameDay, milliseconds, zoneAt } from "../../core/time.js";
import { RecordText } from "./record_text.js";

const SHOWN_ATTRIBUTES = 6;
const SHOWN_CHARACTERS = 60;
// Told as one, or too long for a line.
const NOT_SHOWN = new Set(["exception.type", "exception.message", "exception.stacktrace"]);

/** The record's element. @param {string} id */
export function rowElementId(id) {
  return `record-${id}`;
}

/** @param {{ at: string, hasDay: boolean }} props */
export function RowTime({ at, hasDay }) {
  const value = milliseconds(at);
  const title = `${day(value)}, ${clock(value, { fraction: true })} ${zoneAt(value)}\n${at.replace("T", " ").replace("Z", "")} UTC`;
  return html`
    <time datetime=${at} title=${title}>
      ${hasDay && !isSameDay(value, Date.now()) && html`<span class="day">${day(value)} </span>`}${clock(value, { fraction: true })}
    </time>
  `;
}

/** @param {unknown} value */
function shortText(value) {
  return (typeof value === "string" ? value : JSON.stringify(value) ?? "").slice(0, SHOWN_CHARACTERS);
}

/** The first attributes, as far as a line has room. @param {Record<string, unknown>} metadata */
function preview(metadata) {
  const shown = [];
  const type = metadata["exception.type"];
  if (type) {
    const said = metadata["exception.message"];
    shown.push(html`<span class="pair raised">${shortText(type)}${said ? `: ${shortText(said)}` : ""}</span>`);
  }
  for (const name in metadata) {
    if (NOT_SHOWN.has(name)) continue;
    shown.push(html`<span class="pair"><span class="name">${shortText(name)}</span>=${shortText(metadata[name])}</span>`);
    if (shown.length === SHOWN_ATTRIBUTES) break;
  }
  return shown;
}

/**
 * @param {{ entry: import("./record_pages.js").Entry, isSelected: boolean, isOpen: boolean, isFresh?: boolean,
 *   hasDay: boolean, isWrapped: boolean, pattern: RegExp | null, onOpen: (id: string) => void }} props
 */
export function RecordRow({ entry, isSelected, isOpen, isFresh = false, hasDay, isWrapped, pattern, onOpen }) {
  const states = [
    `is-${entry.level}`, isSelected && "is-selected", isOpen && "is-open", isFresh && "is-fresh", isWrapped && "is-wrapped",
  ];
  const onClick = () => {
    // Text that was just selected is to be copied, not opened.
    if (window.getSelection()?.isCollapsed !== false) onOpen(entry.id);
  };
  return html`
    <div class=${`record ${states.filter(Boolean).join(" ")}`} id=${rowElementId(entry.id)} role="option"
      aria-selected=${isSelected || isOpen ? "true" : "false"} onClick=${onClick}>
      <${RowTime} at=${entry.created_at} hasDay=${hasDay} />
      <${Level} level=${entry.level} />
      <span class="agent one-line">${entry.agent_id}</span>
      <span class="line">
        <${RecordText} text=${entry.message} pattern=${pattern} isWrapped=${isWrapped} />
        <span class="preview">${preview(entry.metadata)}</span>
      </span>
    </div>
  `;
}
