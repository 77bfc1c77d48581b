// Who resolves, mutes and comments: a name that the person gives once, kept in this browser.
import { signal } from "../../vendor/preact.js";
import { browserStorage } from "./storage.js";

const NOBODY = "web";

/** The name that goes along with changes. */
export const person = signal(browserStorage.get("person") ?? NOBODY);

/** @param {string} name */
export function setPerson(name) {
  const given = name.trim();
  browserStorage.set("person", given || null);
  person.value = given || NOBODY;
}
