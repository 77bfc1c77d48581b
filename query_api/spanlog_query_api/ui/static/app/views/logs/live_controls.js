// Following records as they come: on and off, paused and going on.
import { html } from "../../../vendor/preact.js";
import { Icon } from "../../components/icon.js";
import { setLive } from "./log_query.js";

const WORDS = { off: "Live", connecting: "Connecting", open: "Live", away: "Stack is away" };

/** After the mouse, space means pausing, not this button once more. @param {MouseEvent} event */
function leave(event) {
  if (event.detail && event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
}

/**
 * @param {{ isLive: boolean, isPaused: boolean, status: import("./use_tail.js").TailStatus, onPause: () => void }} props
 */
export function LiveControls({ isLive, isPaused, status, onPause }) {
  const tone = !isLive || status === "off" ? "" : isPaused ? "tone-warn" : status === "open" ? "tone-good" : "tone-error";
  return html`
    <div class="live-controls">
      <button type="button" class="button small live" aria-pressed=${isLive ? "true" : "false"}
        onClick=${(/** @type {MouseEvent} */ event) => {
          leave(event);
          setLive(!isLive);
        }}
        title=${isLive ? "Stop following (l)" : "Show records as they come (l)"}>
        <span class=${`dot ${tone} ${isLive && status === "open" && !isPaused ? "beats" : ""}`}></span>
        ${isPaused ? "Paused" : WORDS[isLive ? status : "off"]}
      </button>
      ${isLive && html`
        <button type="button" class="button small icon-only" aria-label=${isPaused ? "Go on" : "Pause"}
          title=${`${isPaused ? "Go on" : "Pause"} (Space)`} onClick=${(/** @type {MouseEvent} */ event) => {
            leave(event);
            onPause();
          }}><${Icon} name=${isPaused ? "play" : "pause"} /></button>
      `}
    </div>
  `;
}
