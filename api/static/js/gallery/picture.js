// <birds-picture>: an image of the server's that is fetched while it is in the page, with another one to fall back on.

const SETTLE_MS = 60; // what only flies past while somebody scrolls is not fetched

class Picture extends HTMLElement {
  #image = new Image();
  #paths = [];
  #stop = null;

  /** Where pictures come from: `Pictures`. */
  pictures = null;

  constructor() {
    super();
    this.#image.alt = "";
    this.#image.decoding = "async";
    this.#image.onload = () => (this.dataset.state = "shown");
    this.#image.onerror = () => this.#show(this.#paths.slice(1)); // a format that this browser can't show
  }

  set alt(text) {
    this.#image.alt = text;
  }

  /** The path to show, and those to show where that one can't be. */
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

  async #show(paths) {
    this.#stop?.abort();
    this.#paths = paths;
    const { signal } = (this.#stop = new AbortController());
    const [path] = paths;
    if (!path) return void (this.dataset.state = "missing");
    this.dataset.state = "coming";
    const known = this.pictures.known(path);
    this.#image.toggleAttribute("hidden", !known);
    try {
      const url = known ?? (await this.#fetch(path, signal));
      if (signal.aborted) return;
      this.#image.hidden = false;
      this.#image.src = url;
    } catch (error) {
      if (!signal.aborted) this.#show(paths.slice(1));
    }
  }

  async #fetch(path, signal) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    signal.throwIfAborted();
    return this.pictures.get(path, signal);
  }
}

customElements.define("birds-picture", Picture);
