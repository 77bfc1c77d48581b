// How it stands with what comes in: how long records wait, and what was not stored.
import { getText } from "./api.js";
import { parseMetrics, sumOf } from "./metrics_text.js";

const FINE_OUTCOMES = new Set(["accepted", "duplicate", "empty"]);

/**
 * @typedef {object} Ingest
 * @property {number} lagSeconds age of the oldest record that waits for the store
 * @property {number} waitingBytes what waits for it
 * @property {number} quarantined messages the store did not take, set aside
 * @property {number} refused requests that were not taken, since the stack started
 * @property {number} lostByHandlers records that handlers say they lost before they could send them, since then too
 */

/** @param {AbortSignal} signal @returns {Promise<Ingest>} */
export async function readIngest(signal) {
  const samples = parseMetrics(await getText("/metrics", signal));
  return {
    lagSeconds: sumOf(samples, "spanlog_collector_lag_seconds"),
    waitingBytes: sumOf(samples, "spanlog_collector_journal_bytes"),
    quarantined: sumOf(samples, "spanlog_collector_quarantine_messages"),
    refused: sumOf(samples, "spanlog_collector_requests_total", ({ outcome }) => !FINE_OUTCOMES.has(outcome ?? "")),
    lostByHandlers: sumOf(samples, "spanlog_collector_handler_dropped_records_total"),
  };
}
