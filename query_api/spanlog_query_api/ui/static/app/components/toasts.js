// What was done a moment ago, and the way back.
import { html } from "../../vendor/preact.js";
import { dismiss, toasts, undoLast } from "../core/toast.js";
import { Icon } from "./icon.js";

export function Toasts() {
  const newest = toasts.value.findLast((toast) => toast.undo);
  return html`
    <div class="toasts" role="status" aria-live="polite">
      ${toasts.value.map((toast) => html`
        <div key=${toast.id} class=${`toast ${toast.kind}`}>
          <span class="logged">${toast.text}</span>
          ${toast === newest && html`
            <button type="button" class="button small" onClick=${undoLast}><${Icon} name="undo" />Undo <kbd>u</kbd></button>
          `}
          <button type="button" class="button bare small icon-only" aria-label="Dismiss" onClick=${() => dismiss(toast.id)}>
            <${Icon} name="close" />
          </button>
        </div>
      `)}
    </div>
  `;
}
