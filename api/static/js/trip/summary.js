// The species of a trip as the server counts them, read again while answers come.

/**
 * @import { Api } from "../api.js"
 * @import { BatchSummary } from "../documents.js"
 * @import { Feed } from "./feed.js"
 */

const REST_MS = 1500; // between two readings: answers come many a second

export class Summary {
  #api;
  #feed;
  #changed;
  #seen = -1; // how far the feed had come at the last reading
  #isReading = false;
  #isClosed = false;

  /**
   * @param {Api} api
   * @param {Feed} feed
   * @param {() => void} changed
   */
  constructor(api, feed, changed) {
    this.#api = api;
    this.#feed = feed;
    this.#changed = changed;
    this.document = /** @type {BatchSummary | null} */ (null);
  }

  /** Reads it again where the feed has come further. */
  async keepUp() {
    if (this.#isReading || this.#seen === this.#feed.after || this.#isClosed) return;
    this.#isReading = true;
    try {
      this.#seen = this.#feed.after;
      this.document = await this.#api.json("GET", `${this.#feed.path}/summary`);
      this.#changed();
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    } catch {
      this.#seen = -1; // the next news have another try
    } finally {
      this.#isReading = false;
    }
    if (this.document) this.keepUp();
  }

  /** Whether it tells of all that the feed has told. */
  get isUpToDate() {
    return this.document !== null && this.#seen === this.#feed.after;
  }

  close() {
    this.#isClosed = true;
  }
}
