// What people did with a group, and what they have to say.
import { html, useState } from "../../../vendor/preact.js";
import { Ago } from "../../components/time.js";
import { comment } from "./group_actions.js";

/** @type {Record<string, string>} */
const DONE = {
  resolve: "resolved it", reopen: "opened it again", mute: "muted it", unmute: "ended its muting",
  assign: "assigned it", comment: "said", merge: "merged", split: "split off",
};

/** @param {{ group: any, reload: () => void }} props */
export function GroupActivity({ group, reload }) {
  const [text, setText] = useState("");
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!text.trim()) return;
    await comment(group, text.trim(), reload);
    setText("");
  };
  return html`
    <section class="card">
      <header><h2>What was done</h2></header>
      <ul class="activity">
        ${[...group.changes].reverse().map((change, index) => html`
          <li key=${index}>
            <span><strong class="logged">${change.by}</strong> ${DONE[change.action] ?? change.action}${about(change)}</span>
            <span class="faint"><${Ago} at=${change.at} /></span>
            ${change.action === "comment" && html`<p class="logged">${change.text}</p>`}
          </li>
        `)}
      </ul>
      <form class="inside comment" onSubmit=${submit}>
        <textarea class="field" rows="2" maxlength="10000" aria-label="Comment" placeholder="Say something about it"
          value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)}></textarea>
        <button type="submit" class="button small" disabled=${!text.trim()}>Comment</button>
      </form>
    </section>
  `;
}

/** @param {any} change */
function about(change) {
  if (change.action === "assign") return change.text ? html` to <span class="logged">${change.text}</span>` : " to nobody";
  if (change.action === "merge" || change.action === "split") return html` <code>${change.fingerprint}</code>`;
  if (change.action === "mute" && change.count) return ` until ${change.count} more records`;
  return "";
}
