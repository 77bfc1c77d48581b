// The list of records of a query: what is loaded, and what can be done with it.
import { useCallback, useEffect, useReducer, useRef, useState } from "../../../vendor/preact.js";
import { ConnectionLostError } from "../../core/api.js";
import { returns } from "../../core/connection.js";
import { RecordPages } from "./record_pages.js";

const MOST_PAGES_TO_A_PLACE = 30;

/** @typedef {import("./record_pages.js").Entry} Entry */

/**
 * @param {import("./log_query.js").LogQuery} query
 * @param {string | null} wanted id of a record that is loaded up to at first, if it is not too far
 */
export function useRecords(query, wanted) {
  const [pages, setPages] = useState(/** @type {RecordPages | null} */ (null));
  const [state, setState] = useState({ isLoading: true, error: /** @type {Error | null} */ (null), of: query.id });
  const [turn, setTurn] = useState(0);
  const [, changed] = useReducer((/** @type {number} */ value) => value + 1, 0);
  const loading = useRef(/** @type {AbortController | null} */ (null));
  const isLoadingMore = useRef(false);
  const isFirst = useRef(true);
  const returned = returns.value;
  const reload = useCallback(() => setTurn((value) => value + 1), []);

  useEffect(() => {
    const controller = new AbortController();
    loading.current?.abort();
    loading.current = controller;
    isLoadingMore.current = true;
    const next = new RecordPages(query.asked(), query.id);
    if (isFirst.current) next.beginAt = wanted;
    setState({ isLoading: true, error: null, of: query.id });
    loadFirst(next, controller.signal).then(
      () => {
        if (controller.signal.aborted) return;
        isFirst.current = false;
        isLoadingMore.current = false;
        setPages(next);
        setState({ isLoading: false, error: null, of: query.id });
      },
      (error) => {
        if (controller.signal.aborted) return;
        isLoadingMore.current = false;
        // What is there stays when only the stack is away; it is no answer to another question, though.
        if (!(error instanceof ConnectionLostError)) setPages(null);
        setState({ isLoading: false, error, of: query.id });
      },
    );
    return () => controller.abort();
  }, [query.id, turn]);

  useEffect(() => {
    if (returned && state.error instanceof ConnectionLostError) reload();
  }, [returned]);

  // Between what is loaded and what comes from now on, nothing may be missing.
  useEffect(() => {
    if (query.isLive && pages) reload();
  }, [query.isLive]);

  const loadMore = useCallback(() => {
    const controller = loading.current;
    if (!pages || !controller || !pages.hasMore || isLoadingMore.current) return;
    isLoadingMore.current = true;
    setState((now) => ({ ...now, isLoading: true, error: null }));
    pages.loadMore(controller.signal).then(
      () => {
        isLoadingMore.current = false;
        if (!controller.signal.aborted) setState((now) => ({ ...now, isLoading: false, error: null }));
      },
      (error) => {
        isLoadingMore.current = false;
        if (!controller.signal.aborted) setState((now) => ({ ...now, isLoading: false, error }));
      },
    );
  }, [pages]);

  const merge = useCallback((/** @type {Entry[]} */ entries) => {
    if (!pages) return [];
    const fresh = pages.merge(entries);
    if (fresh.length) changed(undefined);
    return fresh;
  }, [pages]);

  return { pages, ...state, isLoading: state.isLoading || state.of !== query.id, reload, loadMore, merge };
}

/** @param {RecordPages} pages @param {AbortSignal} signal */
async function loadFirst(pages, signal) {
  const wanted = pages.beginAt;
  await pages.loadMore(signal);
  for (let page = 1; wanted && page < MOST_PAGES_TO_A_PLACE && pages.hasMore && !pages.ids.has(wanted); page++) {
    await pages.loadMore(signal);
  }
}
