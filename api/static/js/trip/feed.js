// One batch as it is now and as it grows: what comes, by websocket; what is there already is read when it is asked for.

import { waitingFor } from "../api.js";
import { Patience, keepTrying, rest } from "../patience.js";
import { Rate } from "../rate.js";
import { t } from "../language.js";
import { RefusedFiles } from "./refused.js";
import { Results } from "./results.js";

/**
 * @import { Api, ApiError } from "../api.js"
 * @import { BatchDocument, FeedMessage, PhotoPage } from "../documents.js"
 *
 * @typedef {object} Told
 * @property {() => void} changed after each change
 * @property {(id: string) => void} gone the batch is not there (any more)
 */

const DELETED = 4404; // the server's close code
const QUIET_MS = 10_000; // after which it is worth asking the server what it waits for
const MOST_FAILED = 10_000; // read for the list of what failed: the exports have all
const PAGE = 1000; // photos in one request

export class Feed {
  #api;
  #changed;
  #gone;
  #stop = new AbortController();
  #closed = new AbortController();
  #after = -1; // seq of the last event that was heard of, an answer or a label; -1 before the first look
  #heard = 0; // answers by websocket
  /** @type {Promise<void> | null} */
  #loading = null;
  /** @type {Promise<void> | null} */
  #loadingFailed = null;

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
    this.loaded = false; // `results` has all answers
    this.problem = /** @type {Error | null} */ (null); // why there is no news at the moment
  }

  /** Follows the batch until `close` is called: when it is finished, people's labels still come. */
  async run() {
    const signal = this.#stop.signal;
    const waiting = (/** @type {ApiError | null} */ error) => this.#tell({ problem: error });
    try {
      await keepTrying(() => this.#look(), { signal, waiting });
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

  /** How far the feed has come: changes with each answer and each label. */
  get after() {
    return this.#after;
  }

  /**
   * Reads all answers that there were before this page listened, once; those that were heard since tell no place, so
   * for `places` they are read again when there are no more of them to come.
   */
  load({ places = false } = {}) {
    if (places && this.loaded && this.#heard && this.isFinished) {
      this.#heard = 0;
      this.#loading = null;
    }
    this.#loading ??= this.#load().catch((error) => {
      this.#loading = null; // whoever asks next has another try
      if (error.name !== "AbortError") this.#tell({ problem: error });
    });
  }

  /** Reads all answers again: what is said of their places is another. */
  reload() {
    this.#loading = null;
    this.load();
  }

  /** Reads those that failed before this page listened, once; an answer that comes after a retry is heard. */
  loadFailed() {
    if (this.loaded || this.#loading) return;
    this.#loadingFailed ??= this.#loadFailed().catch((error) => {
      this.#loadingFailed = null;
      if (error.name !== "AbortError") this.#tell({ problem: error });
    });
  }

  async #loadFailed() {
    const signal = this.#closed.signal;
    const waiting = (/** @type {ApiError | null} */ error) => this.#tell({ problem: error });
    let cursor = /** @type {number | null} */ (0);
    for (let read = 0; cursor !== null && read < MOST_FAILED; ) {
      const query = new URLSearchParams({ state: "failed", limit: String(PAGE), cursor: String(cursor) });
      /** @type {PhotoPage} */
      const page = await keepTrying(() => this.#api.json("GET", `${this.path}/photos?${query}`), { signal, waiting });
      for (const result of page.photos) this.results.put(result);
      this.#changed();
      read += page.photos.length;
      cursor = page.next_cursor;
    }
  }

  /** The export has them in one stream, with places. */
  async #load() {
    const signal = this.#closed.signal;
    const read = async () => {
      for await (const portion of this.#api.lines(`${this.path}/export?format=jsonl`, signal)) {
        for (const result of portion) if (result.photo_id) this.results.put(result); // the others are refused files
        this.#changed();
      }
    };
    await keepTrying(read, { signal, waiting: (error) => this.#tell({ problem: error }) });
    this.#tell({ loaded: true });
  }

  async #look() {
    /** @type {BatchDocument} */
    const batch = await this.#api.json("GET", this.path);
    if (this.#after < 0) {
      this.#after = batch.feed_seq;
      this.loaded = batch.feed_seq === 0; // all that will be there, is heard
    }
    const why = waitingFor(batch);
    this.#tell({ batch, problem: why ? new Error(why) : null });
    this.#keepUp();
  }

  get isFinished() {
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
    const socket = this.#api.socket(`${this.path}/events?after=${this.#after}&follow=true`);
    const signal = this.#stop.signal;
    const abort = () => socket.close();
    let heard = true;
    const asking = setInterval(() => {
      if (!heard && !this.isFinished) this.#ask();
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
        if (!signal.aborted && !this.isFinished) this.#tell({ problem: new Error(t("connecting-again")) });
        resolve();
      };
    });
  }

  /** Where nothing comes, the server may know why. */
  async #ask() {
    const hindrance = await this.#api.hindrance(this.path);
    if (!this.isFinished) this.#tell({ problem: hindrance ? new Error(hindrance) : null });
  }

  /** @param {FeedMessage} message */
  #take(message) {
    this.problem = null;
    if ("seq" in message) this.#after = Math.max(this.#after, message.seq);
    if (message.type === "result") {
      this.#heard += 1;
      this.results.put(message);
    }
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
