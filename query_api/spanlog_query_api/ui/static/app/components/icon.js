// Marks, drawn with lines of one width on 16 × 16.
import { html } from "../../vendor/preact.js";

const PATHS = {
  overview: "M2 13V9M6 13V4M10 13V7M14 13V2",
  errors: "M8 2 15 14H1ZM8 6.5v3.2M8 11.8v.1",
  logs: "M2 3.5h12M2 6.5h8M2 9.5h12M2 12.5h6",
  traces: "M2 3.5h8M5 8h7M8 12.5h6",
  agents: "M8 2.2a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2ZM2.5 14c.4-3 2.6-4.6 5.5-4.6s5.1 1.6 5.5 4.6",
  sessions: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8ZM8 4.5V8l2.5 1.8",
  search: "M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6ZM10.5 10.5 14 14",
  check: "m2.5 8.5 3.7 3.7 7.3-8.4",
  mute: "M2 6h2.5L8 3v10l-3.5-3H2ZM11 6l3.5 4M14.5 6 11 10",
  person: "M8 2.2a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2ZM2.5 14c.4-3 2.6-4.6 5.5-4.6s5.1 1.6 5.5 4.6",
  merge: "M4 2v3c0 3 4 3 4 6v3M12 2v3c0 3-4 3-4 6M5.5 11.5 8 14l2.5-2.5",
  split: "M8 14v-4C8 7 4 7 4 4V2.5M8 10c0-3 4-3 4-6V2.5M2.2 4.3 4 2.5l1.8 1.8M10.2 4.3 12 2.5l1.8 1.8",
  undo: "M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6",
  close: "m3.5 3.5 9 9M12.5 3.5l-9 9",
  sun: "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3.050 3.050 4.1 4.1M11.9 11.9l1.050 1.050M12.950 3.050 11.9 4.1M4.1 11.9l-1.050 1.050",
  moon: "M13.5 9.7A6 6 0 0 1 6.3 2.5a6 6 0 1 0 7.2 7.2Z",
  keys: "M1.5 4h13v8h-13ZM4 6.7h.1M6.7 6.7h.1M9.3 6.7h.1M12 6.7h.1M5 9.5h6",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  down: "m3.5 6 4.5 4.5L12.5 6",
  up: "m3.5 10.500 4.500-4.500 4.500 4.500",
  right: "m6 3.5 4.5 4.5L6 12.5",
  left: "M10 3.5 5.5 8l4.5 4.5",
  pause: "M5 3v10M11 3v10",
  play: "M4 2.5 13 8l-9 5.5Z",
  link: "M6.5 9.5a3 3 0 0 0 4.3.3l2.2-2.2a3 3 0 0 0-4.2-4.2l-1 1M9.5 6.5a3 3 0 0 0-4.3-.3L3 8.4a3 3 0 0 0 4.2 4.2l1-1",
  filter: "M2 3h12L9.5 8.5V13L6.5 11.5v-3Z",
  warning: "M8 2 15 14H1ZM8 6.5v3.2M8 11.8v.1",
  refresh: "M13.5 3v3.5H10M13 6.5A5.5 5.5 0 1 0 13.5 9.5",
  more: "M3 8h.1M8 8h.1M13 8h.1",
  lock: "M3.5 7h9v6.5h-9ZM5.5 7V4.8a2.5 2.5 0 0 1 5 0V7",
  download: "M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
  include: "M8 3.5v9M3.5 8h9",
  exclude: "M3.5 8h9",
  wrap: "M2 4h12M2 8h9.500a2.500 2.500 0 0 1 0 5H7M9 11l-2 2 2 2",
  open: "M9.5 2.5h4v4M13.500 2.500 8 8M11.500 9.500v4h-9v-9h4",
  comment: "M2 3h12v8H8l-3.5 3v-3H2Z",
  calendar: "M2.5 3.5h11v10h-11ZM2.5 6.5h11M5.5 2v2.5M10.5 2v2.5",
};

/** @typedef {keyof typeof PATHS} IconName */

/** @param {{ name: IconName }} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
