// The sightings of a trip that nobody has checked, or photos that were drawn at random, one after the other.

/**
 * @import { CheckItem, CheckQueue, FinalNameDocument, FrameDocument, Result } from "../documents.js"
 * @import { Taxon } from "../trip/labels.js"
 * @import { Services, Trip } from "../trip/trip.js"
 */

const AHEAD = 8; // so many before the end the next ones are asked for
const AT_ONCE = 40;
const LOOK_AGAIN_MS = 1500; // while the server makes sightings

export class Check {
  #services;
  #trip;
  /** @type {Set<string>} sightings that are or were in `items` */
  #known = new Set();
  /** @type {CheckItem[]} of which something was said, the latest last */
  #order = [];
  #ahead = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Services} services
   * @param {Trip} trip
   */
  constructor(services, trip) {
    this.#services = services;
    this.#trip = trip;
    this.items = /** @type {CheckItem[]} */ ([]); // in the order in which they are looked at
    this.place = 0; // of the one that is looked at
    this.unchecked = /** @type {number | null} */ (null); // sightings, as the server counts them; null: not known yet
    this.isReady = false; // sightings are made
    this.isReading = false; // more are on their way
    this.drawn = /** @type {string[] | null} */ (null); // photos that are looked at instead of sightings
    this.photo = /** @type {string | null} */ (null); // the frame that is looked at, where it is not the best one
    this.last = /** @type {Taxon | null} */ (null); // that was said last
    this.said = /** @type {Map<string, Taxon>} */ (new Map()); // here, by sighting
  }

  /** @returns {CheckItem | null} */
  get current() {
    return this.items[this.place] ?? null;
  }

  /** @returns {FrameDocument[]} */
  get frames() {
    return this.current?.sighting.frames ?? [];
  }

  /** The photo that is shown large. */
  get shownId() {
    return this.photo ?? this.current?.sighting.best_photo_id ?? null;
  }

  /** Sightings that are left, with what was said here counted already. */
  get left() {
    return Math.max((this.unchecked ?? 0) - this.said.size, 0);
  }

  /**
   * Begins anew, with these photos, or with all sightings that nobody has checked.
   * @param {string[] | null} drawn
   */
  look(drawn) {
    this.drawn = drawn;
    this.items = [];
    this.#known = new Set();
    this.#order = [];
    this.said = new Map();
    this.unchecked = drawn && drawn.length;
    this.isReady = drawn !== null;
    this.#go(0);
  }

  /** Asks for more where few are left. */
  async keepUp() {
    if (this.isReading || this.items.length - this.place > AHEAD) return;
    if (this.isReady && this.unchecked !== null && this.#known.size >= this.unchecked) return;
    this.isReading = true;
    try {
      await (this.drawn ? this.#readDrawn(this.drawn) : this.#read());
    } finally {
      this.isReading = false;
    }
    this.#services.changed();
    if (!this.isReady) this.#timer = setTimeout(() => this.keepUp(), LOOK_AGAIN_MS);
  }

  leave() {
    clearTimeout(this.#timer);
    this.#ahead.abort();
  }

  async #read() {
    await this.#services.attempt(async () => {
      const { queue, said } = await this.#queue();
      this.isReady = queue.standing.up_to_date;
      this.unchecked = queue.unchecked + said;
      for (const item of queue.items) {
        if (this.#known.has(item.sighting.sighting_id)) continue;
        this.#known.add(item.sighting.sighting_id);
        this.items.push(item);
      }
    });
  }

  /**
   * As the server has it, and how many sightings it has been told of: asked again where something was said or taken
   * back meanwhile, since nobody knows which of the two was counted first.
   * @returns {Promise<{ queue: CheckQueue, said: number }>}
   */
  async #queue() {
    const { labels, feed } = this.#trip;
    for (;;) {
      const settled = labels.settled(); // what was said is no more in the queue
      await settled;
      const said = this.said.size;
      const limit = AT_ONCE + this.items.length - this.place; // those that are here are told once more
      const queue = await this.#services.api.json("GET", `${feed.path}/check?limit=${limit}`);
      if (labels.settled() === settled) return { queue, said };
    }
  }

