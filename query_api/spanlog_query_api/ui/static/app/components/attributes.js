// Names and values, as they were sent: text, whatever it looks like.
import { html, useState } from "../../vendor/preact.js";

const SHOWN_CHARACTERS = 2000;

/** @param {unknown} value */
function valueText(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1) ?? "";
}

/**
 * @param {{ values: Record<string, unknown>, onName?: (name: string, value: string) => void }} props
 *   onName: what happens when a name is clicked, such as filtering by it
 */
export function Attributes({ values, onName }) {
  return html`
    <dl class="attributes">
      ${Object.entries(values).map(([name, value]) => {
        const text = valueText(value);
        return html`
          <dt>${onName
            ? html`<button type="button" class="link-like" onClick=${() => onName(name, text)}>${name}</button>`
            : name}</dt>
          <dd><${LongText} text=${text} /></dd>
        `;
      })}
    </dl>
  `;
}

/** A text of any length; a long one is opened by hand, because it can be a megabyte. @param {{ text: string, shown?: number }} props */
export function LongText({ text, shown = SHOWN_CHARACTERS }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen || text.length <= shown) return html`<span class="logged">${text}</span>`;
  return html`
    <span class="logged">${text.slice(0, shown)}…</span>${" "}
    <button type="button" class="button small" onClick=${() => setOpen(true)}>
      Show all ${text.length.toLocaleString("en")} characters
    </button>
  `;
}
