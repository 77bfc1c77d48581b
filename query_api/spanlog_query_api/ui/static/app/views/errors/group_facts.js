// When, who, where: the facts of a group.
import { html } from "../../../vendor/preact.js";
import { Icon } from "../../components/icon.js";
import { Ago, Moment } from "../../components/time.js";
import { full } from "../../core/numbers.js";
import { viewAddress } from "../../core/router.js";
import { split } from "./group_actions.js";

const SHOWN = 5;

/** @param {{ group: any, reload: () => void }} props */
export function GroupFacts({ group, reload }) {
  const most = Math.max(1, ...group.agent_counts.map((/** @type {any} */ each) => each.count));
  return html`
    <section class="card">
      <header><h2>About</h2></header>
      <dl class="facts inside">
        <dt>First seen</dt><dd><${Moment} at=${group.ever_first_seen} /> <span class="faint"><${Ago} at=${group.ever_first_seen} /></span></dd>
        <dt>Last seen</dt><dd><${Moment} at=${group.ever_last_seen} /> <span class="faint"><${Ago} at=${group.ever_last_seen} /></span></dd>
        <dt>Records</dt><dd>${full(group.ever_count)}, ${full(group.unresolved_count)} not resolved</dd>
        ${group.assigned_to && html`<dt>Assigned to</dt><dd class="logged">${group.assigned_to}</dd>`}
        ${group.resolved_by && html`<dt>Resolved by</dt><dd class="logged">${group.resolved_by}, <${Ago} at=${group.resolved_at} /></dd>`}
        ${group.status === "muted" && html`<dt>Muted</dt><dd>${mutedText(group)}</dd>`}
      </dl>
      <div class="inside part">
        <h3>Agents</h3>
        <ul>
          ${group.agent_counts.slice(0, SHOWN).map((/** @type {any} */ each) => html`
            <li class="share">
              <a class="one-line" href=${viewAddress(`/ui/agents/${encodeURIComponent(each.agent_id)}`)}>${each.agent_id || "(no name)"}</a>
              <meter min="0" max=${most} value=${each.count} aria-label=${`Records of ${each.agent_id}`}></meter>
              <span class="number">${full(each.count)}</span>
            </li>
          `)}
        </ul>
      </div>
      ${group.sample_traces.length > 0 && html`
        <div class="inside part">
          <h3>Traces it happened in</h3>
          <ul>${group.sample_traces.slice(0, SHOWN).map((/** @type {string} */ trace) => html`
            <li class="one-line"><a class="mono" href=${viewAddress(`/ui/traces/${trace}`)}>${trace}</a></li>
          `)}</ul>
        </div>
      `}
      ${group.sessions.length > 0 && html`
        <div class="inside part">
          <h3>Sessions <span class="faint">${full(group.session_total)}</span></h3>
          <ul>${group.sessions.slice(0, SHOWN).map((/** @type {any} */ each) => html`
            <li class="share">
              <a class="one-line" href=${viewAddress(`/ui/sessions/${encodeURIComponent(each.session_key)}`)}>${each.session_key}</a>
              <span class="number faint"><${Ago} at=${each.last_seen} /></span>
            </li>
          `)}</ul>
        </div>
      `}
      ${group.merged.length > 0 && html`
        <div class="inside part">
          <h3>Merged into it</h3>
          <ul>${group.merged.map((/** @type {string} */ fingerprint) => html`
            <li class="share">
              <code>${fingerprint}</code>
              <button type="button" class="button small" onClick=${() => split(fingerprint, group.fingerprint, reload)}>
                <${Icon} name="split" />Split off
              </button>
            </li>
          `)}</ul>
        </div>
      `}
    </section>
  `;
}

/** @param {any} group */
function mutedText(group) {
  if (group.muted_until) return html`until <${Moment} at=${group.muted_until} />`;
  return group.muted_count ? `until ${full(group.muted_count)} more records` : "until somebody opens it";
}
