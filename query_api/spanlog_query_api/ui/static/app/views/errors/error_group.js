// One error group: what it is, where it comes from, when and where it happened, what was done about it.
import { html } from "../../../vendor/preact.js";
import { Icon } from "../../components/icon.js";
import { LoadingBar, Problem } from "../../components/states.js";
import { StackTrace } from "../../components/stack_trace.js";
import { TimeChart } from "../../components/time_chart.js";
import { ViewHead } from "../../components/view_head.js";
import { get } from "../../core/api.js";
import { useKeys } from "../../core/keyboard.js";
import { chooseRange } from "../../core/period.js";
import { useResource } from "../../core/resource.js";
import { navigate, place, viewAddress } from "../../core/router.js";
import { duration, milliseconds } from "../../core/time.js";
import { GroupActivity } from "./group_activity.js";
import { GroupFacts } from "./group_facts.js";
import { GroupState } from "./group_state.js";
import { Occurrences } from "./occurrences.js";
import { SimilarGroups } from "./similar_groups.js";
import { useGroupActions } from "./use_group_actions.js";
import { WhyGrouped } from "./why_grouped.js";

const POLL_SECONDS = 15;
/** @type {import("../../components/time_chart.js").Series[]} */
const SERIES = [{ name: "count", label: "records", color: "--mark-error" }];

/** @param {{ fingerprint: string }} props */
export function View({ fingerprint }) {
  // All of its time, unless the address says otherwise: when it began is what one wants to see first.
  const { query } = place.value;
  const since = query.get("since") ?? "";
  const until = query.get("until") ?? "";
  const resource = useResource(
    (signal) => get(`/errors/${encodeURIComponent(fingerprint)}`, { since, until }, signal),
    [fingerprint, since, until], { pollSeconds: POLL_SECONDS },
  );
  const group = resource.data;
  const back = () => navigate(viewAddress("/ui/errors"));
  useKeys("Error group", [{ keys: "Escape", does: "back to the list", run: back }]);
  const { buttons, dialogs } = useGroupActions({ groups: group ? [group] : [], reload: resource.reload });
  const backLink = html`
    <a class="button bare icon-only" href=${viewAddress("/ui/errors")} aria-label="Back to the list"><${Icon} name="left" /></a>
  `;
  return html`
    <${ViewHead} title=${group ? group.type || group.title : "Error"} tabTitle=${group ? `${group.type || group.title}`.slice(0, 80) : "Error"}
      before=${backLink}>${group && buttons}<//>
    ${resource.error && html`<${Problem} error=${resource.error} retry=${resource.reload} />`}
    ${!group && resource.isLoading && html`<${LoadingBar} />`}
    ${group && html`<${Group} group=${group} reload=${resource.reload} isPart=${Boolean(since)} />`}
    ${dialogs}
  `;
}

/** @param {{ group: any, reload: () => void, isPart: boolean }} props */
function Group({ group, reload, isPart }) {
  const record = useResource(
    async (signal) => (group.sample_id ? get(`/logs/${group.sample_id}`, {}, signal) : null), [group.sample_id],
  );
  const stack = String(record.data?.metadata["exception.stacktrace"] ?? "");
  return html`
    <div class="group">
      <div class="headline">
        <p class="logged message"><${GroupState} group=${group} /> ${group.title}</p>
        <${WhyGrouped} why=${group.why} />
      </div>
      <div class="columns">
        <div class="main">
          <section class="card">
            <header>
              <h2>Over time</h2>
              <span class="faint">each bar ${duration(group.bucket_seconds * 1000)}</span>
              ${isPart
                ? html`<a class="button small" href=${`/ui/errors/${group.fingerprint}`}>All of its time</a>`
                : html`<span class="faint">drag to look closer</span>`}
            </header>
            <div class="inside">
              <${TimeChart} bars=${barsOf(group)} interval=${group.bucket_seconds * 1000} series=${SERIES} label="Records"
                height=${110} onSelect=${chooseRange} />
            </div>
          </section>
          ${stack && html`<section class="card"><${StackTrace} text=${stack} /></section>`}
          <${Occurrences} group=${group} />
        </div>
        <aside class="rest" aria-label="About this group">
          <${GroupFacts} group=${group} reload=${reload} />
          <${SimilarGroups} group=${group} reload=${reload} />
          <${GroupActivity} group=${group} reload=${reload} />
        </aside>
      </div>
    </div>
  `;
}

/** @param {any} group @returns {import("../../components/time_chart.js").Bar[]} */
function barsOf(group) {
  return group.counts.map((/** @type {any} */ bucket) => ({
    start: milliseconds(bucket.start), values: { count: bucket.count },
  }));
}
