// Records as they come: one stream, taken up again where it broke off. What came waits until the view takes it.
import { useCallback, useEffect, useReducer, useRef, useState } from "../../../vendor/preact.js";
import { ApiProblem, ConnectionLostError, events } from "../../core/api.js";
import { isConnected, returns } from "../../core/connection.js";

/** @typedef {import("./record_pages.js").Entry} Entry */
/** @typedef {"off" | "connecting" | "open" | "away"} TailStatus */

const GATHER_MILLISECONDS = 150;
const COME_AGAIN_MILLISECONDS = 2000;
const BUSY_STATUS = 503;
// What waits while nobody looks; of more than this, the latest.
const MOST_WAITING = 5000;
// The list is asked for at about the time the stream begins. It begins a little earlier, and nothing falls between;
// what comes twice is known by its id. Where that is more than is sent again, the list has to be asked for anew.
const OVERLAP_MILLISECONDS = 3000;
const BEFORE_ALL_IDS = "00000000-0000-0000-0000-000000000000";

/**
 * @param {{ isOn: boolean, q: string }} options
 * @returns {{ status: TailStatus, waiting: Entry[], skipped: number, hasMissed: boolean, wasDropped: boolean,
 *   gaps: number, error: Error | null, take: () => Entry[], forget: () => void }}
 *   waiting: what came and was not taken; skipped: how many came too fast to be shown; hasMissed: more came while we were
 *   away than is sent again; wasDropped: the stack let us go because we did not read in time, and we came again
 */
export function useTail({ isOn, q }) {
  const [status, setStatus] = useState(/** @type {TailStatus} */ ("off"));
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [, changed] = useReducer((/** @type {number} */ value) => value + 1, 0);
  const state = useRef(nothing());

  useEffect(() => {
    state.current = nothing();
    setError(null);
    if (!isOn) {
      setStatus("off");
      return undefined;
    }
    const controller = new AbortController();
    let timer = 0;
    const tell = () => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        changed(undefined);
      }, GATHER_MILLISECONDS);
    };
    follow(q, controller.signal, setStatus, (event, data, isBegin) => {
      const now = state.current;
      if (event === "message") now.waiting.push(data);
      else if (event === "dropped") now.wasDropped = true;
      else if (event === "skipped" && data.records) now.skipped += data.records;
      else if (event === "skipped" && isBegin) now.gaps += 1;
      else if (event === "skipped") now.hasMissed = true;
      if (now.waiting.length > MOST_WAITING * 1.2) {
        now.skipped += now.waiting.length - MOST_WAITING;
        now.waiting = now.waiting.slice(-MOST_WAITING);
      }
      tell();
    }).catch((failure) => {
      if (controller.signal.aborted) return;
      setStatus("off");
      setError(failure);
    });
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [isOn, q]);

  const take = useCallback(() => {
    const taken = state.current.waiting;
    state.current.waiting = [];
    return taken;
  }, []);
  const forget = useCallback(() => {
    state.current = { ...nothing(), waiting: state.current.waiting, gaps: state.current.gaps };
    changed(undefined);
  }, []);
  return { status, error, ...state.current, take, forget };
}

function nothing() {
  return { waiting: /** @type {Entry[]} */ ([]), skipped: 0, hasMissed: false, wasDropped: false, gaps: 0 };
}

/**
 * @param {string} q
 * @param {AbortSignal} signal
 * @param {(status: TailStatus) => void} onStatus
 * @param {(event: string, data: any, isBegin: boolean) => void} onEvent isBegin: on the first connection
 */
async function follow(q, signal, onStatus, onEvent) {
  let lastEventId = `${Date.now() - OVERLAP_MILLISECONDS}:${BEFORE_ALL_IDS}`;
  let isBegin = true;
  onStatus("connecting");
  while (!signal.aborted) {
    let openedAt = Infinity;
    try {
      const onOpen = () => {
        openedAt = Date.now();
        onStatus("open");
      };
      const options = { signal, lastEventId, onOpen };
      for await (const { event, data, id } of events("/logs/tail", { q }, options)) {
        onEvent(event, JSON.parse(data), isBegin);
        if (id) lastEventId = id;
      }
      onStatus("connecting");
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiProblem && error.status !== BUSY_STATUS) throw error;
      onStatus("away");
      if (error instanceof ConnectionLostError) {
        isBegin = false;
        await untilConnected(signal);
        continue;
      }
    }
    isBegin = false;
    // One that was open for a while is asked for again at once; one that ends as it begins must not be asked all the time.
    if (!(Date.now() - openedAt > COME_AGAIN_MILLISECONDS)) await pause(COME_AGAIN_MILLISECONDS, signal);
  }
}

/** @param {AbortSignal} signal @returns {Promise<void>} */
function untilConnected(signal) {
  return new Promise((resolve) => {
    const done = () => {
      stop();
      resolve();
    };
    const before = returns.peek();
    const stop = returns.subscribe((value) => {
      // Called at once with the value of now, before `stop` is there.
      if (value !== before || isConnected.peek()) queueMicrotask(done);
    });
    signal.addEventListener("abort", done, { once: true });
  });
}

/** @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
