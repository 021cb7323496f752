// What the page knows and can do; views show it and call it.

import { Api } from "./api.js";
import { Feed } from "./feed.js";
import { Pictures } from "./gallery/pictures.js";
import { groupsOf, newLook } from "./look.js";
import { keepTrying } from "./patience.js";
import * as router from "./router.js";
import { Session } from "./session.js";
import { sifted } from "./upload/litter.js";
import { Uploads } from "./upload/uploads.js";
import { photos } from "./words.js";

/**
 * @import { BatchDocument, BatchPage, Result, Species } from "./documents.js"
 * @import { Group, Look } from "./look.js"
 * @import { Chosen } from "./upload/chosen.js"
 * @import { ToSend, Unsent } from "./upload/litter.js"
 *
 * @typedef {{ text: string, yes: string, act: () => void }} Question
 */

const BATCHES_A_PAGE = 50;
/** @type {Record<string, string>} of exports whose names are no endings */
const ENDINGS = { "application/json": "json", "application/zip": "zip" };
const LOOK_AGAIN_MS = 3000; // at the list of batches, while one of them is being worked on

export class App {
  #changed;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;
  /** @type {string | null} batch of one photo, whose answer somebody waits for */
  #awaited = null;
  /** @type {string[]} as it was when a photo was opened: a correction moves the photo, but not what comes next */
  #order = [];

  /** @param {() => void} changed is called whenever something that is shown may be different */
  constructor(changed) {
    this.#changed = changed;
    this.session = new Session(changed);
    this.api = new Api(this.session);
    this.pictures = new Pictures(this.api);
    this.uploads = new Uploads(this.api, changed);
    this.place = router.place();
    this.batches = /** @type {BatchDocument[] | null} */ (null); // newest first, once they are here
    this.nextCursor = /** @type {string | null} */ (null);
    this.feed = /** @type {Feed | null} */ (null); // of the batch that is shown
    this.look = newLook();
    this.species = /** @type {Species[]} */ ([]); // what the active model can name
    this.details = /** @type {Result | null} */ (null); // of the photo that is shown large
    this.shrink = localStorage.getItem("birds-shrink") === "yes";
    this.question = /** @type {Question | null} */ (null);
    this.notice = /** @type {string | null} */ (null); // one sentence
  }

