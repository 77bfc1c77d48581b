// Traces: which there are, how long they took, which failed.
import { html } from "../../../vendor/preact.js";
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
import { FilterField } from "./filter_field.js";
import { TraceScatter } from "./trace_scatter.js";
import { TraceTable } from "./trace_table.js";

const POLL_SECONDS = 15;
const PAGE = 100;
const MOST = 1000;
const OFFERED_AGENTS = 300;

const ERRORS = [
  { value: "", label: "All" },
  { value: "true", label: "With errors" },
  { value: "false", label: "Without" },
];

export function View() {
  const period = currentPeriod();
  const asked = {
    agent_id: queryValue("agent"),
    service: queryValue("service"),
    name: queryValue("name"),
    min_duration: queryValue("min"),
    max_duration: queryValue("max"),
    error: queryValue("error"),
    order: queryValue("order", "start"),
    limit: Math.min(MOST, Number(queryValue("show")) || PAGE),
    ...attributeOf(queryValue("attr")),
  };
  const page = useResource((signal) => get("/traces", { ...asked, ...period.bounds() }, signal), [asked, period.id], {
    pollSeconds: period.isLive ? POLL_SECONDS : 0, keepWhileChanging: true,
  });
  const agents = useResource((signal) => get("/logs/agents", {}, signal), []);
  const traces = page.data?.items ?? [];
  const open = (/** @type {any} */ trace) => navigate(viewAddress(`/ui/traces/${trace.trace_id}`));
  const { selected, select } = useSelection({
    title: "Traces", items: traces, idOf: (trace) => trace.trace_id, onOpen: open, rowId: (trace) => `trace-${trace.trace_id}`,
  });
  useKeys("Traces", [{ keys: "/", does: "search by name", run: () => document.getElementById("trace-name")?.focus() }]);
  const names = (agents.data ?? []).slice(0, OFFERED_AGENTS).map((/** @type {any} */ agent) => agent.agent_id).filter(Boolean);
  return html`
    <${ViewHead} title="Traces"><${PeriodPicker} /><//>
    <div class="traces">
      <div class="bar">
        <${FilterField} id="trace-name" name="name" label="Span name" placeholder="Span name, * for any  /" className="wide" />
        <${FilterField} name="agent" label="Agent" choices=${names} />
        <${FilterField} name="attr" label="Attribute" placeholder="attribute=value" />
        <${FilterField} name="min" label="At least this long" placeholder="≥ 500ms" className="short" />
        <${FilterField} name="max" label="At most this long" placeholder="≤ 10s" className="short" />
        ${asked.service && html`<button type="button" class="button small" title="Take this filter out" onClick=${() => setQuery({ service: null })}>service: <span class="one-line">${asked.service}</span> ✕</button>`}
        <${Choices} label="Errors" value=${asked.error} options=${ERRORS} onChoose=${(/** @type {string} */ error) => setQuery({ error }, { replace: false })} />
        <span class="faint count">${page.data ? `${counted(traces.length, "trace")}${page.data.next_cursor ? ", and more" : ""}` : ""}</span>
      </div>
      ${page.error && html`<${Problem} error=${page.error} retry=${page.reload} />`}
      ${page.isLoading && !page.data && html`<${LoadingBar} />`}
      ${page.data && (traces.length
        ? html`
          <${TraceScatter} traces=${traces} selected=${selected} onOpen=${open} />
          <${TraceTable} ...${{ traces, selected, select }} order=${asked.order} />`
        : html`<${Nothing} period=${period} />`)}
      ${page.data?.next_cursor && html`
        <p class="more"><button type="button" class="button" disabled=${asked.limit >= MOST}
          onClick=${() => setQuery({ show: String(Math.min(MOST, asked.limit + PAGE)) })}>Show more</button></p>
      `}
    </div>
  `;
}

/** "name=value" → the API's parameter. @param {string} text @returns {Record<string, string>} */
function attributeOf(text) {
  const at = text.indexOf("=");
  return at > 0 ? { [`attr.${text.slice(0, at).trim()}`]: text.slice(at + 1).trim() } : {};
}

/** @param {{ period: any }} props */
function Nothing({ period }) {
  const names = ["name", "agent", "attr", "min", "max", "error", "service"];
  const isFiltered = names.some((name) => queryValue(name));
  const clear = () => setQuery(Object.fromEntries(names.map((name) => [name, null])));
  return html`
    <div class="card">
      <${EmptyState} title=${isFiltered ? "No trace matches" : "No trace yet"}>
        <p>${isFiltered
          ? "With other filters or in a longer period there may be."
          : html`In the ${period.label}. Any OpenTelemetry SDK can send its spans to this stack, and <code>spanlog.operation("…")</code> makes a trace of log records alone.`}</p>
        ${isFiltered && html`<button type="button" class="button" onClick=${clear}>Clear the filters</button>`}
      <//>
    </div>
  `;
}
