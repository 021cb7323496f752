// The models that there are, and which one answers.

/**
 * @import { Api } from "../api.js"
 * @import { ModelDocument, ModelList, Species, SpeciesList } from "../documents.js"
 */

export class Models {
  #api;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    this.all = /** @type {ModelDocument[] | null} */ (null);
    this.species = /** @type {Species[]} */ ([]); // of the active one
  }

  async read() {
    /** @type {ModelList} */
    const { models } = await this.#api.json("GET", "/v1/models");
    this.all = models;
    if (!models.some((model) => model.active)) return;
    /** @type {SpeciesList} */
    const { species } = await this.#api.json("GET", "/v1/species");
    this.species = species;
  }
}
