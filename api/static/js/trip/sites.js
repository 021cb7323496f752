// Where and when the photos of a trip were taken, as a person says it of the trip or of a folder in it.

/**
 * @import { ClockDocument, ClockReport, SiteDocument, SiteList } from "../documents.js"
 * @import { View } from "./map.js"
 * @import { Feed } from "./feed.js"
 * @import { Services } from "./trip.js"
 */

const MOST_FOLDERS = 1000; // as many as a trip may have a word on

export class Sites {
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
    this.all = /** @type {SiteDocument[]} */ ([]); // that are said
    this.draft = nothing(""); // of the folder that is looked at
    this.view = /** @type {View | null} */ (null); // of a map that somebody has moved
    this.report = /** @type {ClockReport | null} */ (null);
  }

  async open() {
    this.isOpen = true;
    this.report = null;
    this.#feed.load(); // which folders there are stands in the photos' names
    this.#services.changed();
    await this.#services.attempt(async () => {
      /** @type {SiteList} */
      const { sites } = await this.#services.api.json("GET", `${this.#feed.path}/sites`);
      this.all = sites;
      this.choose("");
    });
    await this.#readClocks();
  }

  close() {
    this.isOpen = false;
    this.#services.changed();
  }

  /** All that there are, and those of which something is said. */
  get folders() {
    const found = new Set(this.all.map((site) => site.folder));
    for (const { name } of this.#feed.results.all()) {
      for (let end = name.lastIndexOf("/"); end > 0; end = name.lastIndexOf("/", end - 1)) {
        const folder = name.slice(0, end);
        if (found.has(folder)) break;
        found.add(folder);
      }
    }
    found.delete("");
    return [...found].sort().slice(0, MOST_FOLDERS);
  }

  /**
   * For want of a word on it, what counts for it is what is said of a folder around it.
   * @param {string} folder
   */
  choose(folder) {
    const around = this.all.filter((site) => !site.folder || `${folder}/`.startsWith(`${site.folder}/`));
    const longest = around.reduce((a, b) => (b.folder.length >= a.folder.length ? b : a), nothing(""));
    this.draft = { ...longest, folder };
    this.view = null;
    this.#services.changed();
  }

  /** @param {Partial<SiteDocument>} news */
  change(news) {
    this.draft = { ...this.draft, ...news };
    this.#services.changed();
  }

  /** @param {View} view */
  move(view) {
    this.view = view;
    this.#services.changed();
  }

  /** Whether there is a word on the folder that is looked at. */
  get isSaid() {
    return this.all.some((site) => site.folder === this.draft.folder);
  }

  save() {
    return this.#put([...this.#others, this.draft]);
  }

  remove() {
    return this.#put(this.#others);
  }

  /** Whether clocks were found to be wrong. */
  get isShifted() {
    return this.report !== null && shifts(this.report.sites) !== shifts(this.all);
  }

  /** Shifts clocks as the server proposes. */
  async setClocks() {
    if (this.report) await this.#put(this.report.sites);
  }

  get #others() {
    return this.all.filter((site) => site.folder !== this.draft.folder);
  }

  /** @param {SiteDocument[]} sites in the stead of all that were said before */
  async #put(sites) {
    await this.#services.attempt(async () => {
      /** @type {SiteList} */
      const said = await this.#services.api.json("PUT", `${this.#feed.path}/sites`, { sites });
      this.all = said.sites;
      this.choose(this.draft.folder);
      this.#feed.reload();
    });
    await this.#readClocks();
  }

  async #readClocks() {
    await this.#services.attempt(async () => {
      this.report = await this.#services.api.json("GET", `${this.#feed.path}/clock`);
    });
  }
}

/** What a clock's reading says that a person can act on. */
export const isWrong = (/** @type {ClockDocument} */ clock) => clock.verdict === "shift" && clock.error_s !== null;

/**
 * @param {string} folder
 * @returns {SiteDocument}
 */
const nothing = (folder) => ({
  folder, name: null, latitude: null, longitude: null, zone: null, clock_shift_s: 0, overrides: false,
});

const shifts = (/** @type {SiteDocument[]} */ sites) =>
  sites.filter((site) => site.clock_shift_s).map((site) => `${site.folder} ${site.clock_shift_s}`).sort().join("\n");

/**
 * Seconds of `1:00`, `-0:07:20`; NaN of anything else.
 * @param {string} text
 */
export function secondsOf(text) {
  const [, sign, hours, minutes, seconds] = /^\s*([+\-−]?)(\d+):(\d\d?)(?::(\d\d?))?\s*$/.exec(text) ?? [];
  const sum = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return sign && sign !== "+" ? -sum : sum;
}

/**
 * The same way back: `+1:00`, `-0:07:20`.
 * @param {number} seconds
 */
export function clockText(seconds) {
  const rest = Math.abs(seconds);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const text = `${Math.floor(rest / 3600)}:${two(Math.floor(rest / 60) % 60)}`;
  return `${seconds < 0 ? "-" : "+"}${text}${rest % 60 ? `:${two(rest % 60)}` : ""}`;
}
