// Each view has its own address, and what it shows stands in that address: path and query, nothing else.
import { signal } from "../../vendor/preact.js";
import { queryText } from "./api.js";
import { keepPlace, restorePlace } from "./scroll_place.js";

const HOME = "/";
const VIEWS = "/ui/";

/** Where we are. */
export const place = signal(read());

function read() {
  return { path: window.location.pathname, query: new URLSearchParams(window.location.search) };
}

/** Whether an address is one of the page's own. @param {URL} url */
function isOurs(url) {
  return url.origin === window.location.origin && (url.pathname === HOME || url.pathname.startsWith(VIEWS));
}

/**
 * Go to an address of the page.
 * @param {string} address
 * @param {{ replace?: boolean }} [how] replace: the way back does not lead here
 */
export function navigate(address, { replace = false } = {}) {
  const url = new URL(address, window.location.href);
  if (!isOurs(url)) return;
  const isSamePath = url.pathname === window.location.pathname;
  keepPlace();
  if (replace) window.history.replaceState(window.history.state, "", url);
  else window.history.pushState(null, "", url);
  place.value = read();
  if (!isSamePath && !replace) window.scrollTo(0, 0);
}

/**
 * Change parts of the query: null or "" takes one out.
 * @param {import("./api.js").Query} changes
 * @param {{ replace?: boolean }} [how] replace (the default): typing does not fill the history
 */
export function setQuery(changes, { replace = true } = {}) {
  const query = Object.fromEntries(place.value.query);
  navigate(window.location.pathname + queryText({ ...query, ...changes }), { replace });
}

/** One value of the query, or `fallback`. @param {string} name @param {string} [fallback] */
export function queryValue(name, fallback = "") {
  return place.value.query.get(name) ?? fallback;
}

/**
 * The address of a view, in the period that is looked at now.
 * @param {string} path such as "/ui/errors"
 * @param {import("./api.js").Query} [query]
 */
export function viewAddress(path, query = {}) {
  const { query: now } = place.value;
  const kept = "period" in query || "since" in query
    ? {} : { period: now.get("period"), since: now.get("since"), until: now.get("until") };
  return path + queryText({ ...kept, ...query });
}

/**
 * Compare a path with a pattern; `:name` stands for one part of it.
 * @param {string} pattern such as "/ui/errors/:fingerprint"
 * @param {string} path
 * @returns {Record<string, string> | null}
 */
export function matchPath(pattern, path) {
  const expected = pattern.split("/");
  const parts = path.replace(/(?<=.)\/$/, "").split("/");
  if (expected.length !== parts.length) return null;
  /** @type {Record<string, string>} */
  const found = {};
  for (const [index, name] of expected.entries()) {
    const part = parts[index] ?? "";
    if (!name.startsWith(":")) {
      if (name !== part) return null;
    } else {
      try {
        found[name.slice(1)] = decodeURIComponent(part);
      } catch {
        return null;
      }
    }
  }
  return found;
}

/** Listen to links, and to the way back and forth. */
export function startRouter() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    if (!isOurs(new URL(link.href))) return;
    event.preventDefault();
    navigate(link.href);
  });
  window.addEventListener("popstate", () => {
    place.value = read();
    restorePlace();
  });
  restorePlace();
}
