// Around every view: navigation, the state of the connection, dialogs and toasts.
import { html, useEffect, useErrorBoundary, useState } from "../vendor/preact.js";
import { HelpDialog } from "./components/help_dialog.js";
import { Icon } from "./components/icon.js";
import { KeyDialog } from "./components/key_dialog.js";
import { PersonDialog } from "./components/person_dialog.js";
import { EmptyState, LoadingBar, Problem } from "./components/states.js";
import { Toasts } from "./components/toasts.js";
import { ViewHead } from "./components/view_head.js";
import { isConnected } from "./core/connection.js";
import { useKeys } from "./core/keyboard.js";
import { person } from "./core/person.js";
import { matchPath, navigate, place, viewAddress } from "./core/router.js";
import { switchTheme, theme } from "./core/theme.js";
import { zoneAt, zoneName } from "./core/time.js";
import { undoLast } from "./core/toast.js";
import { AREAS, VIEWS } from "./views.js";

/** @typedef {import("./views.js").ViewModule} ViewModule */

/** The view of a path, and the parts of the path. @param {string} path */
function routeOf(path) {
  for (const route of VIEWS) {
    const parts = matchPath(route.path, path);
    if (parts) return { route, parts };
  }
  return null;
}

export function Shell() {
  const [dialog, setDialog] = useState(/** @type {null | "help" | "person"} */ (null));
  const found = routeOf(place.value.path);
  useKeys("Everywhere", [
    { keys: "?", does: "this list", run: () => setDialog("help") },
    { keys: "u", does: "undo what was done last", run: undoLast },
    ...AREAS.map((area) => ({
      keys: `g ${area.key}`, does: area.label, run: () => navigate(viewAddress(area.path)),
    })),
  ]);
  return html`
    <a class="button skip" href="#view" onClick=${skipToView}>Skip to the view</a>
    <div class="shell">
      <${Side} area=${found?.route.area} onHelp=${() => setDialog("help")} onPerson=${() => setDialog("person")} />
      <main id="view" tabindex="-1">
        ${!isConnected.value && html`
          <div class="banner" role="status"><${Icon} name="warning" />The stack does not answer. Asking again …</div>
        `}
        ${found
          ? html`<${Outlet} key=${found.route.path} route=${found.route} parts=${found.parts} />`
          : html`<${NotFound} />`}
        <p class="narrow-zone">Times in ${zoneName} (${zoneAt()})</p>
      </main>
    </div>
    <${Toasts} />
    <${KeyDialog} />
    ${dialog === "help" && html`<${HelpDialog} onClose=${() => setDialog(null)} />`}
    ${dialog === "person" && html`<${PersonDialog} onClose=${() => setDialog(null)} />`}
  `;
}

/** @param {Event} event */
function skipToView(event) {
  event.preventDefault();
  document.getElementById("view")?.focus();
}

/** @param {{ area: string | undefined, onHelp: () => void, onPerson: () => void }} props */
function Side({ area: current, onHelp, onPerson }) {
  const isDark = theme.value === "dark";
  return html`
    <div class="side">
      <a class="brand" href="/"><${Mark} /><span class="words">spanlog</span></a>
      <nav aria-label="Views">
        ${AREAS.map((area) => html`
          <a href=${viewAddress(area.path)} aria-current=${area.name === current ? "page" : undefined}
            title=${`${area.label} (g ${area.key})`}>
            <${Icon} name=${area.name} /><span class="words">${area.label}</span>
          </a>
        `)}
      </nav>
      <div class="foot">
        <button type="button" class="button bare" onClick=${onPerson} title="Your name goes along with what you change">
          <${Icon} name="person" /><span class="words one-line">${person.value}</span>
        </button>
        <button type="button" class="button bare" onClick=${switchTheme} aria-label=${isDark ? "Light theme" : "Dark theme"}>
          <${Icon} name=${isDark ? "sun" : "moon"} /><span class="words">${isDark ? "Light" : "Dark"}</span>
        </button>
        <button type="button" class="button bare" onClick=${onHelp} aria-label="Keys">
          <${Icon} name="keys" /><span class="words">Keys <kbd>?</kbd></span>
        </button>
        <p class="zone" title=${`Times are in ${zoneName}; hover one for UTC`}>${zoneName} (${zoneAt()})</p>
      </div>
    </div>
  `;
}

function Mark() {
  return html`
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0b6b7d" />
      <g fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round">
        <path d="M7 10h14" /><path d="M11 16h14" opacity=".75" /><path d="M15 22h6" opacity=".5" />
      </g>
    </svg>
  `;
}

/** @param {{ route: import("./views.js").ViewRoute, parts: Record<string, string> }} props */
function Outlet({ route, parts }) {
  const [module, setModule] = useState(/** @type {ViewModule | null} */ (null));
  const [failure, setFailure] = useState(/** @type {Error | null} */ (null));
  const [thrown, reset] = useErrorBoundary((error) => console.error(error));
  useEffect(() => {
    route.load().then(setModule, setFailure);
  }, [route]);
  if (failure) return html`<${Outdated} />`;
  if (thrown) {
    return html`<${ViewHead} title="Something in this page failed" /><${Problem} error=${thrown} retry=${reset} />`;
  }
  if (!module) return html`<${LoadingBar} />`;
  return html`<${module.View} ...${parts} />`;
}

/** Its files are gone: the stack was updated under an open page. */
function Outdated() {
  return html`
    <${ViewHead} title="This page is out of date" />
    <${EmptyState} title="The stack was updated, or is away">
      <button type="button" class="button primary" onClick=${() => window.location.reload()}>Reload</button>
    <//>
  `;
}

function NotFound() {
  return html`
    <${ViewHead} title="No such view" />
    <${EmptyState} title="There is nothing at this address"><p><a href="/">To the overview</a></p><//>
  `;
}
