// The views: where each lives, and the file that shows it. A view's module exports `View`, a component that gets the
// parts of its path as props (`/ui/errors/:fingerprint` → `fingerprint`).

/** @typedef {{ View: import("preact").ComponentType<any> }} ViewModule */
/** @typedef {{ path: string, area: string, load: () => Promise<ViewModule> }} ViewRoute */

/** What the navigation leads to; `key` goes after "g". */
export const AREAS = /** @type {const} */ ([
  { name: "overview", label: "Overview", path: "/", key: "o" },
  { name: "errors", label: "Errors", path: "/ui/errors", key: "e" },
  { name: "logs", label: "Logs", path: "/ui/logs", key: "l" },
  { name: "traces", label: "Traces", path: "/ui/traces", key: "t" },
  { name: "agents", label: "Agents", path: "/ui/agents", key: "a" },
  { name: "sessions", label: "Sessions", path: "/ui/sessions", key: "s" },
]);

/** @type {ViewRoute[]} */
export const VIEWS = [
  { path: "/", area: "overview", load: () => import("./views/overview/overview.js") },
  { path: "/ui/errors", area: "errors", load: () => import("./views/errors/error_list.js") },
  { path: "/ui/errors/:fingerprint", area: "errors", load: () => import("./views/errors/error_group.js") },
  { path: "/ui/logs", area: "logs", load: () => import("./views/logs/logs.js") },
  { path: "/ui/logs/:id", area: "logs", load: () => import("./views/logs/log_record.js") },
  { path: "/ui/traces", area: "traces", load: () => import("./views/traces/trace_list.js") },
  { path: "/ui/traces/:id", area: "traces", load: () => import("./views/traces/trace.js") },
  { path: "/ui/agents", area: "agents", load: () => import("./views/agents/agent_list.js") },
  { path: "/ui/agents/:id", area: "agents", load: () => import("./views/agents/agent.js") },
  { path: "/ui/sessions", area: "sessions", load: () => import("./views/sessions/session_list.js") },
  { path: "/ui/sessions/:id", area: "sessions", load: () => import("./views/sessions/session.js") },
];
