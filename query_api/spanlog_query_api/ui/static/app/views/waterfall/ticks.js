// Where a time axis has its marks, and what they say.

const UNITS = /** @type {const} */ ([
  { name: "µs", length: 0.001, below: 1 },
  { name: "ms", length: 1, below: 1000 },
  { name: "s", length: 1000, below: 180_000 },
  { name: "min", length: 60_000, below: 3 * 3_600_000 },
  { name: "h", length: 3_600_000, below: 3 * 86_400_000 },
  { name: "d", length: 86_400_000, below: Infinity },
]);
// Minutes and hours are divided as clocks are.
const STEPS = { µs: [1, 2, 5], ms: [1, 2, 5], s: [1, 2, 5], min: [1, 2, 5, 10, 15, 30, 60], h: [1, 2, 3, 6, 12, 24], d: [1, 2, 5] };

/**
 * @param {number} from milliseconds @param {number} to milliseconds @param {number} most how many there is room for
 * @returns {{ at: number, text: string }[]}
 */
export function ticksOf(from, to, most) {
  const unit = UNITS.find((each) => to < each.below) ?? UNITS[5];
  const step = stepOf((to - from) / unit.length / Math.max(1, most), STEPS[unit.name]);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = [];
  const first = Math.ceil(from / unit.length / step - 1e-9);
  for (let count = first; count * step * unit.length <= to + 1e-9; count += 1) {
    const value = count * step;
    ticks.push({ at: value * unit.length, text: value === 0 ? "0" : `${withSeparators(value, digits)} ${unit.name}` });
  }
  return ticks;
}

/** @param {number} least @param {readonly number[]} choices @returns {number} */
function stepOf(least, choices) {
  const found = choices.length > 3 && least > 0.5 ? choices.find((each) => each >= least) : undefined;
  if (found) return found;
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)));
  return power * ([1, 2, 5].find((each) => each * power >= least * (1 - 1e-9)) ?? 10);
}

/** @param {number} value @param {number} digits */
function withSeparators(value, digits) {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
