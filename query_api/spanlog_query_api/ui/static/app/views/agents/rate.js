// How often something happens, in the unit in which it is more than one.

const PER_DAY = 1440;
const PER_HOUR = 60;

/** @param {number} perMinute */
export function rateText(perMinute) {
  if (!perMinute) return "0";
  if (perMinute >= 60) return `${short(perMinute / 60)}/s`;
  if (perMinute >= 1) return `${short(perMinute)}/min`;
  return perMinute * PER_HOUR >= 1 ? `${short(perMinute * PER_HOUR)}/h` : `${short(perMinute * PER_DAY)}/d`;
}

/** @param {number} value */
function short(value) {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
}
