// The stack's key: asked for once in a tab, sent as a header, never in an address.
import { signal } from "../../vendor/preact.js";
import { tabStorage } from "./storage.js";

/** The key, or null. */
export const key = signal(tabStorage.get("key"));

/** What the dialog has to ask: null for nothing, "missing" or "refused". */
export const keyQuestion = signal(/** @type {null | "missing" | "refused"} */ (null));

/** @type {Promise<void> | null} */
let asking = null;
/** @type {() => void} */
let answered = () => {};

/**
 * Ask the person for a key, whoever else is asking too; resolves when one was given.
 * @param {string | null} used the key that was refused, or null if none was sent
 */
export function askForKey(used) {
  // Another request may have asked meanwhile, and got one.
  if (key.value !== used) return Promise.resolve();
  if (!asking) {
    keyQuestion.value = used === null ? "missing" : "refused";
    asking = new Promise((resolve) => {
      answered = resolve;
    });
  }
  return asking;
}

/** @param {string} given */
export function giveKey(given) {
  key.value = given;
  tabStorage.set("key", given);
  keyQuestion.value = null;
  asking = null;
  answered();
}

/** Forget the key in this tab. */
export function forgetKey() {
  key.value = null;
  tabStorage.set("key", null);
}
