// The head of a view: what it is, and what belongs to all of it on the right. Sets the tab's title.
import { html, useEffect } from "../../vendor/preact.js";

/** @param {{ title: string, tabTitle?: string, before?: any, children?: any }} props tabTitle: where the title is too long or no text */
export function ViewHead({ title, tabTitle = title, before, children }) {
  useEffect(() => {
    document.title = `${tabTitle} · spanlog`;
  }, [tabTitle]);
  return html`
    <header class="view-head">
      ${before}
      <h1 class="one-line">${title}</h1>
      <div class="end">${children}</div>
    </header>
  `;
}
