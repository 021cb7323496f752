// A trip answered by another model, and what that changed.

/**
 * @import { ComparisonDocument, ModelList } from "../documents.js"
 * @import { Services } from "./trip.js"
 * @import { Feed } from "./feed.js"
 */

const SHOWN = 100; // photos of which two models say different things

export class Comparison {
  #services;
  #feed;

  /**
   * @param {Services} services
   * @param {Feed} feed
   */
  constructor(services, feed) {
    this.#services = services;
    this.#feed = feed;
    this.isOpen = false;
    this.models = /** @type {string[]} */ ([]); // that there are, by name@version
    this.active = /** @type {string | null} */ (null);
    this.document = /** @type {ComparisonDocument | null} */ (null);
    this.pair = /** @type {[string, string] | null} */ (null); // that are compared
  }

  async open() {
    this.isOpen = true;
    this.#services.changed();
    await this.#services.attempt(async () => {
      /** @type {ModelList} */
      const { models } = await this.#services.api.json("GET", "/v1/models");
      this.models = [...new Set(models.map((one) => `${one.name}@${one.version}`))];
      const active = models.find((one) => one.active);
      this.active = active ? `${active.name}@${active.version}` : null;
    });
  }

  close() {
    this.isOpen = false;
    this.#services.changed();
  }

  /** By the model that is active now; the answers of before are kept beside the new ones. */
  async answerAgain() {
    await this.#services.attempt(async () => {
      await this.#services.api.json("POST", `${this.#feed.path}/reanswer`);
      this.isOpen = false;
      this.#feed.again();
    });
  }

  /**
   * @param {string} a
   * @param {string} b
   */
  async compare(a, b) {
    this.document = null;
    this.pair = /** @type {[string, string]} */ ([a, b]);
    await this.#services.attempt(async () => {
      const query = new URLSearchParams({ a, b, limit: String(SHOWN) });
      this.document = await this.#services.api.json("GET", `${this.#feed.path}/compare?${query}`);
    });
  }
}
