// How serious a record is: a word in its colour, never a colour alone.
import { html } from "../../vendor/preact.js";

/** @typedef {"debug" | "info" | "warn" | "error" | "critical"} LevelName */

/** Least serious first. @type {LevelName[]} */
export const LEVELS = ["debug", "info", "warn", "error", "critical"];

/** @param {{ level: LevelName }} props */
export function Level({ level }) {
  return html`<span class=${`level level-${level}`}>${level}</span>`;
}
