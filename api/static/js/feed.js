// One batch as it is now and as it grows: what is there is read at once, what comes, by websocket.

import { Patience, keepTrying, rest } from "./patience.js";
import { Rate } from "./rate.js";
import { RefusedFiles } from "./refused.js";
import { Results } from "./results.js";

/**
 * @import { Api, ApiError } from "./api.js"
 * @import { BatchDocument, FeedMessage } from "./documents.js"
 *
 * @typedef {object} Told
 * @property {() => void} changed after each change
 * @property {(id: string) => void} gone the batch is not there (any more)
 */

const DELETED = 4404; // the server's close code
const FINISHED = 1000;
const QUIET_MS = 10_000; // after which it is worth asking the server what it waits for

export class Feed {
  #api;
  #changed;
  #gone;
  #stop = new AbortController();
  #closed = new AbortController();

  /**
   * @param {Api} api
   * @param {string} batchId
   * @param {Told} told
   */
  constructor(api, batchId, { changed, gone }) {
    this.#api = api;
    this.#changed = changed;
    this.#gone = gone;
    this.path = `/v1/batches/${batchId}`;
    this.id = batchId;
    this.batch = /** @type {BatchDocument | null} */ (null);
    this.results = new Results();
    this.refused = new RefusedFiles(api, this.path, this.#closed.signal, changed);
    this.rate = new Rate();
    this.loaded = false; // what was there is here
    this.problem = /** @type {Error | null} */ (null); // why there is no news at the moment
  }

  /** Follows the batch until it is finished or `close` is called; may be called again then. */
  async run() {
    const signal = this.#stop.signal;
    const waiting = (/** @type {ApiError | null} */ error) => this.#tell({ problem: error });
    try {
      await keepTrying(() => this.#read(signal), { signal, waiting });
      const patience = new Patience();
      while (!(await this.#listen(patience))) {
        if (signal.aborted) return;
        await rest(patience.after(null), signal);
        await keepTrying(() => this.#look(), { signal, waiting });
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error.status === 404) this.#gone(this.id);
      else this.#tell({ problem: error });
    }
  }

  close() {
    this.#stop.abort();
    this.#closed.abort();
  }

  /** After a retry a finished batch is not finished any more. */
  async again() {
    this.#stop.abort();
    this.#stop = new AbortController();
    await this.run();
  }

  /**
   * @param {string} photoId
   * @param {string | null} species
   */
  correct(photoId, species) {
    this.results.correct(photoId, species);
    this.#changed();
  }

  /**
   * The export has all answers in one stream, with places and corrections.
   * @param {AbortSignal} signal
   */
  async #read(signal) {
    await this.#look();
    if (this.loaded) return;
    for await (const portion of this.#api.lines(`${this.path}/export?format=jsonl`, signal)) {
      for (const result of portion) if (result.photo_id) this.results.put(result); // the others are refused files
      this.#changed();
    }
    this.#tell({ loaded: true });
  }

  async #look() {
    this.#tell({ batch: await this.#api.json("GET", this.path) });
    this.#keepUp();
  }

  #keepUp() {
    if (this.batch) this.refused.keepUp(this.batch.refused + this.batch.left_out);
  }

  /**
   * One websocket; true when the batch is finished.
   * @param {Patience} patience
   * @returns {Promise<boolean>}
   */
  #listen(patience) {
    const socket = this.#api.socket(`${this.path}/events?after=${this.results.lastSeq}`);
    const signal = this.#stop.signal;
    const abort = () => socket.close();
    let heard = true;
    const asking = setInterval(() => {
      if (!heard) this.#ask();
      heard = false;
    }, QUIET_MS);
    signal.addEventListener("abort", abort);
    return new Promise((resolve, reject) => {
      socket.onmessage = ({ data }) => {
        patience.reset();
        heard = true;
        this.#take(JSON.parse(data));
      };
      socket.onclose = ({ code }) => {
        signal.removeEventListener("abort", abort);
        clearInterval(asking);
        if (code === DELETED) return reject(Object.assign(new Error("deleted"), { status: 404 }));
        if (code !== FINISHED && !signal.aborted) this.#tell({ problem: new Error("Connecting again …") });
        resolve(code === FINISHED && this.batch?.state === "finished");
      };
    });
  }

  /** Where nothing comes, the server may know why. */
  async #ask() {
    const hindrance = await this.#api.hindrance(this.path);
    if (this.batch?.state !== "finished") this.#tell({ problem: hindrance ? new Error(hindrance) : null });
  }

  /** @param {FeedMessage} message */
  #take(message) {
    this.problem = null;
    if (message.type === "result") this.results.put(message);
    if (message.type === "progress" && this.batch) {
      const { counts, state, refused, left_out } = message;
      this.batch = { ...this.batch, counts, state, refused, left_out };
      this.#keepUp();
      this.rate.note(message.counts.done + message.counts.failed);
    }
    this.#changed();
  }

  /** @param {Partial<Pick<Feed, "batch" | "loaded" | "problem">>} news */
  #tell(news) {
    Object.assign(this, news);
    this.#changed();
  }
}
