// Names of birds as they are typed: any taxon, by its names and codes.

/**
 * @import { TaxonDocument, TaxonList } from "../documents.js"
 * @import { Services } from "./trip.js"
 */

const SHOWN = 8;

export class Names {
  #services;

  /** @param {Services} services */
  constructor(services) {
    this.#services = services;
    this.text = "";
    this.found = /** @type {TaxonDocument[]} */ ([]);
    this.chosen = 0; // place in `found`
    this.isSettled = true; // `found` is of `text`
  }

  /** @param {string} text */
  async look(text) {
    this.text = text;
    this.isSettled = false;
    if (!text.trim()) return this.clear();
    await this.#services.attempt(async () => {
      /** @type {TaxonList} */
      const { taxa } = await this.#services.api.json("GET", `/v1/taxa?${new URLSearchParams({ q: text, limit: String(SHOWN) })}`);
      if (this.text !== text) return;
      this.found = taxa;
      this.chosen = 0;
      this.isSettled = true;
    });
  }

  /** @param {number} steps down the list, or up */
  move(steps) {
    const { length } = this.found;
    if (length) this.chosen = (this.chosen + steps + length) % length;
    this.#services.changed();
  }

  clear() {
    this.text = "";
    this.found = [];
    this.isSettled = true;
    this.#services.changed();
  }
}
