// Logs: search them, look over them, follow them.
import { html, useCallback, useEffect, useRef, useState } from "../../../vendor/preact.js";
import { get } from "../../core/api.js";
import { useKeys } from "../../core/keyboard.js";
import { counted } from "../../core/numbers.js";
import { useResource } from "../../core/resource.js";
import { queryValue, setQuery } from "../../core/router.js";
import { browserStorage } from "../../core/storage.js";
import { zoneAt } from "../../core/time.js";
import { Dialog } from "../../components/dialog.js";
import { Icon } from "../../components/icon.js";
import { PeriodPicker } from "../../components/period_picker.js";
import { EmptyState, LoadingBar, Problem, Skeleton } from "../../components/states.js";
import { ViewHead } from "../../components/view_head.js";
import { fieldNames } from "./completion.js";
import { ExportMenu } from "./export_menu.js";
import { Facets } from "./facets.js";
import { LevelChart } from "./level_chart.js";
import { keptPlace } from "./list_place.js";
import { LiveControls } from "./live_controls.js";
import { currentLogQuery, search, setLive } from "./log_query.js";
import { NoRecords } from "./no_records.js";
import { withValue } from "./query_text.js";
import { RecordList } from "./record_list.js";
import { RecordPanel } from "./record_panel.js";
import { SearchBox } from "./search_box.js";
import { TailNotes } from "./tail_notes.js";
import { useMedia } from "./use_media.js";
import { useRecords } from "./use_records.js";
import { useTail } from "./use_tail.js";

const PHONE = "(max-width: 640px)";
const WRAP = "logs.wrap";
const HIDE_FACETS = "logs.hideFacets";

