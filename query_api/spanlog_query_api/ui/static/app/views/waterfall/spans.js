// A tree of the API → spans one after the other, each with what the waterfall draws of it. A record is a span too, of
// no length.
import { millisecondsBetween } from "../../core/nanoseconds.js";
import { duration } from "../../core/time.js";
import { usageText } from "./usage.js";

/**
 * @typedef {object} TreeNode a node as `GET /traces/{id}` gives it
 * @property {"span" | "log" | "operation" | "missing"} kind
 * @property {string} id
 * @property {string} name
 * @property {string} agent_id
 * @property {string} start
 * @property {number | null} duration_ms
 * @property {string | null} status
 * @property {string | null} level
 * @property {string | null} message
 * @property {Record<string, any>} attributes
 * @property {any[]} events
 * @property {any[]} links
 * @property {boolean} is_orphan
 * @property {boolean} is_flattened
 * @property {TreeNode[]} children
 */

/**
 * @typedef {object} Span
 * @property {number} index where it stands among all
 * @property {string} key its id, and which one of that id if senders repeat it
 * @property {TreeNode} node
 * @property {number} depth from 0
 * @property {number} parent index, or -1
 * @property {number} end index after its last descendant
 * @property {number} from milliseconds after the start of all
 * @property {number} to
 * @property {boolean} isLog
 * @property {boolean} agentChanges whether its parent is another agent's
 * @property {boolean} isError
 * @property {number} errorsBelow among its descendants
 * @property {string} usage what a model used, said once: a record repeats what its span says
 * @property {string[]} warnings
 */

// Clocks differ by this much without anybody being misled.
const SKEW_MILLISECONDS = 1;

/** @param {TreeNode[]} roots @param {string} start @returns {Span[]} parents before their children */
export function spansOf(roots, start) {
  /** @type {Span[]} */
  const spans = [];
  // Without recursion: a tree of a session is as deep as its sender made it.
  /** @type {Map<string, number>} */
  const seen = new Map();
  /** @type {{ node: TreeNode, depth: number, parent: number }[]} */
  const waiting = roots.toReversed().map((node) => ({ node, depth: 0, parent: -1 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth, parent } = next;
    const from = millisecondsBetween(start, node.start);
    const index = spans.length;
    const before = seen.get(node.id) ?? 0;
    seen.set(node.id, before + 1);
    spans.push({
      index, key: before ? `${node.id}~${before}` : node.id, node, depth, parent, end: index + 1, from, to: from + (node.duration_ms ?? 0), isLog: node.kind === "log",
      agentChanges: spans[parent]?.node.agent_id !== node.agent_id,
      isError: node.status === "Error" || node.level === "error" || node.level === "critical", errorsBelow: 0, warnings: [],
      usage: node.kind === "log" && spans[parent]?.usage ? "" : usageText(node),
    });
    for (const child of node.children.toReversed()) waiting.push({ node: child, depth: depth + 1, parent: index });
  }
  for (const span of spans.toReversed()) {
    const parent = spans[span.parent];
    if (parent) {
      parent.end = Math.max(parent.end, span.end);
      parent.errorsBelow += span.errorsBelow + Number(span.isError);
      if (parent.node.kind === "missing" || (parent.node.kind === "operation" && parent.node.duration_ms === null)) {
        // Nobody said how long it took: at least as long as what is in it.
        parent.to = Math.max(parent.to, span.to);
      }
    }
  }
  for (const span of spans) span.warnings = warningsOf(span, spans[span.parent]);
  return spans;
}

/** @param {Span} span @param {Span | undefined} parent */
function warningsOf(span, parent) {
  const warnings = [];
  const { node } = span;
  if (node.is_orphan) warnings.push("Its parent is not stored, or is below itself: it is shown as a root.");
  if (node.is_flattened) warnings.push("It hangs deeper than is shown, somewhere below this parent.");
  if (node.kind === "missing") warnings.push("Records name this span, and it is not stored: its name and length are not known.");
  if (parent && !span.isLog && parent.node.kind === "span") {
    if (span.from < parent.from - SKEW_MILLISECONDS) {
      warnings.push("It begins before its parent: the clocks of their machines differ.");
    } else if (span.from > parent.to + SKEW_MILLISECONDS) {
      warnings.push("It begins after its parent has ended: the clocks of their machines differ, or it was left running.");
    }
  }
  return warnings;
}

/** What is found in it, in small letters. @param {Span} span */
export function textOf({ node }) {
  return [node.name, node.agent_id, node.id, node.message ?? "", node.level ?? "", node.status ?? "", JSON.stringify(node.attributes)]
    .join("\n").toLowerCase();
}

/** What is said of it in one line. @param {TreeNode} node */
export function titleOf(node) {
  if (node.kind === "log") return (node.message || node.name || "(empty record)").slice(0, 500);
  return node.name.slice(0, 500) || (node.kind === "missing" ? "(span not stored)" : "(no name)");
}

/** How long after the start of all: "+0", "+1.2 s". @param {number} from milliseconds */
export function offsetText(from) {
  return `+${from < 0.0005 ? "0" : duration(from)}`;
}
