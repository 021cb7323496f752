// What the page knows and can do; views show it and call it.

import { Api } from "./api.js";
import { Pictures } from "./gallery/pictures.js";
import { Search } from "./home/search.js";
import { Trips } from "./home/trips.js";
import { t } from "./language.js";
import { Life } from "./life/life.js";
import { Models } from "./models/models.js";
import { keepTrying } from "./patience.js";
import { randomId } from "./random.js";
import * as router from "./router.js";
import { Session } from "./session.js";
import { Trip } from "./trip/trip.js";
import { sifted } from "./upload/litter.js";
import { Uploads } from "./upload/uploads.js";
import { photos, today } from "./words.js";

/**
 * @import { BatchDocument } from "./documents.js"
 * @import { Chosen } from "./upload/chosen.js"
 * @import { ToSend, Unsent } from "./upload/litter.js"
 *
 * @typedef {{ text: string, yes: string, act: () => void }} Question
 */

/** @type {Record<string, string>} of exports whose names are no endings */
const ENDINGS = { "application/json": "json", "application/zip": "zip" };

export class App {
  #changed;
  /** @type {string | null} trip of one photo, whose answer somebody waits for */
  #awaited = null;

  /** @param {() => void} changed is called whenever something that is shown may be different */
  constructor(changed) {
    this.#changed = changed;
    this.session = new Session(changed);
    this.api = new Api(this.session);
    this.pictures = new Pictures(this.api);
    this.uploads = new Uploads(this.api, changed);
    this.place = router.place();
    this.trips = new Trips(this.api);
    this.search = new Search(this.api, changed);
    this.life = new Life(this.api);
    this.models = new Models(this.services);
    this.trip = /** @type {Trip | null} */ (null); // the one that is shown
    this.shrink = localStorage.getItem("birds-shrink") === "yes";
    this.question = /** @type {Question | null} */ (null);
    this.notice = /** @type {string | null} */ (null); // one sentence
    this.isHelping = false; // the keys are shown
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

  /** @param {boolean} isHelping */
  help(isHelping) {
    this.isHelping = isHelping;
    this.#changed();
  }

  // --- trips ---

  loadTrips = () => this.attempt(() => this.trips.read());
  loadOlderTrips = () => this.attempt(() => this.trips.readOlder());

  /** @param {BatchDocument} batch */
  askToDelete(batch) {
    const name = batch.name ?? t("trip.nameless");
    this.ask({
      text: t("delete.question", { name, photos: photos(batch.counts.accepted) }),
      yes: t("delete"),
      act: () => this.#delete(batch.id),
    });
  }

  /** @param {BatchDocument} batch */
  askToCancel(batch) {
    const name = batch.name ?? t("trip.nameless");
    this.ask({
      text: t("stop.question", { name, photos: photos(batch.counts.queued) }),
      yes: t("stop"),
      act: () => {
        this.uploads.forget(batch.id); // what is being sent has nowhere to go
        this.trip?.cancel();
      },
    });
  }

  /** @param {string} batchId */
  async #delete(batchId) {
    await this.attempt(async () => {
      this.uploads.of(batchId)?.pause();
      await this.trips.delete(batchId);
      this.uploads.forget(batchId);
      if (this.place.batch) router.go(router.homeAddress);
    });
  }

