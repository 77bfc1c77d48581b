// All keys that work now.
import { html } from "../../vendor/preact.js";
import { activeKeys } from "../core/keyboard.js";
import { Dialog } from "./dialog.js";

/** What is pressed one after the other. @param {string} keys */
function namesOf(keys) {
  return keys === " " ? ["Space"] : keys.split(" ");
}

/** @param {{ onClose: () => void }} props */
export function HelpDialog({ onClose }) {
  return html`
    <${Dialog} title="Keys" onClose=${onClose}>
      ${activeKeys.value.map((group) => html`
        <section class="key-group">
          <h3>${group.title}</h3>
          <dl>
            ${group.keys.map((key) => html`
              <div><dt>${namesOf(key.keys).map((each) => html`<kbd>${each}</kbd> `)}</dt><dd>${key.does}</dd></div>
            `)}
          </dl>
        </section>
      `)}
    <//>
  `;
}
