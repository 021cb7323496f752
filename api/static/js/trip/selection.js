// Photos that somebody has picked out of many, to say the same of all of them.

import { isChecked } from "./results.js";

/**
 * @import { AnsweredResult } from "../documents.js"
 * @import { Taxon } from "./labels.js"
 * @import { Group } from "./look.js"
 * @import { Trip } from "./trip.js"
 */

export class Selection {
  #trip;
  #changed;
  /** @type {string | null} where a range begins */
  #anchor = null;

  /** @type {{ groups: Group[], ids: Set<string>, rest: AnsweredResult[] } | null} */
  #rest = null;

  /**
   * @param {Trip} trip
   * @param {() => void} changed
   */
  constructor(trip, changed) {
    this.#trip = trip;
    this.#changed = changed;
    this.ids = /** @type {Set<string>} another one after each change */ (new Set());
    this.isPicking = false; // a tap picks, instead of opening
  }

  get size() {
    return this.ids.size;
  }

  /** @param {string} id */
  toggle(id) {
    const ids = new Set(this.ids);
    if (!ids.delete(id)) ids.add(id);
    this.#anchor = id;
    this.set(ids);
  }

  /**
   * All from the one that was picked last to this one.
   * @param {string} id
   */
  extend(id) {
    const order = this.#shown.map((result) => result.photo_id);
    const ends = [order.indexOf(this.#anchor ?? id), order.indexOf(id)].sort((a, b) => a - b);
    this.set([...this.ids, ...order.slice(Math.max(ends[0], 0), ends[1] + 1)]);
  }

  /** @param {Iterable<string>} ids */
  set(ids) {
    this.ids = new Set(ids);
    this.#changed();
  }

  clear() {
    this.isPicking = false;
    this.set([]);
  }

  /** @param {boolean} isPicking */
  pick(isPicking) {
    this.isPicking = isPicking;
    this.#changed();
  }

  /** A click picks where it is meant to, and opens the photo otherwise. */
  clicked(/** @type {MouseEvent} */ event, /** @type {string} */ id) {
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey && !this.isPicking) return;
    event.preventDefault();
    if (event.shiftKey) this.extend(id);
    else this.toggle(id);
  }

  // --- what is said of them ---

  accept() {
    this.#trip.labels.accept(this.#taken());
  }

  sayNotABird() {
    this.#trip.labels.sayNotABird(this.#taken());
  }

  /** @param {Taxon} taxon */
  say(taxon) {
    this.#trip.labels.say(this.#taken(), taxon);
  }

  /** Photos that are shown, not picked, and of which nobody has had a word: those with a name. Looked for once. */
  get rest() {
    const { ids } = this;
    const { groups } = this.#trip;
    if (this.#rest?.groups !== groups || this.#rest.ids !== ids) {
      const rest = this.#shown.filter((one) => one.final && !isChecked(one) && !ids.has(one.photo_id));
      this.#rest = { groups, ids, rest };
    }
    return this.#rest.rest;
  }

  /** One picks what is wrong, and accepts the rest. */
  acceptRest() {
    this.#trip.labels.accept(this.rest.map((one) => one.photo_id));
  }

  #taken() {
    const ids = [...this.ids];
    this.clear();
    return ids;
  }

  /** @returns {AnsweredResult[]} */
  get #shown() {
    return this.#trip.groups.flatMap((group) => group.results);
  }
}
