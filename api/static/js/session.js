// The key of this browser, or of this tab where a trip was shared with it.

const STORE = "birds-key";
const SHARED = "birds-share"; // of the tab: who opens a link to a trip keeps the key of their own

/** @typedef {{ key: string, batch: string }} Share */

export class Session {
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    this.refused = false; // the server did not know the last key
  }

  get key() {
    return this.share?.key ?? localStorage.getItem(STORE);
  }

  /** @returns {Share | null} the one trip that this tab sees, to read */
  get share() {
    return JSON.parse(sessionStorage.getItem(SHARED) ?? "null");
  }

  /**
   * Takes the key out of the fragment `#key=…` or `#share=…&batch=…`. It is never sent to a server from there, and
   * leaves the address at once, so that it is not in a bookmark or on a screenshot.
   */
  takeFromAddress() {
    const said = new URLSearchParams(location.hash.slice(1));
    const [key, share, batch] = [said.get("key"), said.get("share"), said.get("batch")];
    if (share && batch) {
      sessionStorage.setItem(SHARED, JSON.stringify({ key: share, batch }));
      history.replaceState(null, "", `${location.pathname}#/batches/${batch}`);
      this.#changed();
    } else if (key) {
      history.replaceState(null, "", `${location.pathname}#/`);
      this.keep(key);
    }
  }

  /** @param {string} key */
  keep(key) {
    sessionStorage.removeItem(SHARED);
    localStorage.setItem(STORE, key.trim());
    this.refused = false;
    this.#changed();
  }

  /** Signs out; `refused` where the server did. */
  forget({ refused = false } = {}) {
    if (this.share) sessionStorage.removeItem(SHARED);
    else localStorage.removeItem(STORE);
    this.refused = refused;
    this.#changed();
  }
}
