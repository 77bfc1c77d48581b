// Nothing matches: what to change so that something does.
import { html } from "../../../vendor/preact.js";
import { get } from "../../core/api.js";
import { choosePeriod, chooseRange, PERIODS } from "../../core/period.js";
import { useResource } from "../../core/resource.js";
import { milliseconds } from "../../core/time.js";
import { EmptyState } from "../../components/states.js";
import { Ago } from "../../components/time.js";
import { search } from "./log_query.js";
import { withoutEach } from "./query_text.js";

const AROUND_MILLISECONDS = 30 * 60_000;
const SHOWN_CHARACTERS = 80;

/** @param {{ query: import("./log_query.js").LogQuery }} props */
export function NoRecords({ query }) {
  const { q, period } = query;
  // The newest one there is, before this period.
  const before = useResource(
    (signal) => get("/logs", { q, until: query.asked().since, limit: 1 }, signal), [query.id],
  );
  const last = before.data?.items[0];
  const parts = withoutEach(q);
  const longer = PERIODS.slice(PERIODS.findIndex((each) => each.name === period.name) + 1);
  if (query.isLive && !q) {
    return html`<${EmptyState} title="Waiting for records"><p>They appear here as soon as they come.</p><//>`;
  }
  return html`
    <${EmptyState} title=${q ? "No record matches" : "No records in this time"}>
      <p>Not ${period.name === "custom" ? `in ${period.label}` : `in the ${period.label}`}${last
        ? html`; the last one came <${Ago} at=${last.created_at} />.` : before.data ? ", nor at any time before." : "."}</p>
      <div class="ways">
        ${last && html`
          <button type="button" class="button primary" onClick=${() => {
            const at = milliseconds(last.created_at);
            chooseRange(at - AROUND_MILLISECONDS, Math.min(Date.now(), at + AROUND_MILLISECONDS));
          }}>Show the last one</button>
        `}
        ${(last || !before.data) && period.name !== "custom" && longer.slice(-2).map((each) => html`
          <button type="button" class="button" key=${each.name} onClick=${() => choosePeriod(each.name)}>Last ${each.label}</button>
        `)}
        ${parts.length > 1 && parts.slice(0, 4).map(({ part, rest }) => html`
          <button type="button" class="button" key=${part} onClick=${() => search(rest)}>Without <code class="one-line">${part.slice(0, SHOWN_CHARACTERS)}</code></button>
        `)}
        ${q && html`<button type="button" class="button" onClick=${() => search("")}>Clear the search</button>`}
      </div>
    <//>
  `;
}
