// Pictures of the server: an <img> can't send a key, so they are fetched and shown from memory.

const AT_ONCE = 6; // as many as a browser opens to one server
const KEPT = 600; // thumbnails of about 15 KB in memory: some screens up and down without fetching again

/**
 * @import { Api } from "../api.js"
 *
 * @typedef {object} Wanted
 * @property {string} path
 * @property {AbortSignal} signal
 * @property {(url: string) => void} resolve
 * @property {(error: Error) => void} reject
 */

export class Pictures {
  #api;
  /** @type {Map<string, string>} path → object URL, the oldest first */
  #kept = new Map();
  /** @type {Wanted[]} */
  #waiting = []; // the newest is fetched first: it is what is in sight
  #busy = 0;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * An object URL of the picture at `path`, good until some hundred others were shown. Throws ApiError, AbortError.
   * @param {string} path
   * @param {AbortSignal} signal
   * @returns {Promise<string>}
   */
  get(path, signal) {
    const known = this.#kept.get(path);
    if (known) {
      this.#keep(path, known);
      return Promise.resolve(known);
    }
    return new Promise((resolve, reject) => {
      const wanted = { path, signal, resolve, reject };
      this.#waiting.push(wanted);
      signal.addEventListener("abort", () => this.#forget(wanted), { once: true });
      this.#next();
    });
  }

  /**
   * What is in memory now, without waiting.
   * @param {string} path
   */
  known(path) {
    return this.#kept.get(path) ?? null;
  }

  async #next() {
    const wanted = this.#busy < AT_ONCE ? this.#waiting.pop() : undefined;
    if (!wanted) return;
    const { path, signal, resolve, reject } = wanted;
    this.#busy += 1;
    try {
      const url = URL.createObjectURL(await this.#api.blob(path, signal));
      this.#keep(path, url);
      resolve(url);
    } catch (error) {
      reject(error);
    } finally {
      this.#busy -= 1;
      this.#next();
    }
  }

  /**
   * @param {string} path
   * @param {string} url
   */
  #keep(path, url) {
    this.#kept.delete(path);
    this.#kept.set(path, url);
    const [[oldest, its]] = this.#kept;
    if (this.#kept.size <= KEPT) return;
    this.#kept.delete(oldest);
    URL.revokeObjectURL(its);
  }

  /** @param {Wanted} wanted */
  #forget(wanted) {
    const place = this.#waiting.indexOf(wanted);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    wanted.reject(new DOMException("aborted", "AbortError"));
  }
}
