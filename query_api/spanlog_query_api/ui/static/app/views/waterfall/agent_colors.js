// Which agent has which colour: in the order in which they come, so the same trace looks the same each time.

const COLORS = 8;

/** @param {import("./spans.js").Span[]} spans @returns {Map<string, number>} 1 to 8, by agent */
export function agentColors(spans) {
  /** @type {Map<string, number>} */
  const colors = new Map();
  for (const { node } of spans) {
    if (!colors.has(node.agent_id)) colors.set(node.agent_id, (colors.size % COLORS) + 1);
  }
  return colors;
}
