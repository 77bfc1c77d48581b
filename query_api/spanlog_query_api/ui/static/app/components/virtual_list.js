// A list of any length, of which only the rows in sight exist.
import { html, useEffect, useLayoutEffect, useReducer, useRef, useState } from "../../vendor/preact.js";
import {
  elementScroll, measureElement, observeElementOffset, observeElementRect, Virtualizer,
} from "../../vendor/virtual.js";

/**
 * @typedef {object} ListHandle what the owner can do with the list
 * @property {(index: number, align?: "auto" | "start" | "center" | "end") => void} scrollToIndex
 * @property {() => boolean} isAtEnd
 */

/**
 * @param {{ count: number, rowHeight: number, row: (index: number) => any, keyOf: (index: number) => string,
 *   label: string, className?: string, role?: string, active?: string, overscan?: number, isFixed?: boolean, onNearEnd?: () => void,
 *   onScroll?: (top: number, first: number) => void,
 *   handle?: { current: ListHandle | null } }} props
 *   rowHeight: a guess, in pixels; rows are measured, unless isFixed says that it is none. keyOf: the same function each time, or all rows are placed anew.
 *   role: of the list, "list" unless said. active: the id of the element that the keys are at. onNearEnd: the last rows
 *   come in sight. onScroll: how far it is scrolled, and which row is the first in sight. The list fills the height its class gives it.
 */
export function VirtualList({
  count, rowHeight, row, keyOf, label, className = "", role = "list", active, overscan = 10, isFixed = false, onNearEnd, onScroll, handle,
}) {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [, rerender] = useReducer((/** @type {number} */ value) => value + 1, 0);
  const options = {
    count,
    getScrollElement: () => element.current,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    overscan,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    measureElement,
    onChange: () => rerender(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer(options));
  const [measure] = useState(() => (/** @type {any} */ node) => node && virtualizer.measureElement(node));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (count && last >= count - overscan) onNearEnd?.();
  }, [last, count]);
  if (handle) {
    handle.current = {
      scrollToIndex: (index, align = "auto") => virtualizer.scrollToIndex(index, { align }),
      isAtEnd: () => {
        const place = element.current;
        return !place || place.scrollHeight - place.scrollTop - place.clientHeight < rowHeight;
      },
    };
  }
  return html`
    <div ref=${element} class=${`virtual-list ${className}`} role=${role} aria-label=${label} tabindex="0"
      aria-activedescendant=${active} onScroll=${onScroll && (() => {
        const top = element.current?.scrollTop ?? 0;
        onScroll(top, virtualizer.getVirtualItemForOffset(top)?.index ?? 0);
      })}>
      <div class="virtual-space" style=${{ height: `${virtualizer.getTotalSize()}px` }}>
        ${shown.map((item) => html`
          <div key=${item.key} data-index=${item.index} class="virtual-row" role=${role === "list" ? "listitem" : undefined}
            ref=${isFixed ? undefined : measure}
            style=${{ transform: `translateY(${item.start}px)` }}>${row(item.index)}</div>
        `)}
      </div>
    </div>
  `;
}
