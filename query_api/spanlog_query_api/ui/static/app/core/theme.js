// Light or dark: as the system has it, until the person says otherwise.
import { signal } from "../../vendor/preact.js";
import { browserStorage } from "./storage.js";

const system = window.matchMedia("(prefers-color-scheme: dark)");

/** @returns {"light" | "dark"} */
function current() {
  const chosen = browserStorage.get("theme");
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

/** What is shown now; charts, which are painted, read it. */
export const theme = signal(current());

function apply() {
  const chosen = browserStorage.get("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
  theme.value = current();
}

export function switchTheme() {
  const next = theme.value === "dark" ? "light" : "dark";
  // What the system says needs no choice, and goes on following it.
  browserStorage.set("theme", next === (system.matches ? "dark" : "light") ? null : next);
  apply();
}

system.addEventListener("change", apply);
