// What people do with error groups, each with its way back.
import { send } from "../../core/api.js";
import { counted } from "../../core/numbers.js";
import { person } from "../../core/person.js";
import { complain, say } from "../../core/toast.js";

/** @typedef {{ fingerprint: string, status: string, title: string, assigned_to: string | null,
 *   muted_until: string | null, muted_count: number | null }} Group */

/** @param {Group} group @param {Record<string, unknown>} change */
function change(group, change) {
  return send("PATCH", `/errors/${group.fingerprint}`, { ...change, by: person.value });
}

/** How the group stood, as a change. @param {Group} group */
function statusOf(group) {
  if (group.status === "resolved") return { status: "resolved", resolved_by: person.value };
  if (group.status !== "muted") return { status: "open" };
  return { status: "muted", until: group.muted_until ?? undefined, count: group.muted_count ?? undefined };
}

/**
 * Change some groups, say so, and offer the way back.
 * @param {Group[]} groups
 * @param {Record<string, unknown>} what
 * @param {string} done such as "Resolved"
 * @param {(group: Group) => Record<string, unknown>} before how to take it back
 * @param {() => void} reload
 */
async function changeAll(groups, what, done, before, reload) {
  /** @type {Group[]} */
  const changed = [];
  try {
    for (const group of groups) {
      await change(group, what);
      changed.push(group);
    }
  } catch (error) {
    complain(error);
  }
  reload();
  if (!changed.length) return;
  const name = changed.length === 1 ? changed[0]?.title.slice(0, 60) : counted(changed.length, "group");
  say(`${done}: ${name}`, async () => {
    for (const group of changed) await change(group, before(group));
    reload();
  });
}

/** @param {Group[]} groups @param {() => void} reload */
export function resolve(groups, reload) {
  return changeAll(groups.filter((each) => each.status !== "resolved"), { status: "resolved" }, "Resolved", statusOf, reload);
}

/** @param {Group[]} groups @param {() => void} reload */
export function reopen(groups, reload) {
  return changeAll(groups, { status: "open" }, "Opened", statusOf, reload);
}

/** @param {Group[]} groups @param {{ until?: string, count?: number }} how @param {() => void} reload */
export function mute(groups, how, reload) {
  return changeAll(groups, { status: "muted", ...how }, "Muted", statusOf, reload);
}

/** @param {Group[]} groups @param {string} name empty: nobody @param {() => void} reload */
export function assign(groups, name, reload) {
  const done = name ? `Assigned to ${name}` : "Assigned to nobody";
  return changeAll(groups, { assigned_to: name }, done, (group) => ({ assigned_to: group.assigned_to ?? "" }), reload);
}

/**
 * Make them one group: that of the first, which stays as it is.
 * @param {Group[]} groups @param {() => void} reload
 */
export async function merge(groups, reload) {
  const [into, ...others] = groups;
  if (!into || !others.length) return;
  try {
    const fingerprints = others.map((each) => each.fingerprint);
    await send("POST", "/errors/merge", { into: into.fingerprint, fingerprints, by: person.value });
    say(`Merged ${counted(groups.length, "group")} into ${into.title.slice(0, 60)}`, async () => {
      for (const fingerprint of fingerprints) await send("POST", "/errors/split", { fingerprint, by: person.value });
      reload();
    });
  } catch (error) {
    complain(error);
  }
  reload();
}

/** Take one fingerprint out of its group. @param {string} fingerprint @param {string} group @param {() => void} reload */
export async function split(fingerprint, group, reload) {
  try {
    await send("POST", "/errors/split", { fingerprint, by: person.value });
    say(`Split off ${fingerprint}`, async () => {
      await send("POST", "/errors/merge", { into: group, fingerprints: [fingerprint], by: person.value });
      reload();
    });
  } catch (error) {
    complain(error);
  }
  reload();
}

/** @param {Group} group @param {string} text @param {() => void} reload */
export async function comment(group, text, reload) {
  try {
    await change(group, { comment: text });
    say("Comment kept");
  } catch (error) {
    complain(error);
  }
  reload();
}
