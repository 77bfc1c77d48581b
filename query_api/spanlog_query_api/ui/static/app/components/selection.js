// Where the keys are in a list: j and k move, Enter opens.
import { useEffect, useRef, useState } from "../../vendor/preact.js";
import { useKeys } from "../core/keyboard.js";

/**
 * @template T
 * @param {{ title: string, items: T[], idOf: (item: T) => string, onOpen: (item: T) => void, rowId: (item: T) => string }} options
 *   title: what the items are, for the list of keys; rowId: the id of the item's element, to bring it in sight
 * @returns {{ selected: T | undefined, select: (item: T) => void }}
 */
export function useSelection({ title, items, idOf, onOpen, rowId }) {
  const [id, setId] = useState(/** @type {string | null} */ (null));
  const index = items.findIndex((item) => idOf(item) === id);
  const selected = items[index];
  // Where a row was that went away, such as a group that was resolved: the next one is there now.
  const last = useRef(-1);
  if (index >= 0) last.current = index;
  const next = index >= 0 ? index + 1 : Math.max(0, last.current);
  const previous = index >= 0 ? index - 1 : last.current - 1;
  const move = (/** @type {number} */ to) => {
    const item = items[Math.max(0, Math.min(items.length - 1, to))];
    if (item) setId(idOf(item));
  };
  useKeys(title, [
    { keys: "j", does: "next", run: () => move(next) },
    { keys: "k", does: "previous", run: () => move(previous) },
    { keys: "Enter", does: "open", run: () => selected && onOpen(selected) },
  ]);
  useEffect(() => {
    if (selected) document.getElementById(rowId(selected))?.scrollIntoView({ block: "nearest" });
  }, [id]);
  return { selected, select: (item) => setId(idOf(item)) };
}
