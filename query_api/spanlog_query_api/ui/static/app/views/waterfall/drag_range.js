// Drag over an element from one moment to another.
import { useEffect, useRef, useState } from "../../../vendor/preact.js";

const LEAST_PIXELS = 4;

/**
 * @param {(start: number, end: number) => void} onRange shares of the element's width, 0 to 1
 * @returns {{ element: { current: any }, dragged: [number, number] | null, onPointerDown: (event: PointerEvent) => void }}
 */
export function useDragRange(onRange) {
  const element = useRef(/** @type {any} */ (null));
  const [dragged, setDragged] = useState(/** @type {[number, number] | null} */ (null));
  const stop = useRef(() => {});
  useEffect(() => () => stop.current(), []);
  const onPointerDown = (/** @type {PointerEvent} */ event) => {
    if (event.button) return;
    const box = element.current.getBoundingClientRect();
    const shareOf = (/** @type {PointerEvent} */ at) => Math.max(0, Math.min(1, (at.clientX - box.left) / box.width));
    const first = shareOf(event);
    const move = (/** @type {PointerEvent} */ at) => {
      const share = shareOf(at);
      setDragged([Math.min(first, share), Math.max(first, share)]);
    };
    const up = (/** @type {PointerEvent} */ at) => {
      stop.current();
      const share = shareOf(at);
      if (Math.abs(share - first) * box.width >= LEAST_PIXELS) onRange(Math.min(first, share), Math.max(first, share));
    };
    stop.current = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      setDragged(null);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    event.preventDefault();
  };
  return { element, dragged, onPointerDown };
}