export function View() {
  const query = currentLogQuery();
  const opened = queryValue("record") || null;
  const address = query.id;
  const [wanted] = useState(() => keptPlace(address));
  const [selected, setSelected] = useState(opened);
  const [isWrapped, setWrapped] = useState(browserStorage.get(WRAP) === "1");
  const [hidesFacets, setHidesFacets] = useState(browserStorage.get(HIDE_FACETS) === "1");
  const [isChoosing, setChoosing] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const [isAtTop, setAtTop] = useState(true);
  const [fresh, setFresh] = useState(/** @type {Set<string>} */ (new Set()));
  const [turn, setTurn] = useState(0);
  const isPhone = useMedia(PHONE);
  const list = useRef(/** @type {import("../../components/virtual_list.js").ListHandle | null} */ (null));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const records = useRecords(query, wanted);
  const tail = useTail({ isOn: query.isLive, q: query.q });
  const known = useResource(
    (signal) => {
      const { since, until } = query.asked();
      return get("/logs/fields", { since, until }, signal);
    },
    [query.period.id], { keepWhileChanging: true },
  );
  const { pages } = records;
  const isOfQuery = pages?.of === query.id;
  const rows = pages?.rows ?? [];
  const waiting = isOfQuery ? tail.waiting.filter((entry) => pages.lacks(entry)).length : 0;

  const takeNew = () => setFresh(new Set(records.merge(tail.take())));
  useEffect(() => {
    if (tail.waiting.length && isOfQuery && !isPaused && isAtTop) takeNew();
  });
  useEffect(() => {
    if (tail.gaps) records.reload();
  }, [tail.gaps]);
  useEffect(() => setPaused(false), [query.isLive, query.q]);
  // Other records begin at their top.
  useEffect(() => setAtTop(true), [pages]);

  const showNew = () => {
    setPaused(false);
    takeNew();
    list.current?.scrollToIndex(0, "start");
  };
  const reload = () => {
    tail.forget();
    records.reload();
    setTurn((value) => value + 1);
  };
  const open = useCallback((/** @type {string | null} */ id) => {
    if (id) setSelected(id);
    // One step in the history, however many records are looked at.
    setQuery({ record: id }, { replace: id === null || queryValue("record") !== "" });
  }, []);
  const step = (/** @type {number} */ by) => {
    const at = opened ?? selected;
    const index = rows.findIndex((row) => row.id === at);
    const next = rows[index < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, index + by))];
    if (!next) return;
    setSelected(next.id);
    list.current?.scrollToIndex(rows.indexOf(next));
    if (opened) open(next.id);
  };
  const filter = (/** @type {string} */ name, /** @type {string} */ value, /** @type {boolean} */ isExcluded) =>
    search(withValue(query.q, name, value, isExcluded));
  const wrap = () => {
    browserStorage.set(WRAP, isWrapped ? null : "1");
    setWrapped(!isWrapped);
  };
  const toggleFacets = () => {
    if (isPhone) {
      setChoosing(true);
      return;
    }
    browserStorage.set(HIDE_FACETS, hidesFacets ? null : "1");
    setHidesFacets(!hidesFacets);
  };
  useKeys("Records", [
    { keys: "j", does: "next, older record", run: () => step(1) },
    { keys: "k", does: "previous, newer record", run: () => step(-1) },
    { keys: "Enter", does: "open the record", run: () => selected && open(selected) },
    { keys: "Escape", does: "close the record", run: () => open(null) },
    { keys: "/", does: "search", run: () => field.current?.select() },
    { keys: "l", does: "follow records as they come, or stop", run: () => setLive(!query.isLive) },
    { keys: "w", does: "wrap long lines, or not", run: wrap },
    { keys: "f", does: "show filters, or hide them", run: toggleFacets },
    { keys: "r", does: "load anew", run: reload },
    ...(query.isLive ? [{ keys: " ", does: "pause, or go on", run: () => setPaused(!isPaused) }] : []),
  ]);

  const isMistake = records.error && "errors" in records.error
    && /** @type {any} */ (records.error).errors.some((/** @type {any} */ each) => each.field === "q");
  const facets = html`<${Facets} query=${query} known=${known.data} turn=${turn} />`;
  return html`
    <div class="logs">
      <${ViewHead} title="Logs">
        <${LiveControls} isLive=${query.isLive} isPaused=${isPaused} status=${tail.status} onPause=${() => setPaused(!isPaused)} />
        <${PeriodPicker} />
      <//>
      <${SearchBox} query=${query} known=${known.data} error=${records.error} field=${field}
        onLeave=${() => field.current?.blur()} />
      <div class=${`body ${hidesFacets || isPhone ? "" : "has-facets"}`}>
        ${!hidesFacets && !isPhone && html`<aside class="side-facets" aria-label="Filters">${facets}</aside>`}
        <div class="results">
          <${LevelChart} query=${query} turn=${turn} isPhone=${isPhone} />
          <div class="toolbar">
            <button type="button" class="button small" aria-pressed=${!hidesFacets && !isPhone ? "true" : "false"} title="Filters (f)"
              onClick=${toggleFacets}><${Icon} name="filter" /><span class="words">Filters</span></button>
            <span class="count" role="status">${isOfQuery && pages.total !== null ? counted(pages.total, "record") : ""}</span>
            <span class="phone-only faint">${zoneAt()}</span>
            <div class="end">
              <button type="button" class="button small" onClick=${reload} title="Load anew (r)" aria-label="Load anew"><${Icon} name="refresh" /></button>
              <button type="button" class="button small" aria-pressed=${isWrapped ? "true" : "false"} onClick=${wrap} title="Wrap long lines (w)">
                <${Icon} name="wrap" /><span class="words">Wrap</span></button>
              <${ExportMenu} query=${query} total=${pages?.total ?? null} />
            </div>
          </div>
          ${records.isLoading && html`<${LoadingBar} />`}
          ${records.error && !isMistake && html`<${Problem} error=${records.error} retry=${rows.length ? records.loadMore : records.reload} />`}
          <div class=${`list-place ${pages && !isOfQuery ? "is-old" : ""}`}>
            <${TailNotes} tail=${tail} waiting=${waiting} isPaused=${isPaused} onShow=${showNew} onReload=${reload} />
            ${pages && rows.length > 0 && html`
              <${RecordList} pages=${pages} q=${query.q} ...${{ address, selected, opened, fresh, isWrapped, isPhone }}
                handle=${list} onOpen=${open} onNearEnd=${records.loadMore} onTop=${setAtTop} />
            `}
            ${!pages && !records.error && html`<${Skeleton} lines=${16} />`}
            ${isMistake && html`<${EmptyState} title="This search has a mistake"><p>Above it says where, and what to write instead.</p><//>`}
            ${pages && isOfQuery && !rows.length && !records.isLoading && html`<${NoRecords} query=${query} />`}
            ${pages?.wasCut && html`<p class="faint cut">Older records were let go while following; load anew to see them.</p>`}
          </div>
        </div>
        ${opened && html`
          <${RecordPanel} id=${opened} known=${rows.find((row) => row.id === opened)} fields=${fieldNames(known.data)}
            onClose=${() => open(null)} onStep=${step} onFilter=${filter} />
        `}
      </div>
      ${isChoosing && html`<${Dialog} title="Filters" onClose=${() => setChoosing(false)}>${facets}<//>`}
    </div>
  `;
}
