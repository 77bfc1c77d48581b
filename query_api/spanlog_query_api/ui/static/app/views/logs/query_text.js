// The text of a query, taken apart as far as the page has to: what it highlights, what a facet adds or takes out, what
// is being written where the caret is. What a query means is the API's to say (search/grammar.lark).

/**
 * @typedef {object} Part one term or operator that stands side by side with others
 * @property {"text" | "field" | "brackets" | "operator"} kind
 * @property {number} start
 * @property {number} end
 * @property {boolean} isNegated by a minus
 * @property {string} field its name; empty for other kinds
 * @property {number} valueStart where the value, the text or what is inside the brackets begins
 * @property {string} comparison ">", ">=", "<", "<=" or empty
 * @property {string[]} values of a field or a text, without quotation marks
 * @property {boolean} isQuoted
 * @property {boolean} isLiteral whether the values mean themselves: stars and ranges do so in quotation marks only
 */

const OPERATORS = new Set(["AND", "OR", "NOT", "&&", "||"]);
const FIELD = /(?:\p{L}|[_@])[\p{L}\p{N}_.@/-]*:(?!:|\\|\/\/)/uy;
const COMPARISON = />=|<=|>|</y;
const WORD = /[^\s()"]+/y;
const QUOTED = /"(?:[^"\\]|\\.)*"?/sy;
const PLAIN_VALUE = /^[\p{L}\p{N}_][\p{L}\p{N}_.@/+-]*$/u;
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_.@/-]*$/u;
const WRITABLE_NAME = /^[\p{L}\p{N}_.@/-]+$/u;
const LONGEST_VALUE = 500;

/** @param {RegExp} pattern a sticky one @param {string} text @param {number} at */
function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** @param {string} quoted with its marks, the last of which may not be there yet */
function unquoted(quoted) {
  return quoted.slice(1, quoted.length > 1 && quoted.endsWith('"') ? -1 : undefined).replace(/\\(.)/gs, "$1");
}

/** Where the bracket that opens at `at` ends, itself included. @param {string} text @param {number} at */
function endOfBrackets(text, at) {
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    if (text[index] === '"') index += match(QUOTED, text, index).length - 1;
    else if (text[index] === "(") depth++;
    else if (text[index] === ")" && --depth === 0) return index + 1;
  }
  return text.length;
}

/** The inside of brackets. @param {string} text @param {number} start @param {number} end */
function inside(text, start, end) {
  return text.slice(start + 1, text[end - 1] === ")" ? end - 1 : end);
}

/** What stands side by side in `text`. @param {string} text @returns {Part[]} */
export function partsOf(text) {
  /** @type {Part[]} */
  const parts = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? "")) {
      at++;
      continue;
    }
    const part = partAt(text, at);
    parts.push(part);
    at = part.end;
  }
  return parts;
}

/** @param {string} text @param {number} start @returns {Part} */
function partAt(text, start) {
  const isNegated = /^-[^\s-]/.test(text.slice(start, start + 2));
  const at = isNegated ? start + 1 : start;
  const base = { start, isNegated, field: "", comparison: "", isQuoted: false, isLiteral: true, valueStart: at };
  if (text[at] === "(") return { ...base, kind: "brackets", end: endOfBrackets(text, at), values: [] };
  const field = match(FIELD, text, at);
  if (!field) {
    const { values, end, isQuoted, isLiteral } = valueAt(text, at);
    const isOperator = !isNegated && !isQuoted && OPERATORS.has(values[0] ?? "");
    return { ...base, kind: isOperator ? "operator" : "text", end, values, isQuoted, isLiteral };
  }
  let valueStart = at + field.length;
  const comparison = match(COMPARISON, text, valueStart);
  valueStart += comparison.length;
  // The language takes a value after a space, too.
  const spaces = match(/\s*/y, text, valueStart).length;
  if (valueStart + spaces < text.length) valueStart += spaces;
  const found = valueAt(text, valueStart);
  return { ...base, kind: "field", field: field.slice(0, -1), comparison, valueStart, ...found };
}

/** @param {string} text @param {number} at */
function valueAt(text, at) {
  if (text[at] === "(") {
    const end = endOfBrackets(text, at);
    const parts = partsOf(inside(text, at, end)).filter((part) => part.kind !== "operator");
    const isLiteral = parts.every((part) => part.kind === "text" && !part.isNegated && part.isLiteral);
    return { values: parts.flatMap((part) => (part.kind === "text" ? part.values : [])), end, isQuoted: false, isLiteral };
  }
  const quoted = match(QUOTED, text, at);
  if (quoted) return { values: [unquoted(quoted)], end: at + quoted.length, isQuoted: true, isLiteral: true };
  const word = match(WORD, text, at);
  // A bracket that closes nothing is one character of nothing, so that one gets on.
  const end = at + (word.length || (at < text.length && text[at] === ")" ? 1 : 0));
  return { values: word ? [word] : [], end, isQuoted: false, isLiteral: !word.includes("*") && !word.includes("..") };
}

/** Words and phrases that messages are searched for, to be marked in them. @param {string} text @returns {string[]} */
export function searchedWords(text) {
  const words = new Set();
  let isNot = false;
  for (const part of partsOf(text)) {
    if (part.kind === "operator") {
      isNot = part.values[0] === "NOT";
      continue;
    }
    if (!part.isNegated && !isNot) {
      if (part.kind === "brackets") searchedWords(inside(text, part.valueStart, part.end)).forEach((word) => words.add(word));
      else if (part.kind === "text" || part.field.toLowerCase() === "message") {
        for (const value of part.values) {
          for (const piece of part.isQuoted ? [value] : value.split("*")) if (piece.length > 1) words.add(piece);
        }
      }
    }
    isNot = false;
  }
  return [...words];
}

