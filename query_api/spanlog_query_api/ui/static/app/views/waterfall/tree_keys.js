// The keys of a waterfall.
import { useKeys } from "../../core/keyboard.js";
import { setQuery } from "../../core/router.js";

/** @typedef {import("./spans.js").Span} Span */

const MARGIN = 0.05;

/** Show the time of one span, and a little around it. @param {import("./use_tree.js").Tree} tree @param {Span} span @param {number} length */
export function zoomTo(tree, span, length) {
  const margin = Math.max((span.to - span.from) * MARGIN, length / 1e6);
  tree.show(Math.max(0, span.from - margin), Math.min(length, span.to + margin));
}

/** @param {{ tree: import("./use_tree.js").Tree, spans: Span[], length: number, onLeave: () => void }} given */
export function useTreeKeys({ tree, spans, length, onLeave }) {
  const { current } = tree;
  const errors = () => spans.filter((span) => span.isError && (tree.hasRecords || !span.isLog));
  const children = () => current && current.end > current.index + 1;
  const right = () => {
    if (!current) tree.move(0);
    else if (children() && tree.folded.has(current.key)) tree.toggle(current);
    else if (children()) tree.move(1);
  };
  const left = () => {
    if (current && children() && !tree.folded.has(current.key)) tree.toggle(current);
    else if (current) tree.go(spans[current.parent]);
  };
  const leave = () => {
    if (tree.opened) tree.close();
    else if (tree.isZoomed) tree.show(0, length);
    else onLeave();
  };
  useKeys("Waterfall", [
    { keys: "ArrowDown", does: "next row", run: () => tree.move(1) },
    { keys: "ArrowUp", does: "row before", run: () => tree.move(-1) },
    { keys: "j", does: "next row", run: () => tree.move(1) },
    { keys: "k", does: "row before", run: () => tree.move(-1) },
    { keys: "ArrowRight", does: "expand, or into it", run: right },
    { keys: "ArrowLeft", does: "collapse, or to its parent", run: left },
    { keys: "Home", does: "first row", run: () => tree.go(tree.rows[0]) },
    { keys: "End", does: "last row", run: () => tree.go(tree.rows.at(-1)) },
    { keys: "Enter", does: "all about it", run: () => current && tree.open(current) },
    { keys: "Escape", does: "close, all of the time, back to the list", run: leave },
    { keys: "/", does: "search", run: () => document.getElementById("wf-find")?.focus() },
    { keys: "n", does: "next that is found", run: () => tree.step(tree.found, 1) },
    { keys: "N", does: "found before", run: () => tree.step(tree.found, -1) },
    { keys: "e", does: "next error", run: () => tree.step(errors(), 1) },
    { keys: "E", does: "error before", run: () => tree.step(errors(), -1) },
    { keys: "x", does: "expand all", run: () => tree.foldTo(0) },
    { keys: "c", does: "collapse all", run: () => tree.foldTo(1) },
    ...[2, 3, 4, 5].map((levels) => ({ keys: String(levels), does: `${levels} levels`, run: () => tree.foldTo(levels) })),
    { keys: "z", does: "its time alone", run: () => current && zoomTo(tree, current, length) },
    { keys: "0", does: "all of the time", run: () => tree.show(0, length) },
    { keys: "r", does: "with or without records", run: () => setQuery({ records: tree.hasRecords ? "0" : null }) },
  ]);
}
