// Times as the API writes them (RFC 3339 in UTC, to the nanosecond), shown in the viewer's zone.
import { signal } from "../../vendor/preact.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The viewer's zone, such as "Europe/Berlin". */
export const zoneName = new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

const dateForm = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric" });
const dayForm = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const zoneForm = new Intl.DateTimeFormat("en", { timeZoneName: "short" });

/** The time now, to the second: reading it makes a component count on. */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, SECOND);
document.addEventListener("visibilitychange", () => {
  now.value = Date.now();
});

/** Milliseconds since 1970. @param {string} text */
export function milliseconds(text) {
  return Date.parse(text.replace(/(\.\d{3})\d+/, "$1"));
}

/** As the API takes it. @param {number} value milliseconds since 1970 */
export function apiTime(value) {
  return new Date(value).toISOString();
}

/** The zone at that moment, such as "GMT+1". @param {number} [value] */
export function zoneAt(value = Date.now()) {
  return zoneForm.formatToParts(value).find((part) => part.type === "timeZoneName")?.value ?? zoneName;
}

/** @param {number} value @param {number} [digits] */
function padded(value, digits = 2) {
  return String(value).padStart(digits, "0");
}

/**
 * The time of day, 24 hours, such as "14:05:09.123".
 * @param {number} value milliseconds since 1970
 * @param {{ fraction?: boolean, seconds?: boolean }} [form]
 */
export function clock(value, { fraction = false, seconds = true } = {}) {
  const at = new Date(value);
  let text = `${padded(at.getHours())}:${padded(at.getMinutes())}`;
  if (seconds || fraction) text += `:${padded(at.getSeconds())}`;
  if (fraction) text += `.${padded(at.getMilliseconds(), 3)}`;
  return text;
}

/** The day, with its year if that is not this one. @param {number} value */
export function day(value) {
  return (new Date(value).getFullYear() === new Date().getFullYear() ? dayForm : dateForm).format(value);
}

/** Whether two moments are of one day here. @param {number} a @param {number} b */
export function isSameDay(a, b) {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** Day and time; today the time alone. @param {number} value @param {{ fraction?: boolean }} [form] */
export function dayAndClock(value, form = {}) {
  return isSameDay(value, Date.now()) ? clock(value, form) : `${day(value)}, ${clock(value, form)}`;
}

/** A length of time in its two greatest units: "850 ms", "4.2 s", "3 min 5 s", "2 h 4 min", "5 d". @param {number} value milliseconds */
export function duration(value) {
  const length = Math.abs(value);
  if (length < 1) return `${Math.round(length * 1000)} µs`;
  if (length < SECOND) return `${length < 10 ? length.toFixed(1) : Math.round(length)} ms`;
  if (length < 10 * SECOND) return `${(length / SECOND).toFixed(1)} s`;
  if (length < MINUTE) return `${Math.round(length / SECOND)} s`;
  if (length < HOUR) return two(length, MINUTE, "min", SECOND, "s");
  if (length < DAY) return two(length, HOUR, "h", MINUTE, "min");
  return two(length, DAY, "d", HOUR, "h");
}

/** How long ago, in its greatest unit: "now", "12 s", "3 min", "5 h", "2 d". @param {number} value milliseconds */
export function age(value) {
  if (value < 2 * SECOND) return "now";
  if (value < MINUTE) return `${Math.floor(value / SECOND)} s`;
  if (value < HOUR) return `${Math.floor(value / MINUTE)} min`;
  if (value < DAY) return `${Math.floor(value / HOUR)} h`;
  return `${Math.floor(value / DAY)} d`;
}

/** @param {number} length @param {number} great @param {string} greatName @param {number} small @param {string} smallName */
function two(length, great, greatName, small, smallName) {
  const greater = Math.floor(length / great);
  const rest = greater < 10 ? Math.floor((length % great) / small) : 0;
  return rest ? `${greater} ${greatName} ${rest} ${smallName}` : `${greater} ${greatName}`;
}
