// What values the matching records have: a click asks for one, or excludes it.
import { html, useState } from "../../../vendor/preact.js";
import { get } from "../../core/api.js";
import { compact, full } from "../../core/numbers.js";
import { useResource } from "../../core/resource.js";
import { Icon } from "../../components/icon.js";
import { LEVELS } from "../../components/level.js";
import { Problem, Skeleton } from "../../components/states.js";
import { fieldNames } from "./completion.js";
import { search } from "./log_query.js";
import { canAskFor, chosenValues, withoutField, withValue, writtenName } from "./query_text.js";

const FIELDS = [
  { field: "level", label: "Level" },
  { field: "agent_id", label: "Agent" },
  { field: "category", label: "Category" },
  { field: "session_key", label: "Session" },
  { field: "logger", label: "Logger" },
  { field: "source", label: "Source" },
];
const SHOWN_VALUES = 8;
const MORE_VALUES = 50;
const SHOWN_ATTRIBUTES = 12;
const LIVE_SECONDS = 30;
// They hold a text of its own for each record, which no list of values is good for.
const NO_FACET = new Set(["exception.stacktrace", "exception.message", "spanlog.template"]);

/** @typedef {{ value: string, count: number }} FacetValue */
/** @typedef {{ field: string, values: FacetValue[], is_complete: boolean }} Facet */

/**
 * @param {{ query: import("./log_query.js").LogQuery, known: import("./completion.js").QueryFields | undefined, turn: number }} props
 */
export function Facets({ query, known, turn }) {
  const [opened, setOpened] = useState(/** @type {string[]} */ ([]));
  const [limit, setLimit] = useState(SHOWN_VALUES);
  const attributes = (known?.attributes ?? []).flatMap(({ name }) => {
    const field = NO_FACET.has(name) ? null : writtenName(name, fieldNames(known));
    return field === null ? [] : [{ field, label: name }];
  }).slice(0, SHOWN_ATTRIBUTES);
  const fields = [...FIELDS.map(({ field }) => field), ...opened];
  const found = useResource(
    (signal) => loadFacets(query, fields, limit, signal), [query.id, turn, fields, limit],
    { keepWhileChanging: true, pollSeconds: query.isLive ? LIVE_SECONDS : 0 },
  );
  const isMistake = found.error && "status" in found.error && found.error.status === 422;
  const shown = new Map((found.data ?? []).map((facet) => [facet.field, facet]));
  const props = { q: query.q, isMore: limit > SHOWN_VALUES, onMore: () => setLimit(limit > SHOWN_VALUES ? SHOWN_VALUES : MORE_VALUES) };
  return html`
    <div class="facets">
      ${found.error && !isMistake && html`<${Problem} error=${found.error} retry=${found.reload} />`}
      ${!found.data && found.isLoading && html`<${Skeleton} lines=${8} />`}
      ${FIELDS.map(({ field, label }) => html`
        <${FacetGroup} key=${field} label=${label} facet=${shown.get(field)} field=${field} ...${props} />
      `)}
      ${attributes.length > 0 && html`<h2>Attributes</h2>`}
      ${attributes.map(({ field, label }) => html`
        <${AttributeGroup} key=${field} label=${label} isOpen=${opened.includes(field)}
          onToggle=${() => setOpened((now) => (now.includes(field) ? now.filter((each) => each !== field) : [...now, field]))}>
          <${FacetGroup} facet=${shown.get(field)} field=${field} ...${props} />
        <//>
      `)}
    </div>
  `;
}

/** @param {{ label: string, isOpen: boolean, onToggle: () => void, children?: any }} props */
function AttributeGroup({ label, isOpen, onToggle, children }) {
  return html`
    <div class="attribute-group">
      <button type="button" class="opener" aria-expanded=${isOpen ? "true" : "false"} onClick=${onToggle}>
        <${Icon} name=${isOpen ? "down" : "right"} /><span class="one-line mono">${label}</span>
      </button>
      ${isOpen && children}
    </div>
  `;
}

/**
 * @param {{ label?: string, facet: Facet | undefined, field: string, q: string, isMore: boolean, onMore: () => void }} props
 */
