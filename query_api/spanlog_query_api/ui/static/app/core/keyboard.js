// Keys: each view says what its keys do, one place listens, and "?" lists them all.
import { signal, useEffect, useRef } from "../../vendor/preact.js";

/**
 * @typedef {object} Key
 * @property {string} keys what is pressed: "j", "Enter", "?", or one after the other: "g e"
 * @property {string} does for the list, such as "next group"
 * @property {(event: KeyboardEvent) => void} run
 */

const SEQUENCE_MILLISECONDS = 1500;

/** The keys that work now, those of the innermost component last. */
export const activeKeys = signal(/** @type {{ title: string, keys: Key[] }[]} */ ([]));

let before = "";
let beforeAt = 0;

/**
 * Let keys work as long as the component is there.
 * @param {string} title of the group in the list
 * @param {Key[]} keys
 */
export function useKeys(title, keys) {
  const current = useRef(keys);
  current.current = keys;
  const names = keys.map((key) => key.keys).join("\n");
  useEffect(() => {
    const group = {
      title,
      keys: current.current.map((key, index) => ({
        ...key,
        run: (/** @type {KeyboardEvent} */ event) => current.current[index]?.run(event),
      })),
    };
    activeKeys.value = [...activeKeys.peek(), group];
    return () => {
      activeKeys.value = activeKeys.peek().filter((each) => each !== group);
    };
  }, [title, names]);
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  // A dialog has its own keys.
  if (document.querySelector("dialog[open]")) return;
  // On a link or button Enter and space are its own.
  const isOnControl = event.target instanceof Element && event.target.closest("a, button, summary") !== null;
  if (isOnControl && (event.key === "Enter" || event.key === " ")) return;
  const now = Date.now();
  const sequence = before && now - beforeAt < SEQUENCE_MILLISECONDS ? `${before} ${event.key}` : "";
  const all = activeKeys.peek().flatMap((group) => group.keys).reverse();
  const found = all.find((key) => key.keys === sequence) ?? all.find((key) => key.keys === event.key);
  before = !found && all.some((key) => key.keys.startsWith(`${event.key} `)) ? event.key : "";
  beforeAt = now;
  if (found) {
    event.preventDefault();
    found.run(event);
  }
}

export function startKeyboard() {
  document.addEventListener("keydown", onKey);
}
