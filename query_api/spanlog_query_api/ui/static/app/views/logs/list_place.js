// Where one was in a list, kept in the tab for each address: a reload and the way back lead there again.
import { tabStorage } from "../../core/storage.js";

const NAME = "logs.places";
const MOST_KEPT = 10;

/** @returns {[string, string][]} addresses and ids, the latest last */
function kept() {
  try {
    const found = JSON.parse(tabStorage.get(NAME) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** The record that was the first in sight, if not the very first. @param {string} address @returns {string | null} */
export function keptPlace(address) {
  return kept().find(([each]) => each === address)?.[1] ?? null;
}

/** @param {string} address @param {string | null} id null: at the very first one */
export function keepListPlace(address, id) {
  const others = kept().filter(([each]) => each !== address);
  if (id !== null) others.push([address, id]);
  tabStorage.set(NAME, JSON.stringify(others.slice(-MOST_KEPT)));
}
