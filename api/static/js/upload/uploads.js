// All uploads of this tab.

import { Pending } from "./pending.js";
import { Preparer } from "./preparer.js";
import { Sender } from "./sender.js";
import { Storage } from "./storage.js";
import { Upload } from "./upload.js";

/**
 * @import { Api } from "../api.js"
 * @import { ToSend, Unsent } from "./litter.js"
 */

export class Uploads {
  #api;
  #changed;
  /** @type {Map<string, Upload>} */
  #uploads = new Map();
  #pending = new Pending();
  #preparer = new Preparer();
  #storage = new Storage();

  /**
   * @param {Api} api
   * @param {() => void} changed
   */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
    addEventListener("beforeunload", (event) => {
      if (this.#all().some((upload) => upload.busy && !upload.isKept)) event.preventDefault();
    });
  }

  /** @param {string} batchId */
  of(batchId) {
    return this.#uploads.get(batchId) ?? null;
  }

  /**
   * Whether files may be added to an upload into this batch: nobody else adds to it, and it is not closed yet.
   * @param {string} batchId
   */
  mayTakeMore(batchId) {
    const upload = this.of(batchId);
    return !upload || upload.state === "sending" || upload.state === "paused" || upload.state === "failed";
  }

  /**
   * @param {string} batchId
   * @param {ToSend[]} files
   * @param {Unsent[]} unsent
   * @param {boolean} shrink
   */
  send(batchId, files, unsent, shrink) {
    const upload = this.#upload(batchId);
    upload.tell(unsent);
    upload.add(files.map((file) => ({ ...file, shrink })));
  }

  /** Go on with what this tab was sending when it was reloaded. */
  async goOn() {
    for (const [batchId, items] of await this.#pending.ours()) {
      if (!this.of(batchId)) this.#upload(batchId).add(items);
    }
  }

  /** @param {string} batchId */
  forget(batchId) {
    const upload = this.of(batchId);
    upload?.giveUp();
    this.#uploads.delete(batchId);
  }

  /** @param {string} batchId */
  #upload(batchId) {
    const known = this.of(batchId);
    if (known) return known;
    const sender = new Sender(this.#api, batchId, this.#preparer, this.#storage);
    const services = { api: this.#api, sender, pending: this.#pending, changed: this.#changed };
    const upload = new Upload(batchId, services);
    this.#uploads.set(batchId, upload);
    return upload;
  }

  #all() {
    return [...this.#uploads.values()];
  }
}
