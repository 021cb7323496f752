// What holds the text that is looked for, in all trips.

/**
 * @import { Api } from "../api.js"
 * @import { SearchResult } from "../documents.js"
 */

const LEAST = 2; // letters
const REST_MS = 200; // after the last letter

export class Search {
  #api;
  #changed;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Api} api
   * @param {() => void} changed
   */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
    this.text = "";
    this.found = /** @type {SearchResult | null} */ (null);
  }

  /** @param {string} text */
  async look(text) {
    this.text = text;
    if (text.trim().length < LEAST) return void (this.found = null);
    /** @type {SearchResult} */
    const found = await this.#api.json("GET", `/v1/search?${new URLSearchParams({ q: text })}`);
    if (this.text === text) this.found = found;
    this.#changed();
  }

  /**
   * Once nobody types any more.
   * @param {() => void} act
   */
  settle(act) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, REST_MS);
  }
}
