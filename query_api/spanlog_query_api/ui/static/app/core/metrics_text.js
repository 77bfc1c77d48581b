// The text of /metrics (Prometheus' form), as numbers.

/** @typedef {{ name: string, labels: Record<string, string>, value: number }} Sample */

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** @param {string} text @returns {Sample[]} */
export function parseMetrics(text) {
  /** @type {Sample[]} */
  const samples = [];
  for (const line of text.split("\n")) {
    const found = line.startsWith("#") ? null : LINE.exec(line);
    if (!found) continue;
    const labels = Object.fromEntries([...(found[2] ?? "").matchAll(LABEL)].map(([, name, value]) => [name, value]));
    samples.push({ name: found[1] ?? "", labels, value: Number(found[3]) });
  }
  return samples;
}

/**
 * The sum of a metric over those of its samples that `where` holds for.
 * @param {Sample[]} samples @param {string} name @param {(labels: Record<string, string>) => boolean} [where]
 */
export function sumOf(samples, name, where = () => true) {
  return samples.filter((each) => each.name === name && where(each.labels)).reduce((sum, each) => sum + each.value, 0);
}
