// Trace.
import { html } from "../../../vendor/preact.js";
import { EmptyState } from "../../components/states.js";
import { ViewHead } from "../../components/view_head.js";

export function View() {
  return html`
    <${ViewHead} title="Trace" />
    <${EmptyState} title="Not here yet"><p>This view is being built.</p><//>
  `;
}
