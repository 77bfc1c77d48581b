// The list of records: as long as there are records, with only those in sight in the page.
import { html, useCallback, useEffect, useMemo, useRef } from "../../../vendor/preact.js";
import { isSameDay, milliseconds, zoneAt } from "../../core/time.js";
import { VirtualList } from "../../components/virtual_list.js";
import { keepListPlace } from "./list_place.js";
import { RecordRow, rowElementId } from "./record_row.js";
import { markedPattern } from "./record_text.js";
import { searchedWords } from "./query_text.js";

const ROW_HEIGHT = 24;
const PHONE_ROW_HEIGHT = 58;
// Rows that are kept ready, of which some fifty are in sight.
const MOST_MADE = 500;
const KEEP_AFTER_MILLISECONDS = 250;

/**
 * @param {{ pages: import("./record_pages.js").RecordPages, q: string, address: string,
 *   selected: string | null, opened: string | null, fresh: Set<string>, isWrapped: boolean, isPhone: boolean,
 *   handle: { current: import("../../components/virtual_list.js").ListHandle | null },
 *   onOpen: (id: string) => void, onNearEnd: () => void, onTop: (isAtTop: boolean) => void }} props
 *   address: under which the place is kept
 */
export function RecordList({
  pages, q, address, selected, opened, fresh, isWrapped, isPhone, handle, onOpen, onNearEnd, onTop,
}) {
  const { rows } = pages;
  const pattern = useMemo(() => markedPattern(searchedWords(q)), [q]);
  const current = useRef(rows);
  current.current = rows;
  const keyOf = useCallback((/** @type {number} */ index) => current.current[index]?.id ?? String(index), []);
  const timer = useRef(0);

  useEffect(() => {
    const index = pages.beginAt ? rows.findIndex((row) => row.id === pages.beginAt) : 0;
    handle.current?.scrollToIndex(Math.max(0, index), "start");
    return () => clearTimeout(timer.current);
  }, [pages]);

  const oldest = rows.at(-1);
  const newest = rows[0];
  const hasDay = [oldest, newest].some((row) => row && !isSameDay(milliseconds(row.created_at), Date.now()));
  // A row that is as it was is the same object, and is passed over.
  const made = useMemo(() => new Map(), [pages, opened, selected, fresh, hasDay, isWrapped, pattern, onOpen]);
  const onScroll = (/** @type {number} */ top, /** @type {number} */ first) => {
    onTop(top < ROW_HEIGHT / 2);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(
      () => keepListPlace(address, top < ROW_HEIGHT / 2 ? null : current.current[first]?.id ?? null),
      KEEP_AFTER_MILLISECONDS,
    );
  };
  return html`
    <div class=${`record-list ${hasDay ? "has-day" : ""}`}>
      <div class="head" aria-hidden="true">
        <span>Time (${zoneAt()})</span><span>Level</span><span>Agent</span><span>Message</span>
      </div>
      <${VirtualList} key=${`${isWrapped} ${isPhone}`} count=${rows.length} rowHeight=${isPhone ? PHONE_ROW_HEIGHT : ROW_HEIGHT}
        isFixed=${!isWrapped && !isPhone} keyOf=${keyOf} label="Records" role="listbox" handle=${handle} onNearEnd=${onNearEnd} onScroll=${onScroll}
        active=${selected ? rowElementId(selected) : undefined}
        row=${(/** @type {number} */ index) => {
          const entry = current.current[index];
          if (!entry) return null;
          const known = made.get(entry.id);
          if (known) return known;
          if (made.size > MOST_MADE) made.clear();
          const row = html`
            <${RecordRow} entry=${entry} isSelected=${entry.id === selected} isOpen=${entry.id === opened}
              isFresh=${fresh.has(entry.id)} ...${{ hasDay, isWrapped, pattern, onOpen }} />
          `;
          made.set(entry.id, row);
          return row;
        }} />
    </div>
  `;
}
