// Calls of the HTTP interface, version 1.

/** What the server, or the way to it, has against a request. `status` is 0 where it was not reached. */
export class ApiError extends Error {
  constructor(status, { code = "unreachable", detail = "The server can't be reached." } = {}, retryAfterS = null) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }

  /** Whether the same request may succeed later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  #session;

  constructor(session) {
    this.#session = session;
  }

  /** A JSON answer; null where there is no body. Throws `ApiError`. */
  async json(method, path, body, more = {}) {
    const headers = body === undefined ? more : { "Content-Type": "application/json", ...more };
    const response = await this.#fetch(path, { method, headers, body: body && JSON.stringify(body) });
    return response.status === 204 ? null : response.json();
  }

  async blob(path, signal) {
    const response = await this.#fetch(path, { signal });
    return response.blob();
  }

  /** The objects of a JSON Lines answer, in portions as they come. */
  async *lines(path, signal) {
    const response = await this.#fetch(path, { signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      yield lines.map((line) => JSON.parse(line));
    }
  }

  /** A body with its progress: `sent(bytes)` is called with how much of it is on its way so far. */
  async send(method, path, body, sent, signal) {
    const headers = { Authorization: `Bearer ${this.#session.key}` };
    const answer = await exchange(method, path, headers, body, sent, signal);
    if (answer.status < 400) return JSON.parse(answer.responseText);
    throw this.#failure(answer.status, answer.responseText, answer.getResponseHeader("Retry-After"));
  }

  /** A browser can't set headers on a websocket, but it can name subprotocols. */
  socket(path) {
    const url = new URL(path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(url, ["birds.v1", `key.${this.#session.key}`]);
  }

  async #fetch(path, options) {
    const headers = { ...options.headers, Authorization: `Bearer ${this.#session.key}` };
    const response = await fetch(path, { ...options, headers }).catch((error) => {
      throw options.signal?.aborted ? error : new ApiError(0);
    });
    if (response.ok) return response;
    throw this.#failure(response.status, await response.text(), response.headers.get("Retry-After"));
  }

  #failure(status, text, retryAfter) {
    if (status === 401) this.#session.forget({ refused: true });
    return new ApiError(status, problem(text), retryAfter && Number(retryAfter));
  }
}

/** One XMLHttpRequest, once it is answered: fetch does not tell how far an upload is. Throws ApiError, AbortError. */
export function exchange(method, url, headers, body, sent, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new ApiError(0));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    if (signal?.aborted) return request.onabort();
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

function problem(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { code: "unavailable", detail: "The server could not answer." }; // a proxy's page, say
  }
}
