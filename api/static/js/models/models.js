// The models that there are, and which one answers.

/**
 * @import { Api } from "../api.js"
 * @import { ModelDocument, ModelList, ShadowDocument, Species, SpeciesList } from "../documents.js"
 */

export class Models {
  #api;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    this.all = /** @type {ModelDocument[] | null} */ (null);
    this.species = /** @type {Species[]} */ ([]); // of the active one
    this.shadow = /** @type {ShadowDocument | null} */ (null); // null too for whom may not read it
  }

  async read() {
    /** @type {ModelList} */
    const { models, shadow } = await this.#api.json("GET", "/v1/models");
    this.all = models;
    this.shadow = shadow ? await this.#api.json("GET", "/v1/models/shadow").catch(() => null) : null;
    if (!models.some((model) => model.active)) return;
    /** @type {SpeciesList} */
    const { species } = await this.#api.json("GET", "/v1/species");
    this.species = species;
  }
}
