// Links by which others look at a trip, and at nothing else.

/**
 * @import { KeyDocument, MadeKey } from "../documents.js"
 * @import { Services } from "./trip.js"
 */

const DAY_S = 24 * 3600;

export class Shares {
  #services;
  #path;

  /**
   * @param {Services} services
   * @param {string} path of the batch
   */
  constructor(services, path) {
    this.#services = services;
    this.#path = `${path}/shares`;
    this.isOpen = false;
    this.all = /** @type {KeyDocument[]} */ ([]);
    this.link = /** @type {string | null} */ (null); // the one that was made last: it is told once
  }

  async open() {
    this.isOpen = true;
    this.link = null;
    this.#services.changed();
    await this.#read();
  }

  close() {
    this.isOpen = false;
    this.#services.changed();
  }

  /**
   * @param {string} person who is given it
   * @param {number} days for which it is good; 0: until it is ended
   */
  async make(person, days) {
    await this.#services.attempt(async () => {
      const body = { person: person.trim() || null, expires_in_s: days ? days * DAY_S : null };
      /** @type {MadeKey} */
      const made = await this.#services.api.json("POST", this.#path, body);
      const address = new URL(location.href);
      address.hash = `share=${made.key}&batch=${made.batch_id}`;
      this.link = address.href;
    });
    await this.#read();
  }

  /** @param {string} keyId */
  async end(keyId) {
    await this.#services.attempt(() => this.#services.api.json("DELETE", `${this.#path}/${keyId}`));
    await this.#read();
  }

  async #read() {
    await this.#services.attempt(async () => {
      /** @type {{ keys: KeyDocument[] }} */
      const { keys } = await this.#services.api.json("GET", this.#path);
      this.all = keys.filter((key) => !key.revoked_at);
    });
  }
}
