// Who you are, for others to see who did what.
import { html, useState } from "../../vendor/preact.js";
import { person, setPerson } from "../core/person.js";
import { Dialog } from "./dialog.js";

/** @param {{ onClose: () => void }} props */
export function PersonDialog({ onClose }) {
  const [text, setText] = useState(person.value);
  const submit = () => {
    setPerson(text);
    onClose();
  };
  return html`
    <${Dialog} title="Your name" onClose=${onClose} onSubmit=${submit} submit="Keep">
      <label class="stacked">
        It goes along with what you resolve, mute, assign and say, and stays in this browser.
        <input class="field" autofocus maxlength="200" value=${text}
          onInput=${(/** @type {any} */ event) => setText(event.target.value)} />
      </label>
    <//>
  `;
}
