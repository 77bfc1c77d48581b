// Short words about what was done, and the way back.
import { signal } from "../../vendor/preact.js";

/**
 * @typedef {object} Toast
 * @property {number} id
 * @property {string} text
 * @property {"done" | "failed"} kind
 * @property {(() => Promise<unknown>) | undefined} undo
 */

const SHOWN_MILLISECONDS = 8000;
const MOST_SHOWN = 3;

/** What is shown, the newest last. */
export const toasts = signal(/** @type {Toast[]} */ ([]));

let count = 0;

/**
 * Say what was done; with `undo`, "u" and the button take it back.
 * @param {string} text
 * @param {() => Promise<unknown>} [undo]
 */
export function say(text, undo) {
  add({ id: ++count, text, kind: "done", undo });
}

/** Say what went wrong. @param {unknown} error */
export function complain(error) {
  add({ id: ++count, text: error instanceof Error ? error.message : String(error), kind: "failed", undo: undefined });
}

/** @param {Toast} toast */
function add(toast) {
  toasts.value = [...toasts.value, toast].slice(-MOST_SHOWN);
  setTimeout(() => dismiss(toast.id), SHOWN_MILLISECONDS);
}

/** @param {number} id */
export function dismiss(id) {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Take back what was done last, if that is still shown. */
export async function undoLast() {
  const last = toasts.value.findLast((toast) => toast.undo);
  if (!last?.undo) return;
  dismiss(last.id);
  try {
    await last.undo();
    say("Undone");
  } catch (error) {
    complain(error);
  }
}
