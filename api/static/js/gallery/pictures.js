// Pictures of the server: an <img> can't send a key, so they are fetched and shown from memory.

const AT_ONCE = 6; // as many as a browser opens to one server
const KEPT = 600; // thumbnails of about 15 KB in memory: some screens up and down without fetching again

export class Pictures {
  #api;
  #kept = new Map(); // path → object URL, the oldest first
  #waiting = []; // the newest is fetched first: it is what is in sight
  #busy = 0;

  constructor(api) {
    this.#api = api;
  }

  /** An object URL of the picture at `path`, good until some hundred others were shown. Throws ApiError, AbortError. */
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

  /** What is in memory now, without waiting. */
  known(path) {
    return this.#kept.get(path) ?? null;
  }

  async #next() {
    if (this.#busy >= AT_ONCE || !this.#waiting.length) return;
    const { path, signal, resolve, reject } = this.#waiting.pop();
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

  #keep(path, url) {
    this.#kept.delete(path);
    this.#kept.set(path, url);
    if (this.#kept.size <= KEPT) return;
    const [oldest, its] = this.#kept.entries().next().value;
    this.#kept.delete(oldest);
    URL.revokeObjectURL(its);
  }

  #forget(wanted) {
    const place = this.#waiting.indexOf(wanted);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    wanted.reject(new DOMException("aborted", "AbortError"));
  }
}
