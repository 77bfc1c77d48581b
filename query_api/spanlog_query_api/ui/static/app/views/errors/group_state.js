// How an error group stands, in a word.
import { html } from "../../../vendor/preact.js";
import { Badge } from "../../components/badge.js";

/** @type {Record<string, { tone?: "error" | "warn" | "good" | "info" | "critical", about: string }>} */
const STATES = {
  regressed: { tone: "critical", about: "It was resolved, and is seen again." },
  new: { tone: "error", about: "Not seen in the period before." },
  open: { tone: "warn", about: "Neither resolved nor muted." },
  resolved: { tone: "good", about: "Every record up to now is dealt with." },
  muted: { about: "Out of the lists for now." },
};

/** @param {{ group: { status: string, is_new: boolean } }} props */
export function GroupState({ group }) {
  const name = group.status === "open" && group.is_new ? "new" : group.status;
  const state = STATES[name] ?? { about: "" };
  return html`<${Badge} tone=${state.tone} title=${state.about}>${name}<//>`;
}
