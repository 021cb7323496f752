// The page's side of the workers that shrink and hash.

const WORKERS = 2; // reading and hashing keeps ahead of any network; more would only take memory

export class Preparer {
  #workers = [];
  #waiting = new Map();
  #last = 0;

  /** {blob, sha256}: what is to be sent. Throws where the file can't be read. */
  prepare(file, shrink) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker(id % WORKERS).postMessage({ id, file, shrink });
    });
  }

  #worker(number) {
    return (this.#workers[number] ??= this.#start());
  }

  #start() {
    const worker = new Worker(new URL("./prepare.worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      const { resolve, reject } = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.error) reject(new Error(data.error));
      else resolve(data);
    };
    return worker;
  }
}
