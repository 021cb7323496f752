// The files of a batch that became no photo, as the server keeps them.

import { keepTrying } from "../patience.js";

/**
 * @import { Api } from "../api.js"
 * @import { RefusedDocument, RefusedPage } from "../documents.js"
 */

const MOST = 10_000; // kept here: the exports have all
const REST_MS = 2000; // between readings while files are refused

export class RefusedFiles {
  #api;
  #path;
  #signal;
  #changed;
  #wanted = 0;
  #isReading = false;

  /**
   * @param {Api} api
   * @param {string} path of the batch
   * @param {AbortSignal} signal
   * @param {() => void} changed
   */
  constructor(api, path, signal, changed) {
    this.#api = api;
    this.#path = path;
    this.#signal = signal;
    this.#changed = changed;
    this.all = /** @type {RefusedDocument[]} */ ([]);
  }

  /**
   * Reads the list again where the batch counts another number of files than it did.
   * @param {number} count
   */
  async keepUp(count) {
    if (this.#wanted === count) return;
    this.#wanted = count;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      for (let read = -1; read !== this.#wanted && !this.#signal.aborted; ) {
        read = this.#wanted;
        this.all = await this.#read();
        this.#changed();
        await new Promise((resolve) => setTimeout(resolve, REST_MS));
      }
    } catch {
      this.#wanted = 0; // the batch is gone, or the tab has left it: whoever asks next has another try
    } finally {
      this.#isReading = false;
    }
  }

  async #read() {
    /** @type {RefusedDocument[]} */
    const files = [];
    let path = `${this.#path}/refused`;
    for (;;) {
      const once = path;
      /** @type {RefusedPage} */
      const page = await keepTrying(() => this.#api.json("GET", once), { signal: this.#signal });
      files.push(...page.refused);
      if (!page.next_cursor || files.length >= MOST) return files;
      path = `${this.#path}/refused?cursor=${page.next_cursor}`;
    }
  }
}
