// What there is to say of records that came meanwhile: how many wait, and which cannot be shown.
import { html } from "../../../vendor/preact.js";
import { counted } from "../../core/numbers.js";
import { Icon } from "../../components/icon.js";
import { Problem } from "../../components/states.js";

/**
 * @param {{ tail: ReturnType<typeof import("./use_tail.js").useTail>, waiting: number, isPaused: boolean,
 *   onShow: () => void, onReload: () => void }} props
 */
export function TailNotes({ tail, waiting, isPaused, onShow, onReload }) {
  return html`
    ${tail.error && html`<${Problem} error=${tail.error} />`}
    ${(tail.skipped > 0 || tail.hasMissed || tail.wasDropped) && html`
      <div class="tail-note" role="status">
        <${Icon} name="warning" />
        <span>
          ${tail.wasDropped && "This page did not read fast enough and was let go; it came again, and goes on where it was. "}
          ${tail.skipped > 0 && `${counted(tail.skipped, "record")} came too fast to be shown one by one. `}
          ${tail.hasMissed && "More came meanwhile than is sent again. "}
        </span>
        <button type="button" class="button small" onClick=${onReload}>Load the list anew</button>
        <button type="button" class="button bare small" aria-label="Dismiss" onClick=${tail.forget}><${Icon} name="close" /></button>
      </div>
    `}
    <div class="waiting" role="status">
      ${waiting > 0 && html`
        <button type="button" class="button small primary" onClick=${onShow}>
          <${Icon} name=${isPaused ? "play" : "up"} />${counted(waiting, "new record")}
        </button>
      `}
    </div>
  `;
}