  /**
   * @param {string} path
   * @param {string} name of the file, without its ending
   * @param {string} format
   */
  async download(path, name, format) {
    await this.attempt(async () => {
      const file = await this.api.blob(path);
      const ending = ENDINGS[file.type.split(";")[0] ?? ""];
      save(file, `${name}.${ending === undefined ? format : `${format}.${ending}`}`);
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
   * Sends files into the trip that is shown while it is open, into a new one otherwise; what is not sent, the server
   * is told.
   * @param {Chosen[]} chosen
   */
  async send(chosen) {
    if (!chosen.length) return this.tell(t("intake.nothing"));
    this.notice = null;
    await this.attempt(async () => {
      const { files, unsent } = await sifted(this.api, chosen, this.#waiting);
      const open = this.#openTrip;
      const batchId = open ?? (await this.#newTrip([...files, ...unsent]));
      if (!open && files.length === 1) this.#awaited = batchId;
      this.uploads.send(batchId, files, unsent, this.shrink);
      if (!open) router.go(router.batchAddress(batchId));
    });
  }

  /** Of the trip that is shown and takes more photos. */
  get #openTrip() {
    const { trip } = this;
    return trip?.feed.batch?.state === "open" && this.uploads.mayTakeMore(trip.id) ? trip.id : null;
  }

  #waiting = (/** @type {Error | null} */ error) => void (error && this.tell(error.message));

  /** @param {(ToSend | Unsent)[]} files */
  async #newTrip(files) {
    const lane = files.length <= 3 ? "interactive" : "bulk"; // somebody waits for a few, and only looks at many
    const body = { name: nameFor(files), lane };
    const headers = { "Idempotency-Key": randomId() }; // asked again after a lost answer, it is the same batch
    const batch = await keepTrying(() => this.api.json("POST", "/v1/batches", body, headers), {
      waiting: this.#waiting,
    });
    return batch.id;
  }

  // --- questions ---

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

  // --- where one is ---

  #arrive() {
    this.session.takeFromAddress();
    this.place = router.place();
    this.notice = null;
    const { share } = this.session;
    if (share && this.place.batch !== share.batch) return router.go(router.batchAddress(share.batch));
    if (!this.session.key) this.#leave();
    else if (this.place.batch) this.#arriveAtTrip(this.place.batch);
    else this.#arriveElsewhere();
    this.#changed();
  }

  #arriveElsewhere() {
    this.#leave();
    document.title = "Birds";
    if (this.place.view === "home") this.#arriveAtHome();
    if (this.place.view === "life") this.attempt(() => this.life.read());
    if (this.place.view === "models") this.models.read();
    if (this.place.view === "search") this.attempt(() => this.search.look(this.place.params.get("q") ?? ""));
  }

  #arriveAtHome() {
    this.loadTrips();
    this.trips.watch(this.loadTrips);
  }

  /** @param {string} batchId */
  #arriveAtTrip(batchId) {
    if (this.trip?.id !== batchId) {
      this.#leave();
      const isAwaited = this.#awaited === batchId;
      const gone = (/** @type {string} */ id) => this.#gone(id);
      const isGuest = this.session.share !== null;
      this.trip = new Trip(this.services, batchId, this.place, { gone, isAwaited, isGuest });
      this.#awaited = null;
    }
    this.trip.arrive(this.place);
  }

  /** What parts of the page work with. */
  get services() {
    return {
      api: this.api,
      pictures: this.pictures,
      changed: this.#changed,
      tell: (/** @type {string} */ notice) => this.tell(notice),
      attempt: this.attempt,
    };
  }

  /** @param {string} batchId */
  #gone(batchId) {
    this.uploads.forget(batchId);
    if (this.session.share) return this.session.forget({ refused: true });
    router.go(router.homeAddress);
    setTimeout(() => this.tell(t("trip.gone")));
  }

  #leave() {
    this.trip?.leave();
    this.trip = null;
    this.trips.leave();
  }

  /**
   * Where it fails, the page says why.
   * @param {() => Promise<unknown>} task
   */
  attempt = async (task) => {
    try {
      await task();
      this.#changed();
    } catch (error) {
      this.tell(error.message);
    }
  };
}

/** @param {(ToSend | Unsent)[]} files */
function nameFor(files) {
  const [{ name }] = files;
  const folder = name.includes("/") ? name.split("/")[0] : null;
  if (folder || files.length === 1) return Array.from(folder ?? name).slice(0, 200).join("");
  return `${photos(files.length)}, ${today()}`;
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
