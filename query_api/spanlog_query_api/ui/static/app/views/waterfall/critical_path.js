// What the whole had to wait for: going back from the end, always the child that ended last.

/** @typedef {import("./spans.js").Span} Span */

/**
 * @param {Span[]} spans
 * @returns {Map<number, [number, number][]>} by a span's index, when nothing else kept it from going on
 */
export function criticalPath(spans) {
  /** @type {Map<number, Span[]>} */
  const children = new Map();
  /** @type {Span | null} */
  let longest = null;
  for (const span of spans) {
    if (span.isLog) continue;
    if (span.parent >= 0) {
      const siblings = children.get(span.parent);
      if (siblings) siblings.push(span);
      else children.set(span.parent, [span]);
    } else if (!longest || span.to - span.from > longest.to - longest.from) {
      longest = span;
    }
  }
  /** @type {Map<number, [number, number][]>} */
  const path = new Map();
  if (!longest) return path;
  /** @type {[Span, number][]} */
  const waiting = [[longest, longest.to]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [span, until] = next;
    /** @type {[number, number][]} */
    const own = [];
    let at = until;
    const last = (children.get(span.index) ?? []).toSorted((a, b) => b.to - a.to);
    for (const child of last) {
      // One that still ran is what this time was waited for only up to its end.
      if (child.to > at || child.to <= span.from || child.to === child.from) continue;
      if (child.to < at) own.push([child.to, at]);
      waiting.push([child, child.to]);
      at = Math.max(span.from, child.from);
      if (at <= span.from) break;
    }
    if (at > span.from) own.push([span.from, at]);
    path.set(span.index, own);
  }
  return path;
}
