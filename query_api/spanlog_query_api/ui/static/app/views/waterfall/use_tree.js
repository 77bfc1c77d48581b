// What of the tree is shown: which spans are folded, where one is, what is looked for, which time.
import { useEffect, useMemo, useRef, useState } from "../../../vendor/preact.js";
import { queryValue, setQuery } from "../../core/router.js";
import { textOf } from "./spans.js";

/** @typedef {import("./spans.js").Span} Span */

/** @param {Span[]} spans @param {number} depth how many levels stay open */
function foldedBelow(spans, depth) {
  return new Set(spans.filter((span) => span.depth >= depth - 1 && span.end > span.index + 1).map((span) => span.key));
}

/** @param {Span[]} spans @param {Set<string>} folded @param {boolean} hasRecords */
function rowsOf(spans, folded, hasRecords) {
  const rows = [];
  for (let index = 0; index < spans.length;) {
    const span = /** @type {Span} */ (spans[index]);
    const isLeftOut = span.isLog && !hasRecords;
    if (!isLeftOut) rows.push(span);
    index = !isLeftOut && folded.has(span.key) ? span.end : index + 1;
  }
  return rows;
}

/**
 * @param {Span[]} spans
 * @param {number} length milliseconds of all
 */
export function useTree(spans, length) {
  const depth = Number(queryValue("depth")) || 0;
  const find = queryValue("find").trim();
  const hasRecords = queryValue("records") !== "0";
  const opened = queryValue("span");
  const [folded, setFolded] = useState(() => (depth ? foldedBelow(spans, depth) : /** @type {Set<string>} */ (new Set())));
  const [currentKey, setCurrentKey] = useState(opened);
  const byKey = useMemo(() => new Map(spans.map((span) => [span.key, span])), [spans]);
  const rows = useMemo(() => rowsOf(spans, folded, hasRecords), [spans, folded, hasRecords]);
  const texts = useMemo(() => (find ? spans.map(textOf) : []), [spans, Boolean(find)]);
  const found = useMemo(() => {
    const wanted = find.toLowerCase();
    return find ? spans.filter((span) => texts[span.index]?.includes(wanted) && (hasRecords || !span.isLog)) : [];
  }, [spans, find, texts, hasRecords]);
  const isFound = useMemo(() => new Set(found), [found]);
  const current = byKey.get(currentKey);
  const scrolling = useRef(/** @type {string | null} */ (opened || null));

  const reveal = (/** @type {Span} */ span) => {
    if (span.isLog && !hasRecords) setQuery({ records: null });
    let parent = spans[span.parent];
    const open = new Set(folded);
    for (; parent; parent = spans[parent.parent]) open.delete(parent.key);
    if (open.size !== folded.size) setFolded(open);
    scrolling.current = span.key;
    setCurrentKey(span.key);
    if (opened) setQuery({ span: span.key });
  };
  useEffect(() => {
    if (opened && byKey.has(opened) && opened !== currentKey) {
      scrolling.current = opened;
      setCurrentKey(opened);
    }
  }, [opened]);
  // On arrival the span of the address is brought in sight, wherever it is.
  useEffect(() => {
    if (current) reveal(current);
  }, []);

  const row = current ? rows.indexOf(current) : -1;
  const go = (/** @type {Span | undefined} */ span) => span && reveal(span);
  const move = (/** @type {number} */ by) => go(rows[Math.max(0, Math.min(rows.length - 1, row < 0 ? 0 : row + by))]);
  const step = (/** @type {Span[]} */ among, /** @type {1 | -1} */ way) => {
    if (!among.length) return;
    const at = current?.index ?? -1;
    const next = way > 0
      ? among.find((span) => span.index > at) ?? among[0]
      : among.findLast((span) => span.index < at) ?? among.at(-1);
    go(next);
  };
  const toggle = (/** @type {Span} */ span) => setFolded((now) => {
    const next = new Set(now);
    if (!next.delete(span.key)) next.add(span.key);
    return next;
  });
  const foldTo = (/** @type {number} */ levels) => {
    const next = levels ? foldedBelow(spans, levels) : new Set();
    setFolded(next);
    setQuery({ depth: levels ? String(levels) : null });
    // Where one is may be folded away: then one is at what folds it.
    let at = current;
    for (let above = at; above; above = spans[above.parent]) if (next.has(above.key)) at = above;
    if (at) {
      scrolling.current = at.key;
      setCurrentKey(at.key);
    }
  };
  const from = Math.max(0, Number(queryValue("from")) || 0);
  const to = Math.min(length, Number(queryValue("to")) || length);
  /** @type {[number, number]} */
  const shown = from < to ? [from, to] : [0, length];
  const show = (/** @type {number} */ start, /** @type {number} */ end) => {
    const isAll = start <= 0 && end >= length;
    setQuery({ from: isAll || start <= 0 ? null : start.toFixed(6), to: isAll || end >= length ? null : end.toFixed(6) });
  };
  return {
    rows, folded, current, row, find, found, isFound, hasRecords, depth, shown, scrolling, byKey,
    opened: byKey.get(opened), isZoomed: shown[0] > 0 || shown[1] < length,
    go, move, step, toggle, foldTo, show, setCurrentKey,
    open: (/** @type {Span} */ span) => {
      setCurrentKey(span.key);
      setQuery({ span: span.key });
    },
    close: () => setQuery({ span: null }),
  };
}

/** @typedef {ReturnType<typeof useTree>} Tree */
