// The species of a trip as the server counts them, read again while answers come.

/**
 * @import { Api } from "../api.js"
 * @import { BatchSummary } from "../documents.js"
 * @import { Feed } from "./feed.js"
 */

const REST_MS = 1500; // between two readings: answers come many a second
const WAITS = 20; // readings in which sightings may come once all is answered; of old trips there are none

export class Summary {
  #api;
  #feed;
  #changed;
  #seen = /** @type {number | null} */ (null); // how far the feed had come at the last reading
  #waits = WAITS;
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

  /** Reads it, and again where the feed has come further. */
  async keepUp() {
    if (this.#isReading || this.#isClosed || (this.#isOfNow && !this.#waitsForSightings())) return;
    this.#isReading = true;
    try {
      /** @type {BatchSummary} */
      const document = await this.#api.json("GET", `${this.#feed.path}/summary`);
      this.#seen = document.feed_seq;
      this.document = document;
      this.#changed();
    } catch {
      this.#seen = null; // the next news have another try
    }
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    this.#isReading = false;
    if (this.document) this.keepUp();
  }

  /** Whether it tells of all that the feed has told. */
  get isUpToDate() {
    return this.document !== null && this.#isOfNow;
  }

  get #isOfNow() {
    return this.#seen !== null && this.#seen >= this.#feed.after;
  }

  /** No event tells that they are made. */
  #waitsForSightings() {
    if (this.document?.sightings !== null || !this.#feed.isFinished) return false;
    this.#waits -= 1;
    return this.#waits > 0;
  }

  close() {
    this.#isClosed = true;
  }
}