function FacetGroup({ label, facet, field, q, isMore, onMore }) {
  const chosen = chosenValues(q, field);
  const values = valuesOf(facet, field, chosen);
  if (!facet || !values.length) return label ? null : html`<p class="faint none">${facet ? "no values" : "…"}</p>`;
  const most = Math.max(1, ...values.map(({ count }) => count));
  return html`
    <section class="facet" aria-label=${label ?? field}>
      ${label && html`<h2>${label}</h2>`}
      <ul>
        ${values.map(({ value, count }) => html`
          <${FacetRow} key=${value} ...${{ field, value, count, q }} share=${count / most}
            isIncluded=${chosen.included.has(value)} isExcluded=${chosen.excluded.has(value)} />
        `)}
      </ul>
      ${!facet.is_complete || (isMore && values.length > SHOWN_VALUES)
        ? html`<button type="button" class="link-like faint more" onClick=${onMore}>${isMore ? "fewer" : "more …"}</button>` : null}
    </section>
  `;
}

/**
 * @param {{ field: string, value: string, count: number, share: number, q: string, isIncluded: boolean, isExcluded: boolean }} props
 */
function FacetRow({ field, value, count, share, q, isIncluded, isExcluded }) {
  const shown = value.slice(0, 200);
  const isLevel = field === "level";
  return html`
    <li class=${`value ${isIncluded ? "is-included" : ""} ${isExcluded ? "is-excluded" : ""}`}>
      <button type="button" class="include" aria-pressed=${isIncluded ? "true" : "false"} disabled=${!canAskFor(value)}
        title=${isIncluded ? `Do not filter by ${shown}` : `Only ${shown}`}
        onClick=${() => search(withValue(q, field, value, false))}>
        <span class=${`one-line ${isLevel ? `level-${value}` : ""}`}>${shown}</span>
        <span class="number faint" title=${full(count)}>${isExcluded ? "not" : compact(count)}</span>
        <span class="bar" aria-hidden="true" style=${{ width: `${Math.round(share * 100)}%` }}></span>
      </button>
      <button type="button" class="exclude" aria-label=${isExcluded ? `Do not exclude ${shown}` : `Exclude ${shown}`}
        title=${isExcluded ? `Do not exclude ${shown}` : `Exclude ${shown}`} disabled=${!canAskFor(value)}
        onClick=${() => search(withValue(q, field, value, true))}><${Icon} name=${isExcluded ? "undo" : "exclude"} /></button>
    </li>
  `;
}

/**
 * What is chosen stays in sight, whatever its count; levels stand in their order.
 * @param {Facet | undefined} facet @param {string} field @param {{ included: Set<string>, excluded: Set<string> }} chosen
 * @returns {FacetValue[]}
 */
function valuesOf(facet, field, chosen) {
  const values = [...(facet?.values ?? [])];
  for (const value of [...chosen.included, ...chosen.excluded]) {
    if (!values.some((each) => each.value === value)) values.push({ value, count: 0 });
  }
  if (field === "level") values.sort((a, b) => rank(b.value) - rank(a.value));
  return values;
}

/** @param {string} level */
function rank(level) {
  return /** @type {string[]} */ (LEVELS).indexOf(level);
}

/**
 * The values of `fields`. Those of a field that is filtered by are counted without that filter, so that others of them
 * can be chosen as well.
 * @param {import("./log_query.js").LogQuery} query @param {string[]} fields @param {number} limit @param {AbortSignal} signal
 * @returns {Promise<Facet[]>}
 */
async function loadFacets(query, fields, limit, signal) {
  const asked = query.asked();
  /** @type {Map<string, string[]>} */
  const byQuery = new Map();
  for (const field of fields) {
    const q = withoutField(asked.q, field);
    byQuery.set(q, [...(byQuery.get(q) ?? []), field]);
  }
  const answers = await Promise.all([...byQuery].map(async ([q, names]) => {
    const answer = await get("/logs/facets", { ...asked, q, field: names.map(askedName), limit }, signal);
    return answer.facets.map((/** @type {Facet} */ facet, /** @type {number} */ index) => ({ ...facet, field: names[index] ?? facet.field }));
  }));
  return answers.flat();
}

/** An attribute's name as the facets take it. @param {string} field as it is written in a query */
function askedName(field) {
  return field.replace(/^@/, "attr.");
}
