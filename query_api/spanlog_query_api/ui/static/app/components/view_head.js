// The head of a view: what it is, and what belongs to all of it on the right. Sets the tab's title.
import { html, useEffect } from "../../vendor/preact.js";
import { switchTheme, theme } from "../core/theme.js";
import { Icon } from "./icon.js";

/** @param {{ title: string, tabTitle?: string, before?: any, children?: any }} props tabTitle: where the title is too long or no text */
export function ViewHead({ title, tabTitle = title, before, children }) {
  useEffect(() => {
    document.title = `${tabTitle} · spanlog`;
  }, [tabTitle]);
  // On a phone the navigation has no room for it.
  const isDark = theme.value === "dark";
  return html`
    <header class="view-head">
      ${before}
      <h1 class="one-line">${title}</h1>
      <button type="button" class="button bare icon-only phone-only" onClick=${switchTheme}
        aria-label=${isDark ? "Light theme" : "Dark theme"}><${Icon} name=${isDark ? "sun" : "moon"} /></button>
      <div class="end">${children}</div>
    </header>
  `;
}
