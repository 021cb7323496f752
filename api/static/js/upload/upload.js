// One upload into one batch: a queue of files and a few lanes that empty it.

import { keepTrying } from "../patience.js";
import { Rate } from "../rate.js";
import { paired, takeGroup } from "./groups.js";

/**
 * @import { Api, ApiError } from "../api.js"
 * @import { Pending } from "./pending.js"
 * @import { Unsent } from "./litter.js"
 * @import { Item, Outcome, Sender, Watch } from "./sender.js"
 *
 * @typedef {{ api: Api, sender: Sender, pending: Pending, changed: () => void }} Services
 * @typedef {"sending" | "paused" | "closing" | "done" | "failed"} State sending → paused → sending … → closing → done,
 * and failed from any
 */

const TOLD_AT_ONCE = 1000; // files that are not sent, in one request
const AT_ONCE = 6; // requests; as many as a browser opens to one server

export class Upload {
  #services;
  /** @type {Item[]} */
  #queue = [];
  /** @type {Set<Promise<void>>} */
  #lanes = new Set();
  #stop = new AbortController();
  /** @type {Map<Item, number>} bytes on their way, of those not settled */
  #bytesOf = new Map();
  #settledBytes = 0;
  /** @type {Unsent[]} files that are not sent, of which the server does not know yet */
  #untold = [];
  /** @type {Promise<void> | null} */
  #telling = null;

  /**
   * @param {string} batchId
   * @param {Services} services
   */
  constructor(batchId, services) {
    this.#services = services;
    this.batchId = batchId;
    this.state = /** @type {State} */ ("sending");
    this.problem = /** @type {Error | null} */ (null); // what it waits for, or what ended it
    this.files = 0;
    this.bytes = 0;
    this.settled = 0;
    this.known = 0; // photos that this batch had
    this.spared = 0; // photos whose bytes the server had for another batch
    this.joined = 0; // raw files that are one photo with the picture beside them
    this.savedBytes = 0;
    this.refused = 0;
    this.rate = new Rate();
    this.isKept = true; // a reload loses nothing
  }

  get sentBytes() {
    let sum = this.#settledBytes;
    for (const bytes of this.#bytesOf.values()) sum += bytes;
    return sum;
  }

  get busy() {
    return this.state === "sending" || this.state === "closing";
  }

  /**
   * More files.
   * @param {Item[]} items
   */
  async add(items) {
    this.#queue = this.#queue.concat(paired(items));
    this.files += items.length;
    for (const { file } of items) this.bytes += file.size;
    this.#start();
    this.isKept = false;
    this.isKept = await this.#services.pending.keep(this.batchId, items.filter((item) => !item.settled));
  }

  /**
   * Files that are not sent: the batch keeps their names with the reasons.
   * @param {Unsent[]} unsent
   */
  tell(unsent) {
    this.#untold = this.#untold.concat(unsent);
    this.#tellAll().catch(() => {}); // the end of the upload tries it again, and has the error
  }

  /** Ends when the server knows of all files that are not sent. */
  #tellAll() {
    this.#telling ??= this.#tellRest().finally(() => (this.#telling = null));
    return this.#telling;
  }

  async #tellRest() {
    const path = `/v1/batches/${this.batchId}/refused`;
    while (this.#untold.length) {
      const files = this.#untold.slice(0, TOLD_AT_ONCE);
      await keepTrying(() => this.#services.api.json("POST", path, { files }), { waiting: this.#waiting });
      this.#untold = this.#untold.slice(files.length);
    }
  }

  pause() {
    if (this.state !== "sending") return;
    this.state = "paused";
    this.#stop.abort();
    this.#services.changed();
  }

  resume() {
    if (this.state !== "paused" && this.state !== "failed") return;
    this.state = "sending";
    this.problem = null;
    this.#start();
  }

  /** The batch is gone. */
  giveUp() {
    this.pause();
    this.#services.pending.forget(this.batchId, this.#queue);
    this.#queue = [];
  }

  #start() {
    if (this.state !== "sending") return;
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    const lanes = this.#lanes; // those of before a pause come to their end by themselves
    while (lanes.size < AT_ONCE) {
      /** @type {Promise<void>} */
      const lane = this.#lane(this.#stop.signal).finally(() => {
        lanes.delete(lane);
        if (!lanes.size) this.#end();
      });
      lanes.add(lane);
    }
    this.#services.changed();
  }

  /** @param {AbortSignal} signal */
  async #lane(signal) {
    while (this.#queue.length && !signal.aborted) {
      const group = takeGroup(this.#queue);
      try {
        this.#settle(group, await this.#services.sender.send(group, this.#watch(signal)));
      } catch (error) {
        this.#takeBack(group);
        if (error.name !== "AbortError") this.#fail(error);
        return;
      }
    }
  }

  #waiting = (/** @type {ApiError | null} */ error) => this.#tell({ problem: error });

  /**
   * @param {AbortSignal} signal
   * @returns {Watch}
   */
  #watch(signal) {
    return {
      signal,
      waiting: this.#waiting,
      saved: (item, bytes) => (item.saved = bytes),
      sent: (item, bytes) => {
        this.#bytesOf.set(item, Math.min(bytes, item.file.size));
        this.rate.note(this.sentBytes);
        this.#services.changed();
      },
    };
  }

  /**
   * @param {Item[]} group
   * @param {Outcome[]} outcomes
   */
  #settle(group, outcomes) {
    for (const item of group) {
      item.settled = true;
      this.#bytesOf.delete(item);
      this.#settledBytes += item.file.size;
      this.savedBytes += item.saved ?? 0;
    }
    for (const { code, known, spared, joined } of outcomes) {
      if (code) this.refused += 1;
      if (known) this.known += 1;
      if (spared) this.spared += 1;
      if (joined) this.joined += 1;
    }
    this.tell(outcomes.filter((outcome) => outcome.unsent).map(asUnsent));
    this.settled += group.length;
    this.rate.note(this.sentBytes);
    this.#services.pending.forget(this.batchId, group);
    this.#services.changed();
  }

  /** @param {Item[]} group */
  #takeBack(group) {
    for (const item of group) this.#bytesOf.delete(item);
    this.#queue.unshift(...group);
  }

  /** @param {Error} error */
  #fail(error) {
    this.#stop.abort();
    this.#tell({ state: "failed", problem: error });
  }

  /** No lane is left: all was sent, or it was paused, or it failed. */
  async #end() {
    if (this.state !== "sending") return;
    if (this.#queue.length) return this.#start(); // more came meanwhile, or a pause was short
    this.#tell({ state: "closing" });
    try {
      const path = `/v1/batches/${this.batchId}/close`;
      while (this.#untold.length) await this.#tellAll();
      await keepTrying(() => this.#services.api.json("POST", path), { waiting: this.#waiting });
      this.#tell({ state: "done", problem: null });
    } catch (error) {
      this.#tell({ state: "failed", problem: error });
    }
  }

  /** @param {Partial<Pick<Upload, "state" | "problem">>} news */
  #tell(news) {
    Object.assign(this, news);
    this.#services.changed();
  }
}

/** @type {(outcome: Outcome) => Unsent} */
const asUnsent = ({ item, code = "unreadable", detail }) => ({ name: item.name, code, detail: detail || "It can't be read." });
