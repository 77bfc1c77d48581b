// Numbers for people.

const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** In full, with separators: "12,345". @param {number} value */
export function full(value) {
  return whole.format(value);
}

/** Short above 9,999: "9,999", "12.3K", "4.1M". @param {number} value */
export function compact(value) {
  return value < 10_000 ? whole.format(value) : short.format(value);
}

/** "1 record", "2 records". @param {number} value @param {string} one @param {string} [many] */
export function counted(value, one, many = `${one}s`) {
  return `${full(value)} ${value === 1 ? one : many}`;
}

/** A share of 0 to 1 as "12 %", "0.3 %", "<0.1 %". @param {number} value */
export function percent(value) {
  if (value > 0 && value < 0.001) return "<0.1 %";
  const share = value * 100;
  return `${share < 10 && share > 0 ? share.toFixed(1).replace(/\.0$/, "") : Math.round(share)} %`;
}
