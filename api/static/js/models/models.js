// The models that there are, and which one answers.

/**
 * @import { ModelDocument, ModelList, ShadowDocument, Species, SpeciesList } from "../documents.js"
 * @import { Services } from "../trip/trip.js"
 */

export class Models {
  #services;

  /** @param {Services} services */
  constructor(services) {
    this.#services = services;
    this.all = /** @type {ModelDocument[] | null} */ (null);
    this.species = /** @type {Species[]} */ ([]); // of the active one
    this.shadow = /** @type {ShadowDocument | null} */ (null); // null too for whom may not read it
  }

  read() {
    return this.#services.attempt(async () => {
      const { api } = this.#services;
      /** @type {ModelList} */
      const { models, shadow } = await api.json("GET", "/v1/models?cards=true");
      this.all = models;
      this.shadow = shadow ? await api.json("GET", "/v1/models/shadow").catch(() => null) : null;
      if (!models.some((model) => model.active)) return;
      /** @type {SpeciesList} */
      const { species } = await api.json("GET", "/v1/species");
      this.species = species;
    });
  }

  /**
   * Workers switch to it; who looks after the server may say so.
   * @param {string} reference
   */
  async promote(reference) {
    await this.#services.attempt(async () => {
      await this.#services.api.json("PUT", "/v1/models/active", { reference });
      await this.read();
    });
  }
}
