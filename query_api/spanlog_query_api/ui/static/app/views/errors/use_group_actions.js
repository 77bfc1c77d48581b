// The same keys, buttons and dialogs for the groups of a list and for one group.
import { html, useState } from "../../../vendor/preact.js";
import { Icon } from "../../components/icon.js";
import { useKeys } from "../../core/keyboard.js";
import { AssignDialog, MuteDialog } from "./action_dialogs.js";
import { assign, merge, mute, reopen, resolve } from "./group_actions.js";

/** @typedef {import("./group_actions.js").Group} Group */

/**
 * @param {{ groups: Group[], reload: () => void, onDone?: () => void }} given groups: what is acted on
 * @returns {{ buttons: any, dialogs: any }}
 */
export function useGroupActions({ groups, reload, onDone = () => {} }) {
  const [dialog, setDialog] = useState(/** @type {null | "mute" | "assign"} */ (null));
  const after = (/** @type {Promise<unknown>} */ work) => work.then(onDone);
  const isClosed = groups.length > 0 && groups.every((group) => group.status === "resolved" || group.status === "muted");
  const toggle = () => groups.length && after(isClosed ? reopen(groups, reload) : resolve(groups, reload));
  const ask = (/** @type {"mute" | "assign"} */ name) => groups.length && setDialog(name);
  const join = () => groups.length > 1 && after(merge(groups, reload));
  useKeys("Error groups", [
    { keys: "r", does: "resolve, or open again", run: toggle },
    { keys: "m", does: "mute", run: () => ask("mute") },
    { keys: "a", does: "assign", run: () => ask("assign") },
    { keys: "M", does: "merge those that are marked", run: join },
  ]);
  const isNone = groups.length === 0;
  const buttons = html`
    <button type="button" class="button small" disabled=${isNone} onClick=${toggle} title="r">
      <${Icon} name=${isClosed ? "undo" : "check"} />${isClosed ? "Open" : "Resolve"}
    </button>
    <button type="button" class="button small" disabled=${isNone} onClick=${() => ask("mute")} title="m">
      <${Icon} name="mute" />Mute
    </button>
    <button type="button" class="button small" disabled=${isNone} onClick=${() => ask("assign")} title="a">
      <${Icon} name="person" />Assign
    </button>
    ${groups.length > 1 && html`
      <button type="button" class="button small" onClick=${join} title="M"><${Icon} name="merge" />Merge</button>
    `}
  `;
  const close = () => setDialog(null);
  const dialogs = html`
    ${dialog === "mute" && html`
      <${MuteDialog} onClose=${close} onMute=${(/** @type {any} */ how) => after(mute(groups, how, reload))} />
    `}
    ${dialog === "assign" && html`
      <${AssignDialog} onClose=${close} now=${groups[0]?.assigned_to ?? ""}
        onAssign=${(/** @type {string} */ name) => after(assign(groups, name, reload))} />
    `}
  `;
  return { buttons, dialogs };
}
