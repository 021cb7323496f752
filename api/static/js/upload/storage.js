// Straight to object storage, where it can be reached from this browser.

import { ApiError, exchange } from "../api.js";

/** @import { UploadPlace } from "../documents.js" */

const THIS_MACHINE = new Set(["127.0.0.1", "localhost", "[::1]"]);

export class Storage {
  #reached = true; // until an upload shows otherwise

  /**
   * Whether `url` is worth trying: a phone can't reach what the server calls 127.0.0.1.
   * @param {string} url
   */
  inReach(url) {
    const isNear = THIS_MACHINE.has(location.hostname);
    return this.#reached && (isNear || !THIS_MACHINE.has(new URL(url).hostname));
  }

  /**
   * False where storage can't be reached or refuses: the photo then goes through the api.
   * @param {UploadPlace} place
   * @param {Blob} blob
   * @param {(bytes: number) => void} sent
   * @param {AbortSignal} signal
   */
  async put(place, blob, sent, signal) {
    try {
      const { status } = await exchange(place.method, place.url, place.headers, blob, sent, signal);
      return status < 300;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#reached = false;
      return false;
    }
  }
}
