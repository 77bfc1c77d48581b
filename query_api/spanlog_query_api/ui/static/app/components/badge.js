// A word about how something stands.
import { html } from "../../vendor/preact.js";

/** @param {{ tone?: "error" | "critical" | "warn" | "info" | "good", title?: string, children?: any }} props */
export function Badge({ tone, title, children }) {
  return html`<span class=${`badge ${tone ? `tone-${tone}` : ""}`} title=${title}>${children}</span>`;
}
