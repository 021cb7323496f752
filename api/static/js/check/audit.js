// Accepting many answers after a few of them, drawn at random, were checked.

import * as router from "../router.js";

/**
 * @import { AuditDocument } from "../documents.js"
 * @import { Services, Trip } from "../trip/trip.js"
 */

const MARGIN = 0.03; // half the width of the interval that is told: some 100 photos of 3,000 are drawn for it

export class Audit {
  #services;
  #trip;

  /**
   * @param {Services} services
   * @param {Trip} trip
   */
  constructor(services, trip) {
    this.#services = services;
    this.#trip = trip;
    this.isOpen = false;
    this.document = /** @type {AuditDocument | null} */ (null);
  }

  async open() {
    this.isOpen = true;
    this.#services.changed();
    await this.#trip.labels.settled();
    await this.#draw(this.document ? { threshold: this.document.threshold } : {});
  }

  close() {
    this.isOpen = false;
    this.#services.changed();
  }

  /** @param {number} threshold probability from which answers would be accepted */
  from(threshold) {
    return this.#draw({ threshold });
  }

  /** @param {{ threshold?: number }} order */
  async #draw(order) {
    await this.#services.attempt(async () => {
      this.document = await this.#services.api.json("POST", `${this.#trip.feed.path}/audit`, {
        margin: MARGIN, ...order,
      });
    });
  }

  /** Those that were drawn, one after the other. */
  check() {
    const ids = this.document?.sample.filter((one) => one.right === null).map((one) => one.photo_id) ?? [];
    this.close();
    this.#trip.check.look(ids);
    if (!this.#isChecking) router.go(router.tabAddress(this.#trip.id, "check"));
  }

  /** All species that are sure enough, and that nobody has had a word on: one act, which one undo takes back. */
  async accept() {
    if (!this.document) return;
    const query = { rank: "species", reviewed: false, min_probability: this.document.threshold };
    this.close();
    await this.#trip.labels.acceptAll(query);
    if (this.#isChecking) this.#trip.check.look(null);
  }

  get #isChecking() {
    return this.#trip.place.tab === "check";
  }
}
