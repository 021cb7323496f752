// One trip, which the server calls a batch, as it is looked at: its answers, its species, one photo large.

import { Audit } from "../check/audit.js";
import { Check } from "../check/check.js";
import * as router from "../router.js";
import { Comparison } from "./comparison.js";
import { Feed } from "./feed.js";
import { Labels } from "./labels.js";
import { groupsOf, lookOf } from "./look.js";
import { Names } from "./names.js";
import { Selection } from "./selection.js";
import { Shares } from "./shares.js";
import { Sites } from "./sites.js";
import { Summary } from "./summary.js";

/**
 * @import { Api } from "../api.js"
 * @import { Pictures } from "../gallery/pictures.js"
 * @import { Result } from "../documents.js"
 * @import { Place } from "../router.js"
 * @import { Group, Look } from "./look.js"
 *
 * @typedef {object} Services
 * @property {Api} api
 * @property {Pictures} pictures
 * @property {() => void} changed after each change of what is shown
 * @property {(notice: string) => void} tell
 * @property {(task: () => Promise<void>) => Promise<void>} attempt tells why, where it fails
 */

export class Trip {
  #services;
  /** @type {string[]} as it was when a photo was opened: a correction moves the photo, but not what comes next */
  #order = [];
  /** @type {{ key: string, look: Look } | null} */
  #look = null;
  #isAwaited;

  /**
   * @param {Services} services
   * @param {string} id
   * @param {Place} place
   * @param {{ gone: (id: string) => void, isAwaited: boolean, isGuest: boolean }} circumstances `isAwaited`: it has
   * one photo, whose answer somebody waits for; `isGuest`: it was shared with who looks at it
   */
  constructor(services, id, place, { gone, isAwaited, isGuest }) {
    this.#services = services;
    this.#isAwaited = isAwaited;
    this.id = id;
    this.place = place;
    this.isGuest = isGuest;
    this.feed = new Feed(services.api, id, { changed: () => this.#news(), gone });
    this.summary = new Summary(services.api, this.feed, services.changed);
    this.shares = new Shares(services, this.feed.path);
    this.sites = new Sites(services, this.feed);
    this.labels = new Labels(services, this.feed, () => this.summary.keepUp());
    this.comparison = new Comparison(services, this.feed);
    this.names = new Names(services);
    this.check = new Check(services, this);
    this.audit = new Audit(services, this);
    this.selection = new Selection(this, services.changed);
    this.details = /** @type {Result | null} */ (null); // of the photo that is shown large
    this.feed.run();
  }

  /** @param {Place} place */
  arrive(place) {
    const before = this.place.photo;
    if (this.place.tab !== place.tab) this.selection.clear();
    this.place = place;
    this.#load();
    this.summary.keepUp();
    if (!place.photo) this.#order = [];
    if (place.photo !== before || (place.photo && !this.details)) this.#loadDetails();
  }

  #load() {
    const { tab } = this.place;
    if (tab === "check") this.check.keepUp();
    else if (tab !== "species") this.feed.load({ places: tab === "map" || tab === "days" });
  }

  leave() {
    this.feed.close();
    this.summary.close();
    this.check.leave();
  }

  /** Whether all that there was of it is shown. */
  get isShown() {
    if (this.place.tab === "check") return this.check.unchecked !== null;
    return this.place.tab === "species" ? this.summary.document !== null : this.feed.loaded;
  }

  // --- what is shown ---

  /** @returns {Look} the same one for as long as the address says the same */
  get look() {
    const { tab, params } = this.place;
    const key = `${tab}?${params}`;
    if (this.#look?.key !== key) this.#look = { key, look: lookOf(params, tab === "days" ? "time" : undefined) };
    return this.#look.look;
  }

  /**
   * Into the address; what is as it mostly is, is left out of it.
   * @param {Record<string, string>} news by the parameters' names
   */
  setLook(news) {
    const params = new URLSearchParams(this.place.params);
    for (const [name, value] of Object.entries(news)) {
      if (value) params.set(name, value);
      else params.delete(name);
    }
    router.replace(router.tabAddress(this.id, this.place.tab, params));
  }

  /** @returns {Group[]} */
  get groups() {
    const { groups, inMs } = groupsOf(this.feed.results, this.look);
    if (inMs !== null) setTimeout(this.#services.changed, inMs);
    return groups;
  }

  /** Ids of the photos before and after the one that is shown large; null at the ends. */
  get neighbours() {
    const { photo } = this.place;
    if (!photo) return { before: null, after: null };
    if (!this.#order.includes(photo)) {
      this.#order = this.groups.flatMap((group) => group.results.map((result) => result.photo_id));
    }
    const index = this.#order.indexOf(photo);
    return { before: this.#order[index - 1] ?? null, after: this.#order[index + 1] ?? null };
  }

  /** @param {string} photoId */
  addressOf(photoId) {
    return router.photoAddress(this.id, this.place.tab, photoId, this.place.params);
  }

  /** @param {string} photoId */
  open(photoId) {
    const address = this.addressOf(photoId);
    if (this.place.photo) router.replace(address);
    else router.go(address);
  }

  closePhoto() {
    router.replace(router.tabAddress(this.id, this.place.tab, this.place.params));
  }

  undo() {
    return this.place.tab === "check" ? this.check.undo() : this.labels.undo();
  }

  retry() {
    return this.#have("retry");
  }

  close() {
    return this.#have("close");
  }

  cancel() {
    return this.#have("cancel");
  }

  /** @param {"retry" | "close" | "cancel"} what done by the server */
  async #have(what) {
    await this.#services.attempt(async () => {
      await this.#services.api.json("POST", `${this.feed.path}/${what}`);
      this.feed.again();
    });
  }

  /** A single photo opens by itself once it is answered: its species is what one came for. */
  #news() {
    const { results } = this.feed;
    if (results.size === 1 && this.#isAwaited) {
      this.#isAwaited = false;
      this.open(results.all()[0].photo_id);
    }
    if (!["species", "check"].includes(this.place.tab)) this.#load();
    this.summary.keepUp();
    this.#services.changed();
  }

  /** A live answer does not say the place. */
  async #loadDetails() {
    this.details = null;
    const { photo } = this.place;
    if (!photo) return;
    await this.#services.attempt(async () => {
      const details = await this.#services.api.json("GET", `/v1/photos/${photo}`);
      if (this.place.photo === photo) this.details = details;
    });
  }
}
