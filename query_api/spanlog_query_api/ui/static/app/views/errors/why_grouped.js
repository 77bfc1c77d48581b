// Why these records are one group: the rule, and what it looked at.
import { html } from "../../../vendor/preact.js";

/** @type {Record<string, string>} */
const RULES = {
  custom: "the program's own fingerprint",
  exception: "the same exception, raised through the same functions",
  template: "the same message before its arguments",
  message: "the same message but for numbers and ids",
};
const SHOWN_PARTS = 12;
const SHOWN_CHARACTERS = 120;

/** @param {{ why: { rule: string, parts: string[] } }} props */
export function WhyGrouped({ why }) {
  const more = why.parts.length - SHOWN_PARTS;
  return html`
    <p class="why">
      <span class="quiet">One group for ${RULES[why.rule] ?? why.rule}:</span>
      ${why.parts.slice(0, SHOWN_PARTS).map((part) => html` <code class="logged">${part.slice(0, SHOWN_CHARACTERS)}</code>`)}
      ${more > 0 && html` <span class="faint">and ${more} more</span>`}
    </p>
  `;
}
