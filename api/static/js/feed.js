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
const QUIET_MS = 10_000; // after which it is worth asking the server what it waits for

export class Feed {
  #api;
  #changed;
  #gone;
  #stop = new AbortController();
  #closed = new AbortController();
  /** @type {Map<string, Promise<void>>} by photo: done when what is being said of it is answered */
  #words = new Map();

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
    this.after = 0; // seq of the last event that is known: an answer or a label
    this.problem = /** @type {Error | null} */ (null); // why there is no news at the moment
  }

  /** Follows the batch until `close` is called: when it is finished, other people's labels still come. */
  async run() {
    const signal = this.#stop.signal;
    const waiting = (/** @type {ApiError | null} */ error) => this.#tell({ problem: error });
    try {
      await keepTrying(() => this.#read(signal), { signal, waiting });
      const patience = new Patience();
      for (;;) {
        await this.#listen(patience);
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

  /** Looks again: after a retry a finished batch is not finished any more. */
  async again() {
    this.#stop.abort();
    this.#stop = new AbortController();
    await this.run();
  }

  /**
   * A person's word: shown at once, taken back where the server refuses. One after the other of the same photo.
   * @param {string} photoId
   * @param {string | null} species
   */
  async label(photoId, species) {
    const before = this.results.get(photoId)?.corrected_species ?? null;
    const last = this.#words.get(photoId);
    this.results.say(photoId, species);
    this.#changed();
    const word = Promise.resolve(last).then(() => this.#api.json("PUT", `/v1/photos/${photoId}/label`, { species }));
    const told = word.catch(() => {});
    this.#words.set(photoId, told);
    try {
      await word;
    } catch (error) {
      this.results.correct(photoId, before);
      throw error;
    } finally {
      if (this.#words.get(photoId) === told) {
        this.#words.delete(photoId);
        this.results.said(photoId);
      }
      this.#changed();
    }
  }

  /**
   * The export has all answers in one stream, with places and corrections.
   * @param {AbortSignal} signal
   */
  async #read(signal) {
    await this.#look();
    if (this.loaded) return;
    const after = this.batch?.feed_seq ?? 0; // what comes while the export is read may be in it or not
    for await (const portion of this.#api.lines(`${this.path}/export?format=jsonl`, signal)) {
      for (const result of portion) if (result.photo_id) this.results.put(result); // the others are refused files
      this.#changed();
    }
    this.after = after;
    this.#tell({ loaded: true });
  }

  async #look() {
    this.#tell({ batch: await this.#api.json("GET", this.path) });
    this.#keepUp();
  }

  get #isFinished() {
    return this.batch?.state === "finished";
  }

  #keepUp() {
    if (this.batch) this.refused.keepUp(this.batch.refused + this.batch.left_out);
  }

  /**
   * One websocket, to its end.
   * @param {Patience} patience
   * @returns {Promise<void>}
   */
  #listen(patience) {
    const socket = this.#api.socket(`${this.path}/events?after=${this.after}&follow=true`);
    const signal = this.#stop.signal;
    const abort = () => socket.close();
    let heard = true;
    const asking = setInterval(() => {
      if (!heard && !this.#isFinished) this.#ask();
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
        if (!signal.aborted && !this.#isFinished) this.#tell({ problem: new Error("Connecting again …") });
        resolve();
      };
    });
  }

  /** Where nothing comes, the server may know why. */
  async #ask() {
    const hindrance = await this.#api.hindrance(this.path);
    if (!this.#isFinished) this.#tell({ problem: hindrance ? new Error(hindrance) : null });
  }

  /** @param {FeedMessage} message */
  #take(message) {
    this.problem = null;
    if ("seq" in message) this.after = message.seq;
    if (message.type === "result") this.results.put(message);
    if (message.type === "label") this.results.label(message);
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
