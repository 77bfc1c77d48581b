// Error groups: what fails, how often, since when, and what was done about it.
import { html, useEffect, useRef, useState } from "../../../vendor/preact.js";
import { Choices } from "../../components/choices.js";
import { PeriodPicker } from "../../components/period_picker.js";
import { useSelection } from "../../components/selection.js";
import { EmptyState, LoadingBar, Problem } from "../../components/states.js";
import { ViewHead } from "../../components/view_head.js";
import { get } from "../../core/api.js";
import { useKeys } from "../../core/keyboard.js";
import { counted } from "../../core/numbers.js";
import { currentPeriod } from "../../core/period.js";
import { useResource } from "../../core/resource.js";
import { navigate, queryValue, setQuery, viewAddress } from "../../core/router.js";
import { ErrorTable } from "./error_table.js";
import { useGroupActions } from "./use_group_actions.js";

const POLL_SECONDS = 15;
const PAGE = 100;
const MOST = 1000;
const BUCKETS = 24;
const TYPING_MILLISECONDS = 250;

const STATUSES = [
  { value: "open", label: "Open" },
  { value: "new", label: "New" },
  { value: "regressed", label: "Regressed" },
  { value: "resolved", label: "Resolved" },
  { value: "muted", label: "Muted" },
  { value: "all", label: "All" },
];

export function View() {
  const period = currentPeriod();
  const status = queryValue("status", "open");
  const asked = {
    status: status === "all" ? "" : status,
    search: queryValue("search"),
    agent_id: queryValue("agent"),
    assigned_to: queryValue("assigned"),
    sort: queryValue("sort", "last_seen"),
    order: queryValue("order", "desc"),
    limit: Math.min(MOST, Number(queryValue("show")) || PAGE),
    buckets: BUCKETS,
  };
  const page = useResource((signal) => get("/errors", { ...asked, ...period.bounds() }, signal), [asked, period.id], {
    pollSeconds: POLL_SECONDS, keepWhileChanging: true,
  });
  const groups = page.data?.items ?? [];
  const [marked, setMarked] = useState(/** @type {Set<string>} */ (new Set()));
  const open = (/** @type {any} */ group) => navigate(viewAddress(`/ui/errors/${group.fingerprint}`));
  const { selected, select } = useSelection({
    title: "Error groups", items: groups, idOf: (group) => group.fingerprint, onOpen: open,
    rowId: (group) => `group-${group.fingerprint}`,
  });
  const mark = (/** @type {any} */ group) => setMarked((now) => {
    const next = new Set(now);
    if (!next.delete(group.fingerprint)) next.add(group.fingerprint);
    return next;
  });
  const chosen = groups.filter((/** @type {any} */ group) => marked.has(group.fingerprint));
  const acted = chosen.length ? chosen : selected ? [selected] : [];
  const { buttons, dialogs } = useGroupActions({
    groups: acted, reload: page.reload, onDone: () => setMarked(new Set()),
  });
  useKeys("Error groups", [
    { keys: "x", does: "mark", run: () => selected && mark(selected) },
    { keys: "/", does: "search", run: () => document.getElementById("error-search")?.focus() },
  ]);
  return html`
    <${ViewHead} title="Errors"><${PeriodPicker} /><//>
    <div class="errors">
      <div class="bar">
        <${Choices} label="State" value=${status} options=${STATUSES}
          onChoose=${(/** @type {string} */ value) => setQuery({ status: value === "open" ? null : value }, { replace: false })} />
        <${Search} />
        <${Filter} name="agent" label="agent" />
        <${Filter} name="assigned" label="assigned to" />
      </div>
      <div class="bar acting">
        <label class="all"><input type="checkbox" aria-label="Mark all" checked=${chosen.length > 0 && chosen.length === groups.length}
          onChange=${(/** @type {any} */ event) => setMarked(event.target.checked ? new Set(groups.map((/** @type {any} */ each) => each.fingerprint)) : new Set())} /></label>
        ${buttons}
        <span class="faint count">${chosen.length ? `${chosen.length} marked of ` : ""}${page.data ? counted(page.data.total, "group") : ""}</span>
      </div>
      ${page.error && html`<${Problem} error=${page.error} retry=${page.reload} />`}
      ${page.isLoading && !page.data && html`<${LoadingBar} />`}
      ${page.data && (groups.length
        ? html`<${ErrorTable} groups=${groups} charts=${page.data.charts} ...${{ selected, select, marked, mark, asked }} />`
        : html`<${Nothing} status=${status} period=${period} />`)}
      ${groups.length > 0 && page.data.total > groups.length && html`
        <p class="more"><button type="button" class="button" onClick=${() => setQuery({ show: String(Math.min(MOST, asked.limit + PAGE)) })}
          disabled=${asked.limit >= MOST}>Show more</button></p>
      `}
    </div>
    ${dialogs}
  `;
}

/** @param {{ status: string, period: any }} props */
function Nothing({ status, period }) {
  const isFiltered = Boolean(queryValue("search") || queryValue("agent") || queryValue("assigned"));
  return html`
    <div class="card">
      <${EmptyState} title=${isFiltered ? "No group matches" : status === "open" ? "No open error" : "None"}>
        <p>${isFiltered ? "With other words, of other agents or in a longer period there may be." : `In the ${period.label}.`}</p>
        ${isFiltered && html`
          <button type="button" class="button" onClick=${() => setQuery({ search: null, agent: null, assigned: null })}>Clear the filters</button>
        `}
      <//>
    </div>
  `;
}

/** Words in the title or type; the address follows when typing pauses. */
function Search() {
  const given = queryValue("search");
  const [text, setText] = useState(given);
  const timer = useRef(0);
  useEffect(() => setText(given), [given]);
  const onInput = (/** @type {any} */ event) => {
    const { value } = event.target;
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery({ search: value }), TYPING_MILLISECONDS);
  };
  return html`
    <input id="error-search" class="field" type="search" placeholder="Search title or type  /" aria-label="Search title or type"
      value=${text} onInput=${onInput}
      onKeyDown=${(/** @type {any} */ event) => event.key === "Escape" && event.target.blur()} />
  `;
}

/** A filter that came with the address, to be taken out. @param {{ name: string, label: string }} props */
function Filter({ name, label }) {
  const value = queryValue(name);
  if (!value) return null;
  return html`
    <button type="button" class="button small" title="Take this filter out" onClick=${() => setQuery({ [name]: null })}>
      ${label}: <span class="one-line">${value}</span> ✕
    </button>
  `;
}
