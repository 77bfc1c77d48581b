// Asks for the stack's key, once in a tab.
import { html, useState } from "../../vendor/preact.js";
import { giveKey, keyQuestion } from "../core/key.js";
import { Dialog } from "./dialog.js";

export function KeyDialog() {
  const [text, setText] = useState("");
  if (!keyQuestion.value) return null;
  const submit = () => {
    if (text.trim()) giveKey(text.trim());
  };
  return html`
    <${Dialog} title="This stack asks for a key" onSubmit=${submit} submit="Continue">
      <p class="quiet">
        The API key it was started with (<code>SPANLOG_API_KEY</code>). It stays in this tab, and goes when the tab
        is closed.
      </p>
      ${keyQuestion.value === "refused" && html`<p class="level-error" role="alert">That key was not accepted.</p>`}
      <label class="stacked">
        Key
        <input class="field" type="password" autocomplete="off" autofocus required value=${text}
          onInput=${(/** @type {any} */ event) => setText(event.target.value)} />
      </label>
    <//>
  `;
}
