// The trips of this owner, newest first.

/**
 * @import { Api } from "../api.js"
 * @import { BatchDocument, BatchPage } from "../documents.js"
 */

const A_PAGE = 50;
const LOOK_AGAIN_MS = 3000; // while one of them is being worked on

export class Trips {
  #api;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    this.all = /** @type {BatchDocument[] | null} */ (null); // once they are here
    this.nextCursor = /** @type {string | null} */ (null);
  }

  /** @param {() => void} read called when it is time to read again */
  watch(read) {
    this.leave();
    this.#looking = setInterval(() => {
      if (!document.hidden && this.all?.some((batch) => batch.state !== "finished")) read();
    }, LOOK_AGAIN_MS);
  }

  leave() {
    clearInterval(this.#looking);
  }

  async read() {
    /** @type {BatchPage} */
    const page = await this.#api.json("GET", `/v1/batches?limit=${A_PAGE}`);
    const oldest = page.batches.at(-1)?.id ?? "";
    const older = (this.all ?? []).filter((batch) => batch.id < oldest); // ids are in the order of time
    if (!older.length) this.nextCursor = page.next_cursor;
    this.all = [...page.batches, ...older];
  }

  async readOlder() {
    /** @type {BatchPage} */
    const page = await this.#api.json("GET", `/v1/batches?limit=${A_PAGE}&cursor=${this.nextCursor}`);
    this.all = [...(this.all ?? []), ...page.batches];
    this.nextCursor = page.next_cursor;
  }

  /** @param {string} batchId */
  async delete(batchId) {
    await this.#api.json("DELETE", `/v1/batches/${batchId}`);
    this.all = this.all?.filter((batch) => batch.id !== batchId) ?? null;
  }
}
