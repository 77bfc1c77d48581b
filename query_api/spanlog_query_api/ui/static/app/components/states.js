// What a view shows that has nothing to show: it is empty, it failed, it loads.
import { html } from "../../vendor/preact.js";
import { ApiProblem, ConnectionLostError } from "../core/api.js";
import { Icon } from "./icon.js";

/** @param {{ title: string, children?: any }} props */
export function EmptyState({ title, children }) {
  return html`<div class="state"><h2>${title}</h2>${children}</div>`;
}

/** @param {{ error: Error, retry?: () => void }} props */
export function Problem({ error, retry }) {
  // The banner tells this one.
  if (error instanceof ConnectionLostError) return null;
  const fields = error instanceof ApiProblem ? error.errors : [];
  const hints = fields.flatMap((field) => (field.hint ? [field.hint] : []));
  return html`
    <div class="problem" role="alert">
      <${Icon} name="warning" />
      <div>
        <p class="logged">${error.message}</p>
        ${hints.map((hint) => html`<p class="quiet logged">${hint}</p>`)}
      </div>
      ${retry && html`<button type="button" class="button small" onClick=${retry}>Try again</button>`}
    </div>
  `;
}

/** Appears only when loading takes longer than one notices. */
export function LoadingBar() {
  return html`<div class="loading-bar" role="progressbar" aria-label="Loading"></div>`;
}

/** @param {{ lines?: number }} props */
export function Skeleton({ lines = 4 }) {
  return html`
    <div class="inside" aria-hidden="true">
      ${Array.from({ length: lines }, (_, index) => html`
        <div class="skeleton" style=${{ width: `${90 - ((index * 23) % 40)}%`, marginBlock: "10px" }}></div>
      `)}
    </div>
  `;
}
