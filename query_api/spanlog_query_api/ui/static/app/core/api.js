// The HTTP API: requests with the key, answers as JSON, every refusal as one kind of error.
import { askForKey, key } from "./key.js";
import { connectionLost } from "./connection.js";
import { readEvents } from "./server_sent_events.js";

/** @typedef {Record<string, string | number | boolean | null | undefined | (string | number)[]>} Query */
/** @typedef {{ field: string, message: string, position?: number, hint?: string }} FieldError */

/** The API's refusal (problem+json): `message` is one line for a person. */
export class ApiProblem extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   * @param {FieldError[]} errors
   */
  constructor(status, detail, errors = []) {
    super(detail);
    this.name = "ApiProblem";
    this.status = status;
    this.errors = errors;
  }
}

/** The stack does not answer at all. */
export class ConnectionLostError extends Error {
  constructor() {
    super("the stack does not answer; it is asked again every 2 seconds");
    this.name = "ConnectionLostError";
  }
}

/**
 * Write a query; what is empty is left out, a list is given several times.
 * @param {Query} [query]
 */
export function queryText(query = {}) {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== null && each !== undefined && each !== "") found.append(name, String(each));
    }
  }
  const text = found.toString();
  return text ? `?${text}` : "";
}

/**
 * Read an answer of the API.
 * @param {string} path
 * @param {Query} [query]
 * @param {AbortSignal} [signal] ends the request, with an AbortError
 * @returns {Promise<any>}
 */
export async function get(path, query, signal) {
  return (await request("GET", path + queryText(query), undefined, signal)).json();
}

/**
 * The same, as text: for what is not JSON, such as /metrics.
 * @param {string} path
 * @param {AbortSignal} [signal]
 */
export async function getText(path, signal) {
  return (await request("GET", path, undefined, signal)).text();
}

/**
 * Change something.
 * @param {"POST" | "PATCH" | "PUT" | "DELETE"} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function send(method, path, body) {
  const answer = await request(method, path, body);
  return answer.status === 204 ? null : answer.json();
}

/**
 * Server-sent events as they come. Ends when the server ends them; whoever wants more asks again with `lastEventId`.
 * EventSource would do, could it send a key.
 * @param {string} path
 * @param {Query} query
 * @param {{ signal: AbortSignal, lastEventId?: string, onOpen?: () => void }} options
 * @returns {AsyncGenerator<{ event: string, data: string, id: string }>}
 */
export async function* events(path, query, { signal, lastEventId, onOpen }) {
  /** @type {Record<string, string>} */
  const headers = lastEventId ? { "Last-Event-ID": lastEventId } : {};
  const answer = await request("GET", path + queryText(query), undefined, signal, headers);
  onOpen?.();
  if (answer.body) yield* readEvents(answer.body);
}

/**
 * Fetch a file and hand it to the person: an address to click could not carry the key.
 * @param {string} path
 * @param {Query} query
 * @param {string} name
 */
export async function download(path, query, name) {
  const answer = await request("GET", path + queryText(query));
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * @param {string} method
 * @param {string} address
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 * @param {Record<string, string>} [extra]
 * @returns {Promise<Response>}
 */
async function request(method, address, body, signal, extra = {}) {
  for (;;) {
    const used = key.value;
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", ...extra };
    if (used !== null) headers.Authorization = `Bearer ${used}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await attempt(address, {
      method, headers, signal, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.ok) return answer;
    if (answer.status !== 401) throw await problemOf(answer);
    await askForKey(used);
    signal?.throwIfAborted();
  }
}

/**
 * @param {string} address
 * @param {RequestInit} options
 */
async function attempt(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    connectionLost();
    throw new ConnectionLostError();
  }
}

/** @param {Response} answer */
async function problemOf(answer) {
  try {
    const problem = await answer.json();
    return new ApiProblem(answer.status, String(problem.detail ?? problem.title), problem.errors ?? []);
  } catch {
    return new ApiProblem(answer.status, `the stack answered ${answer.status} ${answer.statusText}`.trim());
  }
}
