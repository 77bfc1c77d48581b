// Which time is looked at: `period=24h` in the address goes along with the clock, `since` and `until` stand still.
import { place, setQuery } from "./router.js";
import { apiTime, dayAndClock, milliseconds } from "./time.js";

const HOUR = 3_600_000;

/** What can be chosen. */
export const PERIODS = [
  { name: "15m", label: "15 min", length: HOUR / 4 },
  { name: "1h", label: "1 h", length: HOUR },
  { name: "6h", label: "6 h", length: 6 * HOUR },
  { name: "24h", label: "24 h", length: 24 * HOUR },
  { name: "7d", label: "7 d", length: 7 * 24 * HOUR },
  { name: "30d", label: "30 d", length: 30 * 24 * HOUR },
];

const DEFAULT = "24h";

/**
 * @typedef {object} Period
 * @property {string} name one of PERIODS', or "custom"
 * @property {string} label for people
 * @property {boolean} isLive whether it ends now
 * @property {() => { since: string, until: string }} bounds as the API takes them, at this moment
 * @property {string} id changes when another period is chosen, not as time goes on
 */

/** The period in the address. Reading it in a component follows it. @returns {Period} */
export function currentPeriod() {
  const { query } = place.value;
  const since = query.get("since") ?? "";
  const start = milliseconds(since);
  if (since && !Number.isNaN(start)) {
    const until = query.get("until") ?? "";
    const end = milliseconds(until);
    const isLive = !until || Number.isNaN(end);
    return {
      name: "custom",
      label: `${dayAndClock(start)} – ${isLive ? "now" : dayAndClock(end)}`,
      isLive,
      bounds: () => ({ since, until: isLive ? apiTime(Date.now()) : until }),
      id: `${since}|${until}`,
    };
  }
  const name = query.get("period") ?? DEFAULT;
  const found = PERIODS.find((each) => each.name === name) ?? PERIODS[3];
  if (!found) throw new Error("no default period");
  return {
    name: found.name,
    label: `last ${found.label}`,
    isLive: true,
    bounds: () => {
      const end = Date.now();
      return { since: apiTime(end - found.length), until: apiTime(end) };
    },
    id: found.name,
  };
}

/** @param {string} name one of PERIODS' */
export function choosePeriod(name) {
  setQuery({ period: name === DEFAULT ? null : name, since: null, until: null }, { replace: false });
}

/** @param {number} start @param {number | null} end milliseconds since 1970; null: up to now */
export function chooseRange(start, end) {
  setQuery(
    { period: null, since: apiTime(start), until: end === null ? null : apiTime(end) },
    { replace: false },
  );
}
