// Calls of the HTTP interface, version 1.

import { reasonOf } from "./words/reasons.js";

/**
 * @import { BatchDocument, Problem } from "./documents.js"
 * @import { Session } from "./session.js"
 */

const UNREACHABLE = "The server can't be reached.";

/** What the server, or the way to it, has against a request. `status` is 0 where it was not reached. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {Partial<Problem>} [problem]
   * @param {number | null} [retryAfterS]
   */
  constructor(status, { code = "unreachable", detail = UNREACHABLE } = {}, retryAfterS = null) {
    super(reasonOf({ code, detail }));
    this.detail = detail; // in the server's words
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }

  /** Whether it is about what was sent, so that a part of it may be taken where the whole was not. */
  get divides() {
    if (this.status === 413) return true;
    if (this.code === "invalid-request") return [400, 422].includes(this.status);
    return this.code === byTheWay(this.status) && [400, 403, 406, 414, 415, 422, 431].includes(this.status);
  }

  /** Whether the same request may succeed later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  #session;

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * A JSON answer; null where there is no body. Throws `ApiError`.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {Record<string, string>} [more] headers
   * @returns {Promise<any>} one of documents.d.ts
   */
  async json(method, path, body, more = {}) {
    /** @type {Record<string, string>} */
    const headers = body === undefined ? more : { "Content-Type": "application/json", ...more };
    const response = await this.#fetch(path, { method, headers, body: body && JSON.stringify(body) });
    return response.status === 204 ? null : response.json();
  }

  /**
   * @param {string} path
   * @param {AbortSignal} [signal]
   */
  async blob(path, signal) {
    const response = await this.#fetch(path, { signal });
    return response.blob();
  }

  /**
   * The objects of a JSON Lines answer, in portions as they come.
   * @param {string} path
   * @param {AbortSignal} signal
   * @returns {AsyncGenerator<any[]>}
   */
  async *lines(path, signal) {
    const response = await this.#fetch(path, { signal });
    const body = /** @type {ReadableStream<BufferSource>} */ (response.body);
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      yield lines.map((line) => JSON.parse(line));
    }
  }

  /**
   * A body with its progress: `sent(bytes)` is called with how much of it is on its way so far.
   * @param {string} method
   * @param {string} path
   * @param {FormData} body
   * @param {(bytes: number) => void} sent
   * @param {AbortSignal} signal
   * @returns {Promise<any>}
   */
  async send(method, path, body, sent, signal) {
    const headers = { Authorization: `Bearer ${this.#session.key}` };
    const answer = await exchange(method, address(path).href, headers, body, sent, signal);
    if (answer.status < 400) return JSON.parse(answer.responseText);
    throw this.#failure(answer.status, answer.responseText, answer.getResponseHeader("Retry-After"));
  }

  /**
   * What keeps a batch's photos from being answered; null where nothing does.
   * @param {string} path of the batch
   * @returns {Promise<string | null>}
   */
  async hindrance(path) {
    const response = await fetch(address("/readyz")).catch(() => null);
    if (!response) return null;
    if (!response.ok) return new ApiError(response.status, problem(response.status, await response.text())).message;
    return this.json("GET", path).then(waitingFor, () => null);
  }

  /**
   * A browser can't set headers on a websocket, but it can name subprotocols.
   * @param {string} path
   */
  socket(path) {
    const url = address(path);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(url, ["birds.v1", `key.${this.#session.key}`]);
  }

  /**
   * @param {string} path
   * @param {RequestInit & { headers?: Record<string, string> }} options
   */
  async #fetch(path, options) {
    const headers = { ...options.headers, Authorization: `Bearer ${this.#session.key}` };
    const response = await fetch(address(path), { ...options, headers }).catch((error) => {
      throw options.signal?.aborted ? error : new ApiError(0);
    });
    if (response.ok) return response;
    throw this.#failure(response.status, await response.text(), response.headers.get("Retry-After"));
  }

  /**
   * @param {number} status
   * @param {string} text
   * @param {string | null} retryAfter
   */
  #failure(status, text, retryAfter) {
    if (status === 401) this.#session.forget({ refused: true });
    return new ApiError(status, problem(status, text), retryAfter ? Number(retryAfter) : null);
  }
}

/**
 * Why the photos of a batch wait; null where they do not. What is away, `/readyz` tells: the rest is want of workers.
 * @param {BatchDocument} batch
 */
export const waitingFor = ({ waiting_for: detail }) => detail && reasonOf({ code: "no-worker", detail });

/** Below wherever the page is: a proxy may show it under a path of its own. */
const address = (/** @type {string} */ path) => new URL(path.slice(1), document.baseURI);

/**
 * One XMLHttpRequest, once it is answered: fetch does not tell how far an upload is. Throws ApiError, AbortError.
 * @param {string} method
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {XMLHttpRequestBodyInit} body
 * @param {(bytes: number) => void} sent
 * @param {AbortSignal} [signal]
 * @returns {Promise<XMLHttpRequest>}
 */
export function exchange(method, url, headers, body, sent, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new ApiError(0));
    const aborted = () => reject(new DOMException("aborted", "AbortError"));
    request.onabort = aborted;
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

/** The code of an answer that is none of the server's: a proxy's, a firewall's, a portal's. */
const byTheWay = (/** @type {number} */ status) => `http-${status}`;

/**
 * @param {number} status
 * @param {string} text
 * @returns {Partial<Problem>}
 */
function problem(status, text) {
  try {
    const { code, detail } = JSON.parse(text);
    if (code) return { code, detail };
  } catch {
    // no JSON: a page, say
  }
  return { code: byTheWay(status), detail: `The way to the server answered, not the server: ${status}.` };
}
