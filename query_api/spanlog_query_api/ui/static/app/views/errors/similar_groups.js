// Groups that look like this one, and may be the same trouble.
import { html } from "../../../vendor/preact.js";
import { Icon } from "../../components/icon.js";
import { get } from "../../core/api.js";
import { full, percent } from "../../core/numbers.js";
import { useResource } from "../../core/resource.js";
import { viewAddress } from "../../core/router.js";
import { merge } from "./group_actions.js";

/** @param {{ group: any, reload: () => void }} props */
export function SimilarGroups({ group, reload }) {
  const similar = useResource(
    (signal) => get(`/errors/${group.fingerprint}/similar`, {}, signal), [group.fingerprint, group.merged],
    { keepWhileChanging: true },
  );
  if (!similar.data?.length) return null;
  return html`
    <section class="card">
      <header><h2>Similar groups</h2></header>
      <ul class="similar">
        ${similar.data.map((/** @type {any} */ each) => html`
          <li key=${each.fingerprint}>
            <a class="one-line" href=${viewAddress(`/ui/errors/${each.fingerprint}`)}>${each.type && html`<strong>${each.type.split(".").at(-1)}</strong> `}${each.title}</a>
            <span class="faint">${percent(each.similarity)} alike, ${full(each.count)}×</span>
            <button type="button" class="button small" onClick=${() => merge([group, each], reload)}>
              <${Icon} name="merge" />Merge
            </button>
          </li>
        `)}
      </ul>
    </section>
  `;
}
