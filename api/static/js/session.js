// The key of this browser.

const STORE = "birds-key";

export class Session {
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    this.refused = false; // the server did not know the last key
  }

  get key() {
    return localStorage.getItem(STORE);
  }

  /**
   * Takes the key out of the fragment `#key=…`. It is never sent to a server from there, and leaves the address at
   * once, so that it is not in a bookmark or on a screenshot.
   */
  takeFromAddress() {
    const key = location.hash.startsWith("#key=") && new URLSearchParams(location.hash.slice(1)).get("key");
    if (!key) return;
    history.replaceState(null, "", `${location.pathname}#/`);
    this.keep(key);
  }

  /** @param {string} key */
  keep(key) {
    localStorage.setItem(STORE, key.trim());
    this.refused = false;
    this.#changed();
  }

  /** Signs out; `refused` where the server did. */
  forget({ refused = false } = {}) {
    localStorage.removeItem(STORE);
    this.refused = refused;
    this.#changed();
  }
}
