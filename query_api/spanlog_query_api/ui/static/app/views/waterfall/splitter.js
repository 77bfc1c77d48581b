// Between names and times: dragged, or moved with the arrow keys.
import { html } from "../../../vendor/preact.js";

const LEAST = 20;
const MOST = 70;
const STEP = 2;

/** @param {{ width: number, onWidth: (percent: number) => void }} props */
export function Splitter({ width, onWidth }) {
  const set = (/** @type {number} */ percent) => onWidth(Math.round(Math.max(LEAST, Math.min(MOST, percent))));
  const onPointerDown = (/** @type {PointerEvent & { currentTarget: HTMLElement }} */ event) => {
    const box = event.currentTarget.closest(".wf-card")?.getBoundingClientRect();
    if (!box) return;
    const move = (/** @type {PointerEvent} */ at) => set(((at.clientX - box.left) / box.width) * 100);
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", () => window.removeEventListener("pointermove", move), { once: true });
    event.preventDefault();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    event.stopPropagation();
    set(width + (event.key === "ArrowLeft" ? -STEP : STEP));
  };
  return html`
    <div class="wf-splitter" role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the names"
      aria-valuenow=${width} aria-valuemin=${LEAST} aria-valuemax=${MOST} onPointerDown=${onPointerDown} onKeyDown=${onKeyDown}></div>
  `;
}
