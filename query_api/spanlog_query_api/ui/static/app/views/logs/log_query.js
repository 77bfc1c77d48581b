// What the view asks for: the query and the period in the address, as the API takes them.
import { currentPeriod } from "../../core/period.js";
import { queryValue, setQuery } from "../../core/router.js";

/**
 * @typedef {object} LogQuery
 * @property {string} q in the query language
 * @property {import("../../core/period.js").Period} period
 * @property {boolean} isLive whether records are followed as they come
 * @property {() => { q: string, since: string, until: string | null }} asked for the API, at this moment
 * @property {string} id changes when something else is asked for
 */

/** @returns {LogQuery} */
export function currentLogQuery() {
  const q = queryValue("q");
  const period = currentPeriod();
  const asked = () => {
    const { since, until } = period.bounds();
    // "Until now" is the stack's now: its clock, not this machine's.
    return { q, since, until: period.isLive ? null : until };
  };
  return { q, period, isLive: queryValue("live") === "1", asked, id: JSON.stringify([q, period.id]) };
}

/** @param {string} q */
export function search(q) {
  setQuery({ q: q.trim(), record: null }, { replace: false });
}

/** @param {boolean} isLive */
export function setLive(isLive) {
  // What is past does not grow.
  const past = isLive && !currentPeriod().isLive ? { since: null, until: null } : {};
  setQuery({ ...past, live: isLive ? "1" : null }, { replace: false });
}
