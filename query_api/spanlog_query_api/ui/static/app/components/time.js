// Moments: in the viewer's zone, and in UTC on hover.
import { html } from "../../vendor/preact.js";
import { age, clock, day, dayAndClock, duration, milliseconds, now, zoneAt } from "../core/time.js";

/** @param {string} at RFC 3339 @param {number} value */
function title(at, value) {
  return `${day(value)}, ${clock(value, { fraction: true })} ${zoneAt(value)}\n${at.replace("T", " ").replace("Z", "")} UTC`;
}

/** A moment, such as "14:05:09". @param {{ at: string, fraction?: boolean }} props */
export function Moment({ at, fraction = false }) {
  const value = milliseconds(at);
  return html`<time datetime=${at} title=${title(at, value)}>${dayAndClock(value, { fraction })}</time>`;
}

/** How long ago, counting on: "3 min ago". @param {{ at: string, bare?: boolean }} props bare: without "ago" */
export function Ago({ at, bare = false }) {
  const value = milliseconds(at);
  const text = age(now.value - value);
  return html`<time datetime=${at} title=${title(at, value)}>${text}${bare || text === "now" ? "" : " ago"}</time>`;
}

/** A length of time. @param {{ milliseconds: number }} props */
export function Length({ milliseconds: value }) {
  return html`<span title=${`${value.toLocaleString("en")} ms`}>${duration(value)}</span>`;
}
