// The page's side of the workers that shrink and hash.

const WORKERS = 2; // reading and hashing keeps ahead of any network; more would only take memory

/**
 * @typedef {{ blob: Blob, sha256: string, isZip: boolean }} Prepared
 * @typedef {{ resolve: (prepared: Prepared) => void, reject: (error: Error) => void }} Waiting
 */

export class Preparer {
  /** @type {Worker[]} */
  #workers = [];
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #last = 0;

  /**
   * What is to be sent. Throws where the file can't be read.
   * @param {File} file
   * @param {boolean} shrink
   * @returns {Promise<Prepared>}
   */
  prepare(file, shrink) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker(id % WORKERS).postMessage({ id, file, shrink });
    });
  }

  /** @param {number} number */
  #worker(number) {
    return (this.#workers[number] ??= this.#start());
  }

  #start() {
    const worker = new Worker(new URL("./prepare.worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.error) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data);
    };
    return worker;
  }
}
