// The records that are loaded, newest first: page after page from the newest on, and what comes meanwhile.
import { get } from "../../core/api.js";

/**
 * @typedef {object} Entry a record as the API gives it
 * @property {string} id
 * @property {string} created_at
 * @property {string} agent_id
 * @property {import("../../components/level.js").LevelName} level
 * @property {string} message
 * @property {string | null} category
 * @property {string | null} session_key
 * @property {string} source
 * @property {Record<string, unknown>} metadata
 * @property {string | null} trace_id
 * @property {string | null} span_id
 * @property {string | null} parent_id
 * @property {boolean} resolved
 * @property {string | null} fingerprint
 * @property {string | null} logger
 */

const FIRST_PAGE = 200;
const NEXT_PAGES = 1000;
// While following: what nobody can scroll through is let go, the oldest first.
const MOST_WHILE_FOLLOWING = 100_000;
const KEPT_WHEN_LETTING_GO = 80_000;

/** Newer first; of one time, by id, as the API has it. @param {Entry} a @param {Entry} b */
function isBefore(a, b) {
  // All times have the same form, so their text is in their order.
  return a.created_at > b.created_at || (a.created_at === b.created_at && a.id > b.id);
}

export class RecordPages {
  /** @param {import("../../core/api.js").Query} asked @param {string} of the id of the query */
  constructor(asked, of) {
    this.asked = asked;
    this.of = of;
    /** The record to begin at, instead of the newest. @type {string | null} */
    this.beginAt = null;
    /** @type {Entry[]} */
    this.rows = [];
    /** How many match in all; null until it is known. @type {number | null} */
    this.total = null;
    this.hasMore = true;
    this.wasCut = false;
    /** @type {Set<string>} */
    this.ids = new Set();
    /** @type {string | null} */
    this.cursor = null;
  }

  /** Load the page after the last one. @param {AbortSignal} signal */
  async loadMore(signal) {
    const isFirst = this.cursor === null;
    const query = { ...this.asked, limit: isFirst ? FIRST_PAGE : NEXT_PAGES, cursor: this.cursor };
    const page = await get("/logs", query, signal);
    if (this.wasCut) return;
    if (isFirst) this.total = page.total;
    this.cursor = page.next_cursor;
    this.hasMore = page.next_cursor !== null;
    /** @type {Entry[]} */
    const fresh = page.items.filter((/** @type {Entry} */ row) => !this.ids.has(row.id));
    const last = this.rows.at(-1);
    for (const row of fresh) {
      this.ids.add(row.id);
      this.rows.push(row);
    }
    // What came while following may be older than what is loaded.
    const first = fresh[0];
    if (last && first && !isBefore(last, first)) this.rows.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  /** How many of the loaded come before it. @param {Entry} row */
  placeOf(row) {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(/** @type {Entry} */ (this.rows[middle]), row)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Whether it belongs among what is loaded and is not there. What is older than that comes with its page: were it put
   * in now, the list would have a gap before it.
   * @param {Entry} entry
   */
  lacks(entry) {
    const last = this.rows.at(-1);
    return !this.ids.has(entry.id) && !(this.hasMore && last && isBefore(last, entry));
  }

  /** Put in what came, each at its place. @param {Entry[]} entries @returns {string[]} the ids of those that are new */
  merge(entries) {
    const fresh = entries.filter((row) => this.lacks(row));
    for (const row of fresh) {
      this.ids.add(row.id);
      this.rows.splice(this.placeOf(row), 0, row);
    }
    if (this.total !== null) this.total += fresh.length;
    if (this.rows.length > MOST_WHILE_FOLLOWING) {
      for (const row of this.rows.splice(KEPT_WHEN_LETTING_GO)) this.ids.delete(row.id);
      this.wasCut = true;
      this.hasMore = false;
    }
    return fresh.map((row) => row.id);
  }
}
