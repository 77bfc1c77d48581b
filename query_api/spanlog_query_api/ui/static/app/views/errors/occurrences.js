// The newest records of a group.
import { html } from "../../../vendor/preact.js";
import { Level } from "../../components/level.js";
import { Problem, Skeleton } from "../../components/states.js";
import { Moment } from "../../components/time.js";
import { get } from "../../core/api.js";
import { full } from "../../core/numbers.js";
import { useResource } from "../../core/resource.js";
import { viewAddress } from "../../core/router.js";

const SHOWN = 15;
const SHOWN_CHARACTERS = 300;

/** @param {{ group: any }} props */
export function Occurrences({ group }) {
  const fingerprints = [group.fingerprint, ...group.merged];
  const q = `fingerprint:(${fingerprints.join(" ")})`;
  const asked = { q, since: group.since, until: group.until, limit: SHOWN };
  const page = useResource((signal) => get("/logs", asked, signal), [q, group.count, group.since], { keepWhileChanging: true });
  return html`
    <section class="card">
      <header>
        <h2>Records</h2>
        <span class="faint">${full(group.count)}</span>
        <a href=${viewAddress("/ui/logs", { q, period: null, since: group.since, until: group.until })}>All in the logs</a>
      </header>
      ${page.error && html`<${Problem} error=${page.error} retry=${page.reload} />`}
      ${page.data
        ? html`<ul class="occurrences">${page.data.items.map((/** @type {any} */ entry) => html`<${Occurrence} key=${entry.id} entry=${entry} />`)}</ul>`
        : html`<${Skeleton} />`}
    </section>
  `;
}

/** @param {{ entry: any }} props */
function Occurrence({ entry }) {
  return html`
    <li>
      <span class="when quiet mono"><${Moment} at=${entry.created_at} fraction /></span>
      <${Level} level=${entry.level} />
      <a class="one-line text" href=${viewAddress(`/ui/logs/${entry.id}`)}>${entry.message.slice(0, SHOWN_CHARACTERS)}</a>
      <span class="one-line quiet agent">${entry.agent_id}</span>
      <span class="trace">${entry.trace_id && html`<a href=${viewAddress(`/ui/traces/${entry.trace_id}`)}>trace</a>`}</span>
    </li>
  `;
}
