// All keys that work now.
import { html } from "../../vendor/preact.js";
import { activeKeys } from "../core/keyboard.js";
import { Dialog } from "./dialog.js";

/** @param {{ onClose: () => void }} props */
export function HelpDialog({ onClose }) {
  return html`
    <${Dialog} title="Keys" onClose=${onClose}>
      ${grouped().map((group) => html`
        <section class="key-group">
          <h3>${group.title}</h3>
          <dl>
            ${group.keys.map((key) => html`
              <div><dt>${key.keys.split(" ").map((each) => html`<kbd>${each}</kbd> `)}</dt><dd>${key.does}</dd></div>
            `)}
          </dl>
        </section>
      `)}
    <//>
  `;
}

/** Several parts of a view may have keys under one title; the innermost view's come first. */
function grouped() {
  /** @type {Map<string, import("../core/keyboard.js").Key[]>} */
  const byTitle = new Map();
  for (const group of activeKeys.value) byTitle.set(group.title, [...(byTitle.get(group.title) ?? []), ...group.keys]);
  return [...byTitle].map(([title, keys]) => ({ title, keys })).reverse();
}