/** @param {string} text */
function hasAlternatives(text) {
  return partsOf(text).some((part) => part.kind === "operator");
}

/**
 * Whether `part` says that `field` is one of its values, and nothing that it would not say were it written anew.
 * @param {Part} part @param {string} field
 */
function isAbout(part, field) {
  return part.kind === "field" && part.field === field && !part.comparison && part.isLiteral;
}

/** A value as it is written in a query. @param {string} value */
export function writtenValue(value) {
  const isPlain = PLAIN_VALUE.test(value) && !value.includes("..") && !OPERATORS.has(value);
  return isPlain ? value : `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

/**
 * An attribute's name as it is written in a query; null for one that cannot be.
 * @param {string} name
 * @param {string[]} fields names that are fields' own
 */
export function writtenName(name, fields) {
  if (!WRITABLE_NAME.test(name)) return null;
  if (name.startsWith("@") || name.startsWith("attr.")) return `@${name}`;
  return PLAIN_NAME.test(name) && !fields.includes(name.toLowerCase()) ? name : `attr.${name}`;
}

/** Whether a query can ask for this value; a megabyte is no question. @param {string} value */
export function canAskFor(value) {
  return value !== "" && value.length <= LONGEST_VALUE && !value.includes("\0");
}

/**
 * What a query says of a field, where it can be changed by a click.
 * @param {string} text @param {string} field
 * @returns {{ included: Set<string>, excluded: Set<string> }}
 */
export function chosenValues(text, field) {
  const found = { included: new Set(), excluded: new Set() };
  if (hasAlternatives(text)) return found;
  for (const part of partsOf(text)) {
    if (isAbout(part, field)) for (const value of part.values) found[part.isNegated ? "excluded" : "included"].add(value);
  }
  return found;
}

/** Without what it says of a field, unless that is a "not". @param {string} text @param {string} field */
export function withoutField(text, field) {
  if (hasAlternatives(text)) return text;
  return joined(text, partsOf(text).filter((part) => !isAbout(part, field) || part.isNegated));
}

/**
 * With a value of a field asked for, or excluded; asked for twice, it is taken out again.
 * @param {string} text @param {string} field @param {string} value @param {boolean} isExcluded
 */
export function withValue(text, field, value, isExcluded) {
  const sign = isExcluded ? "-" : "";
  if (hasAlternatives(text)) return `(${text.trim()}) ${sign}${field}:${writtenValue(value)}`;
  const { included, excluded } = chosenValues(text, field);
  const [same, other] = isExcluded ? [excluded, included] : [included, excluded];
  other.delete(value);
  if (!same.delete(value)) same.add(value);
  const rest = joined(text, partsOf(text).filter((part) => !isAbout(part, field)));
  return [rest, written(field, included, ""), written(field, excluded, "-")].filter(Boolean).join(" ");
}

/** @param {string} field @param {Set<string>} values @param {string} sign */
function written(field, values, sign) {
  const all = [...values].map(writtenValue);
  if (!all.length) return "";
  return `${sign}${field}:${all.length === 1 ? all[0] : `(${all.join(" ")})`}`;
}

/** @param {string} text @param {Part[]} parts */
function joined(text, parts) {
  return parts.map((part) => text.slice(part.start, part.end)).join(" ");
}

/** Each part as text, with the query that is left without it. @param {string} text @returns {{ part: string, rest: string }[]} */
export function withoutEach(text) {
  if (hasAlternatives(text)) return [];
  const parts = partsOf(text);
  return parts.map((part) => ({
    part: text.slice(part.start, part.end), rest: joined(text, parts.filter((each) => each !== part)),
  }));
}

/**
 * What is being written at the caret: a name, or the value of a field.
 * @param {string} text @param {number} caret
 * @returns {{ kind: "name" | "value", field: string, written: string, start: number, end: number } | null}
 *   start and end: what a completion takes the place of
 */
export function writtenAt(text, caret) {
  const opened = text.slice(0, caret);
  const part = partsOf(opened).at(-1);
  if (!part || part.end < caret) {
    return part && part.kind === "field" && !part.values.length
      ? { kind: "value", field: part.field, written: "", start: caret, end: caret }
      : { kind: "name", field: "", written: "", start: caret, end: caret };
  }
  if (part.kind === "brackets") {
    const from = part.valueStart + 1;
    if (opened.endsWith(")")) return null;
    const found = writtenAt(text.slice(from), caret - from);
    return found && { ...found, start: found.start + from, end: found.end + from };
  }
  const end = caret + match(/[^\s()"]*"?/y, text, caret).length;
  if (part.kind !== "field") {
    return part.isQuoted ? null : { kind: "name", field: "", written: part.values[0] ?? "", start: part.valueStart, end };
  }
  if (text[part.valueStart] === "(") {
    const last = opened.slice(part.valueStart + 1).match(/[^\s()"]*$/)?.[0] ?? "";
    return opened.endsWith(")") ? null : { kind: "value", field: part.field, written: last, start: caret - last.length, end };
  }
  return { kind: "value", field: part.field, written: part.values[0] ?? "", start: part.valueStart, end };
}
