// The species that people have named, in all trips.

/**
 * @import { Api } from "../api.js"
 * @import { LifeList, LifeListEntryDocument } from "../documents.js"
 */

export class Life {
  #api;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    this.species = /** @type {LifeListEntryDocument[] | null} */ (null);
  }

  async read() {
    /** @type {LifeList} */
    const list = await this.#api.json("GET", "/v1/life");
    this.species = list.species;
  }

  /** Of the last species that came: those of the same trip are the new ones. */
  get latestTrip() {
    return this.species?.map((one) => one.first_batch_id).reduce((a, b) => (a > b ? a : b), "") ?? "";
  }
}
