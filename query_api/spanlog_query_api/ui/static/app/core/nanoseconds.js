// Times to the nanosecond, which JavaScript's own are too coarse for.

/** @param {string} text RFC 3339 in UTC @returns {[number, number]} seconds since 1970, and nanoseconds */
function parts(text) {
  const found = /^([^.Z]+)(?:\.(\d{1,9}))?Z?$/.exec(text);
  if (!found) return [Date.parse(text) / 1000, 0];
  return [Date.parse(`${found[1]}Z`) / 1000, Number((found[2] ?? "").padEnd(9, "0"))];
}

/** From one moment to another, in milliseconds with a fraction. @param {string} start @param {string} end */
export function millisecondsBetween(start, end) {
  const [seconds, nanoseconds] = parts(start);
  const [endSeconds, endNanoseconds] = parts(end);
  return (endSeconds - seconds) * 1000 + (endNanoseconds - nanoseconds) / 1e6;
}
