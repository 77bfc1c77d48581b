// Tokens and cost of a call to a model, as its span or record says.
import { compact } from "../../core/numbers.js";

const INPUT = ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"];
const OUTPUT = ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"];

/** @param {Record<string, any>} attributes @param {string[]} names */
function numberOf(attributes, names) {
  const found = names.map((name) => attributes[name]).find((value) => value !== undefined && value !== "");
  const value = Number(found);
  return found === undefined || !Number.isFinite(value) ? null : value;
}

/**
 * @param {any} node with `input_tokens` … of its own (of a session), or with attributes alone (of a trace)
 * @returns {string} such as "1.2K → 310 tokens · $0.0047", or nothing
 */
export function usageText(node) {
  const input = node.input_tokens ?? numberOf(node.attributes, INPUT);
  const output = node.output_tokens ?? numberOf(node.attributes, OUTPUT);
  const said = [];
  if (input !== null || output !== null) said.push(`${tokens(input)} → ${tokens(output)} tokens`);
  if (node.cost !== null && node.cost !== undefined) said.push(costText(node.cost));
  return said.join(" · ");
}

/** @param {number | null} value */
function tokens(value) {
  return value === null ? "?" : compact(value);
}

/** By convention in US dollars. @param {number} value */
export function costText(value) {
  const digits = value === 0 || value >= 1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(Math.abs(value))));
  return `$${value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: digits })}`;
}
