// <birds-picture>: an image of the server's that is fetched while it is in the page, with another one to fall back on.

import { t } from "../language.js";

const SETTLE_MS = 60; // what only flies past while somebody scrolls is not fetched

const MOST = 2.2; // times that a thumbnail of 320 pixels is enlarged: more shows its dots
const MARGIN = 0.8; // of the room is filled by the bird

/**
 * @import { BoxDocument } from "../documents.js"
 * @import { Pictures } from "./pictures.js"
 */

class Picture extends HTMLElement {
  #image = new Image();
  /** @type {string[]} */
  #paths = [];
  /** @type {AbortController | null} */
  #stop = null;

  /** @type {Pictures} where pictures come from; the template sets it */
  pictures = /** @type {any} */ (null);

  constructor() {
    super();
    this.#image.alt = "";
    this.#image.decoding = "async";
  }

  /** @param {string} text */
  set alt(text) {
    this.#image.alt = text;
  }

  /**
   * The part to fit into the room; without one all of it.
   * @param {BoxDocument | null} box
   */
  set box(box) {
    const { style } = this.#image;
    const zoom = box ? Math.min(Math.max(MARGIN / Math.max(box.width, box.height), 1), MOST) : 1;
    const middle = box ? `${percentOf(box.x + box.width / 2)} ${percentOf(box.y + box.height / 2)}` : "";
    style.objectPosition = middle;
    style.transformOrigin = middle;
    style.transform = zoom === 1 ? "" : `scale(${zoom})`;
  }

  /**
   * The path to show, and those to show where that one can't be.
   * @param {string[]} paths
   */
  set paths(paths) {
    if (paths.join() === this.#paths.join()) return;
    this.#paths = paths;
    if (this.isConnected) this.#show(paths);
  }

  connectedCallback() {
    this.replaceChildren(this.#image);
    this.#show(this.#paths);
  }

  disconnectedCallback() {
    this.#stop?.abort();
  }

  /** @param {string[]} paths */
  async #show(paths) {
    this.#stop?.abort();
    this.#paths = paths;
    const { signal } = (this.#stop = new AbortController());
    const [path] = paths;
    if (!path) return this.#miss();
    this.dataset.state = "coming";
    const known = this.pictures.known(path);
    this.#image.hidden = !known;
    try {
      this.#image.src = known ?? (await this.#fetch(path, signal));
      await this.#image.decode(); // off the main thread; fails for a format that this browser can't show
      if (signal.aborted) return;
      this.#image.hidden = false;
      this.dataset.state = "shown";
    } catch {
      if (!signal.aborted) this.#show(paths.slice(1));
    }
  }

  #miss() {
    this.dataset.state = "missing";
    this.dataset.missing = t("no-picture");
  }

  /**
   * @param {string} path
   * @param {AbortSignal} signal
   */
  async #fetch(path, signal) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    signal.throwIfAborted();
    const url = await this.pictures.get(path, signal);
    signal.throwIfAborted();
    return url;
  }
}

const percentOf = (/** @type {number} */ share) => `${Math.round(100 * share)}%`;

customElements.define("birds-picture", Picture);
