// Records and spans of a session, as the API lists them → trees, one after the other in the order of time.

/** @typedef {import("../waterfall/spans.js").TreeNode} TreeNode */

/** @param {any[]} items of `GET /sessions/{key}`, in the order of time @returns {TreeNode[]} */
export function treeOf(items) {
  const nodes = items.map((item) => /** @type {TreeNode} */ ({
    ...item, start: item.time, events: [], links: [], is_orphan: false, is_flattened: false, children: [],
  }));
  /** @type {Map<string, TreeNode>} */
  const spans = new Map();
  /** @type {Map<string, TreeNode>} */
  const records = new Map();
  for (const [index, node] of nodes.entries()) {
    const item = items[index];
    const byId = node.kind === "span" ? spans : records;
    const id = node.kind === "span" ? spanId(item.trace_id, item.span_id) : node.id;
    if (!byId.has(id)) byId.set(id, node);
  }
  /** @type {Map<TreeNode, TreeNode>} */
  const parents = new Map();
  for (const [index, node] of nodes.entries()) {
    const item = items[index];
    const parent = node.kind === "span"
      ? spans.get(spanId(item.trace_id, item.parent_id))
      : records.get(item.parent_id) ?? spans.get(spanId(item.trace_id, item.span_id));
    // Whatever senders claim, nobody is below oneself.
    if (parent && !isBelow(parent, node, parents)) parents.set(node, parent);
  }
  const roots = [];
  for (const node of nodes) {
    const parent = parents.get(node);
    if (parent) parent.children.push(node);
    else roots.push(node);
  }
  return roots;
}

/** @param {string | null} trace @param {string | null} span */
function spanId(trace, span) {
  return span ? `${trace ?? ""}/${span}` : "";
}

/** @param {TreeNode} node @param {TreeNode} above @param {Map<TreeNode, TreeNode>} parents */
function isBelow(node, above, parents) {
  for (let at = /** @type {TreeNode | undefined} */ (node); at; at = parents.get(at)) if (at === above) return true;
  return false;
}