  start() {
    addEventListener("hashchange", () => this.#arrive());
    this.#arrive();
    if (this.session.key) this.uploads.goOn();
  }

  /** @param {string} key */
  signIn(key) {
    this.#leave(); // what was refused under the last key is asked again
    this.session.keep(key);
    this.#arrive();
    this.uploads.goOn();
  }

  signOut() {
    this.#leave();
    this.session.forget();
    router.go(router.homeAddress);
  }

  /** @param {string} notice */
  tell(notice) {
    this.notice = notice;
    this.#changed();
  }

  // --- batches ---

  async loadBatches() {
    await this.#attempt(async () => {
      /** @type {BatchPage} */
      const page = await this.api.json("GET", `/v1/batches?limit=${BATCHES_A_PAGE}`);
      const oldest = page.batches.at(-1)?.id ?? "";
      const older = (this.batches ?? []).filter((batch) => batch.id < oldest); // ids are in the order of time
      if (!older.length) this.nextCursor = page.next_cursor;
      this.batches = [...page.batches, ...older];
    });
  }

  async loadOlderBatches() {
    await this.#attempt(async () => {
      const query = `limit=${BATCHES_A_PAGE}&cursor=${this.nextCursor}`;
      /** @type {BatchPage} */
      const page = await this.api.json("GET", `/v1/batches?${query}`);
      this.batches = [...(this.batches ?? []), ...page.batches];
      this.nextCursor = page.next_cursor;
    });
  }

  /** @param {BatchDocument} batch */
  askToDelete(batch) {
    this.ask({
      text: `Delete “${batch.name ?? "this batch"}” with its ${photos(batch.counts.accepted)} and all answers?`,
      yes: "Delete",
      act: () => this.#delete(batch.id),
    });
  }

  /** @param {string} batchId */
  async #delete(batchId) {
    await this.#attempt(async () => {
      this.uploads.of(batchId)?.pause();
      await this.api.json("DELETE", `/v1/batches/${batchId}`);
      this.uploads.forget(batchId);
      this.batches = this.batches?.filter((batch) => batch.id !== batchId) ?? null;
      if (this.place.batch) router.go(router.homeAddress);
    });
  }

  async retry() {
    await this.#attempt(async () => {
      const feed = this.#shown;
      await this.api.json("POST", `${feed.path}/retry`);
      feed.again();
    });
  }

  async closeBatch() {
    await this.#attempt(async () => {
      const feed = this.#shown;
      await this.api.json("POST", `${feed.path}/close`);
      feed.again();
    });
  }

  /**
   * @param {BatchDocument} batch
   * @param {string} format
   */
  async download(batch, format) {
    await this.#attempt(async () => {
      const file = await this.api.blob(`/v1/batches/${batch.id}/export?format=${format}`);
      const ending = ENDINGS[file.type.split(";")[0] ?? ""];
      save(file, `${batch.name ?? "birds"}.${ending === undefined ? format : `${format}.${ending}`}`);
    });
  }

  // --- photos on their way in ---

  /** @param {boolean} shrink */
  setShrink(shrink) {
    this.shrink = shrink;
    localStorage.setItem("birds-shrink", shrink ? "yes" : "no");
    this.#changed();
  }

  /**
   * Sends files into the batch that is shown while it is open, into a new one otherwise; what is not sent, the batch
   * is told.
   * @param {Chosen[]} chosen
   */
  async send(chosen) {
    if (!chosen.length) return this.tell("There is no file in what you chose.");
    this.notice = null;
    await this.#attempt(async () => {
      const { files, unsent } = await sifted(this.api, chosen, this.#waiting);
      const open = this.#openBatch;
      const batchId = open ?? (await this.#newBatch([...files, ...unsent]));
      if (!open && files.length === 1) this.#awaited = batchId;
      this.uploads.send(batchId, files, unsent, this.shrink);
      if (!open) router.go(router.batchAddress(batchId));
    });
  }

  /** Of the batch that is shown and takes more photos. */
  get #openBatch() {
    const { feed } = this;
    return feed?.batch?.state === "open" && this.uploads.mayTakeMore(feed.id) ? feed.id : null;
  }

  #waiting = (/** @type {Error | null} */ error) => void (error && this.tell(error.message));

  /** @param {(ToSend | Unsent)[]} files */
  async #newBatch(files) {
    const lane = files.length <= 3 ? "interactive" : "bulk"; // somebody waits for a few, and only looks at many
    const body = { name: nameFor(files), lane };
    const headers = { "Idempotency-Key": randomKey() }; // asked again after a lost answer, it is the same batch
    const batch = await keepTrying(() => this.api.json("POST", "/v1/batches", body, headers), {
      waiting: this.#waiting,
    });
    return batch.id;
  }

  // --- what is shown ---

  get #shown() {
    if (!this.feed) throw new Error("No batch is shown.");
    return this.feed;
  }

  /**
   * Of the batch that is shown.
   * @returns {Group[]}
   */
  get groups() {
    if (!this.feed) return [];
    const { groups, inMs } = groupsOf(this.feed.results, this.look);
    if (inMs !== null) setTimeout(this.#changed, inMs);
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

  /** @param {Partial<Look>} news */
  setLook(news) {
    this.look = { ...this.look, ...news };
    this.#changed();
  }

  /** @param {string} photoId of a photo in the batch that is shown */
  addressOf(photoId) {
    return router.photoAddress(this.#shown.id, photoId);
  }

  /** @param {string} photoId */
  open(photoId) {
    const address = this.addressOf(photoId);
    if (this.place.photo) router.replace(address);
    else router.go(address);
  }

  closePhoto() {
    router.replace(router.batchAddress(this.#shown.id));
  }

  /** @param {Question} question */
  ask(question) {
    this.question = question;
    this.#changed();
  }

  /** @param {boolean} yes */
  answer(yes) {
    const { question } = this;
    this.question = null;
    this.#changed();
    if (yes) question?.act();
  }

  // --- a person's word ---

  /**
   * @param {string} photoId
   * @param {string | null} species one of the model's, `NOT_A_BIRD`, or null to withdraw an earlier correction
   */
  async correct(photoId, species) {
    await this.#attempt(() => this.#shown.label(photoId, species));
  }

  #arrive() {
    this.session.takeFromAddress();
    const before = this.place;
    this.place = router.place();
    this.notice = null;
    if (!this.session.key) this.#leave();
    else if (this.place.batch) this.#arriveAtBatch(this.place.batch, before.photo);
    else this.#arriveAtHome();
    this.#changed();
  }

  #arriveAtHome() {
    this.#leave();
    document.title = "Birds";
    this.loadBatches();
    this.#looking = setInterval(() => {
      if (!document.hidden && this.batches?.some((batch) => batch.state !== "finished")) this.loadBatches();
    }, LOOK_AGAIN_MS);
  }

  /**
   * @param {string} batchId
   * @param {string | null} before photo that was shown until now
   */
  #arriveAtBatch(batchId, before) {
    if (this.feed?.id !== batchId) {
      this.#leave();
      this.look = newLook();
      const changed = () => this.#news();
      const gone = (/** @type {string} */ id) => this.#gone(id);
      this.feed = new Feed(this.api, batchId, { changed, gone });
      this.feed.run();
      this.#loadSpecies();
    }
    if (!this.place.photo) this.#order = [];
    if (this.place.photo !== before) this.#loadDetails();
  }

  /** A single photo opens by itself once it is answered: its species is what one came for. */
  #news() {
    const { feed } = this;
    if (feed?.results.size === 1 && feed.id === this.#awaited) {
      this.#awaited = null;
      this.open(feed.results.all()[0].photo_id);
    }
    this.#changed();
  }

  /** @param {string} batchId */
  #gone(batchId) {
    this.uploads.forget(batchId);
    router.go(router.homeAddress);
    setTimeout(() => this.tell("There is no such batch; it may have been deleted."));
  }

  #leave() {
    this.feed?.close();
    this.feed = null;
    clearInterval(this.#looking);
  }

  async #loadSpecies() {
    if (this.species.length) return;
    await this.#attempt(async () => {
      this.species = (await this.api.json("GET", "/v1/species")).species;
    });
  }

  /** A live answer says neither place nor correction. */
  async #loadDetails() {
    this.details = null;
    const { photo } = this.place;
    if (!photo) return;
    await this.#attempt(async () => {
      const details = await this.api.json("GET", `/v1/photos/${photo}`);
      if (this.place.photo === photo) this.details = details;
    });
  }

  /** @param {() => Promise<void>} task */
  async #attempt(task) {
    try {
      await task();
      this.#changed();
    } catch (error) {
      this.tell(error.message);
    }
  }
}

/** @param {(ToSend | Unsent)[]} files */
function nameFor(files) {
  const [{ name }] = files;
  const folder = name.includes("/") ? name.split("/")[0] : null;
  if (folder || files.length === 1) return Array.from(folder ?? name).slice(0, 200).join("");
  return `${files.length} photos, ${new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(new Date())}`;
}

/** `crypto.randomUUID` is for secure addresses only, and a phone on the network has none. */
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser has taken it by then
}