  /** @param {string[]} drawn */
  async #readDrawn(drawn) {
    await this.#services.attempt(async () => {
      const ids = drawn.filter((id) => !this.#known.has(id)).slice(0, AT_ONCE);
      /** @type {Result[]} */
      const found = await Promise.all(ids.map((id) => this.#services.api.json("GET", `/v1/photos/${id}`)));
      for (const best of found) {
        this.#known.add(best.photo_id);
        if (best.final) this.items.push(alone(best, best.final));
      }
    });
  }

  // --- what is said ---

  accept() {
    if (this.current) this.say(this.current.sighting.final);
  }

  /** @param {number} place in the list of candidates */
  sayCandidate(place) {
    const found = this.current?.best.predictions[place];
    if (found) this.say({ name: found.species, scientific_name: found.scientific_name, rank: "species" });
  }

  sayNotABird() {
    this.say({ name: "Not a bird", scientific_name: null, rank: "not-a-bird" });
  }

  sayLastAgain() {
    if (this.last) this.say(this.last);
  }

  /** @param {Taxon} taxon of the sighting that is looked at, which is left for the next one */
  say({ name, scientific_name, rank }) {
    const { current } = this;
    if (!current) return;
    const taxon = { name, scientific_name, rank };
    const { sighting_id: id, frames, photos } = current.sighting;
    if (photos > frames.length) this.#trip.labels.sayOfSighting(id, taxon);
    else this.#trip.labels.say(frames.map((frame) => frame.photo_id), taxon);
    this.last = taxon;
    this.said.set(current.sighting.sighting_id, taxon);
    this.#order.push(current);
    this.#go(this.place + 1);
  }

  /** Takes back the last word, and looks at its sighting again. */
  async undo() {
    const item = this.#order.pop();
    if (item) {
      this.said.delete(item.sighting.sighting_id);
      this.#go(this.items.indexOf(item));
    }
    await this.#trip.labels.undo();
  }

  // --- where one looks ---

  /** To the end with it. */
  later() {
    const [item] = this.items.splice(this.place, 1);
    if (item) this.items.push(item);
    this.#go(this.place);
  }

  /** @param {number} steps */
  step(steps) {
    this.#go(Math.min(Math.max(this.place + steps, 0), this.items.length));
  }

  /** @param {number} steps from frame to frame of the sighting */
  stepFrame(steps) {
    const ids = this.frames.map((frame) => frame.photo_id);
    const at = ids.indexOf(this.shownId ?? "");
    this.show(ids[(at + steps + ids.length) % ids.length] ?? null);
  }

  /** @param {string | null} photoId */
  show(photoId) {
    this.photo = photoId;
    this.#services.changed();
  }

  /** @param {number} place */
  #go(place) {
    this.place = place;
    this.photo = null;
    this.keepUp();
    this.#fetchAhead();
    this.#services.changed();
  }

  /** So that the next photo is there when it is looked at. */
  #fetchAhead() {
    this.#ahead.abort();
    this.#ahead = new AbortController();
    const next = this.items[this.place + 1];
    if (next) {
      const path = `/v1/photos/${next.sighting.best_photo_id}/image`;
      this.#services.pictures.get(path, this.#ahead.signal).catch(() => {}); // whoever shows it asks again
    }
  }
}

/**
 * A photo that was drawn is looked at without the others of its sighting.
 * @param {Result} best
 * @param {FinalNameDocument} final
 * @returns {CheckItem}
 */
function alone(best, final) {
  const { photo_id: id, name } = best;
  const frames = [{ photo_id: id, name, disagrees: false }];
  return { why: "drawn", best, sighting: { sighting_id: id, final, photos: 1, best_photo_id: id, frames } };
}
