// What can be written next in a query: names of fields and attributes, values of a field.
import { useEffect, useState } from "../../../vendor/preact.js";
import { get } from "../../core/api.js";
import { compact } from "../../core/numbers.js";
import { canAskFor, writtenAt, writtenName, writtenValue } from "./query_text.js";

/**
 * @typedef {{ name: string, meaning: string, aliases: string[], values: string[], is_ordered: boolean, has_facet: boolean }} QueryField
 * @typedef {{ fields: QueryField[], attributes: { name: string, count: number }[] }} QueryFields
 * @typedef {object} Suggestion
 * @property {string} label what is shown
 * @property {string} note beside it
 * @property {string} text what is written
 * @property {number} start
 * @property {number} end what it takes the place of
 * @property {boolean} goesOn whether something is to be written after it at once: a name's value
 */

const MOST_SHOWN = 9;
const ASKED_VALUES = 200;
const LONGEST_LABEL = 120;

/** Those that begin with what is written before those that hold it. @param {string} written @param {string} text */
function fit(written, text) {
  const place = text.toLowerCase().indexOf(written.toLowerCase());
  return place < 0 ? 0 : place === 0 ? 2 : 1;
}

/**
 * @template T
 * @param {T[]} all @param {string} written @param {(each: T) => string[]} namesOf
 */
function fitting(all, written, namesOf) {
  return all
    .map((each) => ({ each, rank: Math.max(...namesOf(each).map((name) => fit(written, name))) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, MOST_SHOWN)
    .map(({ each }) => each);
}

/** Names that are fields' own, in small letters. @param {QueryFields | undefined} known */
export function fieldNames(known) {
  return known?.fields.flatMap((field) => [field.name, ...field.aliases]) ?? [];
}

/** The field that is written so, if it is one. @param {QueryFields} known @param {string} name */
function fieldOf(known, name) {
  const small = name.toLowerCase();
  return known.fields.find((field) => field.name === small || field.aliases.includes(small));
}

/**
 * @param {string} text @param {number} caret @param {boolean} isOpen
 * @param {QueryFields | undefined} known
 * @param {import("./log_query.js").LogQuery} query
 * @returns {Suggestion[]}
 */
export function useSuggestions(text, caret, isOpen, known, query) {
  const [values, setValues] = useState(/** @type {Record<string, { value: string, count: number }[]>} */ ({}));
  const at = isOpen && known ? writtenAt(text, caret) : null;
  const field = at?.kind === "value" && known ? fieldOf(known, at.field) : undefined;
  // Values that are few are known; what is no field is an attribute, and has a facet.
  const asked = at?.kind === "value" && !field?.values.length && (!field || field.has_facet) ? (field?.name ?? at.field) : "";
  const place = `${query.period.id} ${asked}`;
  useEffect(() => {
    if (!asked || values[place]) return undefined;
    const controller = new AbortController();
    const { since, until } = query.asked();
    get("/logs/facets", { field: asked.replace(/^@/, "attr."), limit: ASKED_VALUES, since, until }, controller.signal).then(
      (found) => setValues((now) => ({ ...now, [place]: found.facets[0].values })),
      // Without suggestions one writes by hand.
      () => {},
    );
    return () => controller.abort();
  }, [place]);
  if (!at || !known) return [];
  const { start, end } = at;
  if (at.kind === "value") {
    /** @type {{ value: string, count: number | null }[]} */
    const all = field?.values.length
      ? field.values.map((value) => ({ value, count: /** @type {number | null} */ (null) }))
      : (values[place] ?? []).filter(({ value }) => canAskFor(value));
    const found = fitting(all, at.written.replace(/^[<>]=?/, ""), ({ value }) => [value]);
    // What is there already needs no suggestion.
    if (found.length === 1 && found[0]?.value === at.written) return [];
    return found.map(({ value, count }) => ({
      label: value.slice(0, LONGEST_LABEL), note: count === null ? "" : compact(count), text: `${writtenValue(value)} `,
      start, end, goesOn: false,
    }));
  }
  const own = known.fields.map((each) => ({ names: [each.name, ...each.aliases], text: each.name, note: each.meaning }));
  const attributes = known.attributes.flatMap(({ name, count }) => {
    const text = writtenName(name, fieldNames(known));
    return text === null ? [] : [{ names: [name, text], text, note: `attribute of ${compact(count)}` }];
  });
  return fitting([...own, ...attributes], at.written, (each) => each.names).map((each) => ({
    label: each.text.slice(0, LONGEST_LABEL), note: each.note, text: `${each.text}:`, start, end, goesOn: true,
  }));
}
