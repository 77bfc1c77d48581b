// A message in a list: as text, the words that were searched for marked.
import { html } from "../../../vendor/preact.js";

// What a line can show; a message may be a megabyte.
const ONE_LINE_CHARACTERS = 400;
const WRAPPED_CHARACTERS = 3000;

/** @param {string[]} words @returns {RegExp | null} */
export function markedPattern(words) {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return escaped.length ? new RegExp(`(${escaped.join("|")})`, "giu") : null;
}

/** @param {string} text @param {RegExp | null} pattern */
function marked(text, pattern) {
  if (!pattern) return text;
  // Every other piece is what the brackets of the pattern took.
  return text.split(pattern).map((piece, index) => (index % 2 ? html`<mark>${piece}</mark>` : piece));
}

/** @param {{ text: string, pattern: RegExp | null, isWrapped: boolean }} props */
export function RecordText({ text, pattern, isWrapped }) {
  const most = isWrapped ? WRAPPED_CHARACTERS : ONE_LINE_CHARACTERS;
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return html`<span class=${`message ${isWrapped ? "logged" : ""}`}>${marked(cut, pattern)}</span>`;
}
