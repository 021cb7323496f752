// What people say of the photos of a trip: one act after the other, each of which can be taken back.

import { keepTrying } from "../patience.js";
import { randomId } from "../random.js";
import { NOT_A_BIRD } from "./results.js";
import { forget, keep, unsent } from "./unsent.js";

/**
 * @import { FinalNameDocument, LabelReceipt } from "../documents.js"
 * @import { Feed } from "./feed.js"
 * @import { Services } from "./trip.js"
 *
 * @typedef {Pick<FinalNameDocument, "name" | "scientific_name" | "rank">} Taxon
 * @typedef {{ photo_ids: string[] } | { query: object }} Which as the interface has them
 * @typedef {{ species: string } | { accept: true }} Word
 */

export class Labels {
  #services;
  #feed;
  #changed;
  /** @type {Promise<void>} ends when all that was said so far is known or refused */
  #last = Promise.resolve();

  /**
   * @param {Services} services
   * @param {Feed} feed
   * @param {() => void} changed after each act
   */
  constructor(services, feed, changed) {
    this.#services = services;
    this.#feed = feed;
    this.#changed = changed;
    for (const order of unsent(feed.path)) this.#inTurn(() => this.#send(order));
  }

  /**
   * @param {string[]} photoIds
   * @param {Taxon} taxon
   */
  say(photoIds, taxon) {
    const final = /** @type {FinalNameDocument} */ ({ ...taxon, by: "person", probability: null });
    return this.#act({ photo_ids: photoIds }, { species: taxon.name }, photoIds, () => final);
  }

  /**
   * Of a sighting with more frames than are told.
   * @param {string} sightingId
   * @param {Taxon} taxon
   */
  sayOfSighting(sightingId, taxon) {
    return this.#act({ query: { sighting: sightingId } }, { species: taxon.name }, [], (final) => final);
  }

  /** Once all that was said so far is known or refused. */
  settled() {
    return this.#last;
  }

  /** @param {string[]} photoIds */
  sayNotABird(photoIds) {
    return this.say(photoIds, { name: NOT_A_BIRD, scientific_name: null, rank: "not-a-bird" });
  }

  /**
   * Each photo's own name is right.
   * @param {string[]} photoIds
   */
  accept(photoIds) {
    return this.#act({ photo_ids: photoIds }, { accept: true }, photoIds, (final) => final && { ...final, by: "person" });
  }

  /**
   * The same of all photos of which a query holds.
   * @param {object} query as the interface has it
   */
  acceptAll(query) {
    return this.#act({ query }, { accept: true }, [], (final) => final);
  }

  /** Takes back what this key said last of this trip, and then what it said before. */
  undo() {
    return this.#inTurn(() => this.#carriedOn("labels/undo", (again) => (again ? { act_id: again.undoes } : {})));
  }

  /**
   * Takes back what was said of one photo, whoever said it.
   * @param {string} photoId
   */
  withdraw(photoId) {
    return this.#inTurn(() => this.#services.api.json("PUT", `/v1/photos/${photoId}/label`, { species: null }));
  }

  /**
   * Shown at once, and taken back where the server refuses.
   * @param {Which} which
   * @param {Word} word
   * @param {string[]} photoIds
   * @param {(final: FinalNameDocument | null) => FinalNameDocument | null} named
   */
  #act(which, word, photoIds, named) {
    const { results } = this.#feed;
    const before = new Map(photoIds.map((id) => [id, results.get(id)?.final]));
    for (const [id, final] of before) if (final !== undefined) results.say(id, named(final));
    this.#services.changed();
    const order = { ...which, ...word, act_id: randomId() };
    keep(this.#feed.path, order);
    return this.#inTurn(async () => {
      try {
        await this.#send(order);
        for (const id of photoIds) results.said(id);
      } catch (error) {
        for (const [id, final] of before) results.said(id, final);
        throw error;
      }
    });
  }

  /** @param {import("./unsent.js").Order} order */
  async #send(order) {
    try {
      await this.#carriedOn("labels", () => order);
    } finally {
      forget(order);
    }
  }

  /**
   * An act of very many photos takes more than one request.
   * @param {string} path below the batch
   * @param {(receipt: LabelReceipt | null) => object} body `receipt`: of the request before
   */
  async #carriedOn(path, body) {
    /** @type {LabelReceipt | null} */
    let receipt = null;
    do {
      const order = body(receipt);
      receipt = await keepTrying(() => this.#services.api.json("POST", `${this.#feed.path}/${path}`, order));
    } while (receipt && !receipt.complete);
  }

  /** @param {() => Promise<void>} act */
  #inTurn(act) {
    this.#last = this.#last.then(() => this.#services.attempt(async () => {
      await act();
      this.#changed();
    }));
    return this.#last;
  }
}
