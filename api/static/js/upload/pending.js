// Files that are still to be sent, kept by the browser, so that a reload goes on where it stopped.

/** @import { Item } from "./sender.js" */

const DATABASE = "birds";
const FILES = "pending";
const MOST_BYTES = 1024 ** 3; // kept at once; the browser copies what it keeps, and a card full of photos is too much

// A reload keeps the tab's session storage, another tab has its own: only one of them goes on sending.
const TAB = (sessionStorage["birds-tab"] ??= String(Math.random()));

export class Pending {
  /** @type {Promise<IDBDatabase> | null} */
  #open = null;
  #bytes = 0;

  /**
   * Keep items of a batch, as many as there is room for; says whether that was all. Keeping is a courtesy.
   * @param {string} batchId
   * @param {Item[]} items
   */
  async keep(batchId, items) {
    const fitting = items.filter((item) => {
      if (this.#bytes + item.file.size > MOST_BYTES) return false;
      this.#bytes += item.file.size;
      return true;
    });
    const kept = await this.#work("readwrite", (store) => {
      for (const item of fitting) store.put({ tab: TAB, batchId, ...stored(item) }, key(batchId, item));
    });
    return kept && fitting.length === items.length;
  }

  /**
   * @param {string} batchId
   * @param {Item[]} items
   */
  async forget(batchId, items) {
    await this.#work("readwrite", (store) => {
      for (const item of items) {
        this.#bytes = Math.max(this.#bytes - item.file.size, 0);
        store.delete(key(batchId, item));
      }
    });
  }

  /** Items by batch that this tab was sending when it was reloaded. */
  async ours() {
    /** @type {Map<string, Item[]>} */
    const found = new Map();
    await this.#work("readonly", (store) => {
      const request = store.openCursor();
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return;
        const { tab, batchId, ...item } = cursor.value;
        if (tab === TAB) found.set(batchId, [...(found.get(batchId) ?? []), item]);
        cursor.continue();
      };
    });
    return found;
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => void} task
   */
  async #work(mode, task) {
    try {
      this.#open ??= opened();
      const transaction = (await this.#open).transaction(FILES, mode);
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
      task(transaction.objectStore(FILES));
      await done;
      return true;
    } catch (error) {
      console.info("files to be sent are not kept over a reload:", error?.message); // private windows, full disks
      return false;
    }
  }
}

const stored = (/** @type {Item} */ { file, name, given, shrink }) => ({ file, name, given, shrink });
/** @type {(batchId: string, item: Item) => string} */
const key = (batchId, { name, file }) => `${batchId} ${name} ${file.size}`;

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(FILES);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
