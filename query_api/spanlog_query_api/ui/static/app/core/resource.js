// Something loaded from the API, as long as the component that shows it is there.
import { useCallback, useEffect, useRef, useState } from "../../vendor/preact.js";
import { ConnectionLostError } from "./api.js";
import { returns } from "./connection.js";

/**
 * @template T
 * @typedef {object} Resource
 * @property {T | undefined} data what came last; stays while newer is loaded, goes when `of` changes
 * @property {Error | undefined} error why the last attempt failed
 * @property {boolean} isLoading
 * @property {() => void} reload
 * @property {(change: (now: T | undefined) => T | undefined) => void} setData show a change before the API tells it
 */

/**
 * Load when `of` changes, when the stack comes back, every `pollSeconds` while the page is in sight, and on `reload()`.
 * A request that is not wanted any more is ended.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {unknown[]} of what is loaded depends on
 * @param {{ pollSeconds?: number, keepWhileChanging?: boolean }} [options] keepWhileChanging: show the old until the
 *   new is there, also when `of` changes
 * @returns {Resource<T>}
 */
export function useResource(load, of, { pollSeconds = 0, keepWhileChanging = false } = {}) {
  const name = JSON.stringify(of);
  const [state, setState] = useState(
    /** @type {{ name: string, data?: T, error?: Error, isLoading: boolean }} */ ({ name, isLoading: true }),
  );
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  loader.current = load;
  const reload = useCallback(() => setTurn((value) => value + 1), []);
  const setData = useCallback(
    (/** @type {(now: T | undefined) => T | undefined} */ change) =>
      setState((now) => ({ ...now, data: change(now.data) })),
    [],
  );
  const returned = returns.value;
  const isWaiting = useRef(false);

  useEffect(() => {
    const controller = new AbortController();
    isWaiting.current = true;
    setState((now) => ({ ...now, isLoading: true }));
    loader.current(controller.signal).then(
      (data) => {
        if (controller.signal.aborted) return;
        isWaiting.current = false;
        setState({ name, data, isLoading: false });
      },
      (error) => {
        if (controller.signal.aborted) return;
        isWaiting.current = false;
        // The banner says that the stack is away; what is shown stays.
        const keepsData = error instanceof ConnectionLostError;
        setState((now) => ({
          name, error, isLoading: false, data: keepsData || now.name === name ? now.data : undefined,
        }));
      },
    );
    return () => controller.abort();
  }, [name, turn, returned]);

  useEffect(() => {
    if (!pollSeconds) return undefined;
    const timer = setInterval(() => {
      // A slow answer is waited for: asking anew would end it, again and again.
      if (!document.hidden && !isWaiting.current) reload();
    }, pollSeconds * 1000);
    return () => clearInterval(timer);
  }, [pollSeconds]);

  const isOld = state.name !== name && !keepWhileChanging;
  return {
    data: isOld ? undefined : state.data,
    error: isOld ? undefined : state.error,
    isLoading: state.isLoading || state.name !== name,
    reload,
    setData,
  };
}
