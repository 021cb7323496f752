// Trying again, with exponential backoff: after a restart of the server, a lost network or a full backlog.

/** @import { ApiError } from "./api.js" */

const FIRST_S = 1;
const LAST_S = 30; // a phone that comes back into its network should not wait longer

/** Seconds to wait before the next try, doubled each time; the server's own word goes before. */
export class Patience {
  #next = FIRST_S;

  /** @param {ApiError | null} error */
  after(error) {
    const wait = error?.retryAfterS ?? this.#next;
    this.#next = Math.min(2 * this.#next, LAST_S);
    return wait;
  }

  reset() {
    this.#next = FIRST_S;
  }
}

/**
 * Ends after `seconds`, when the network is back, or with AbortError.
 * @param {number} seconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function rest(seconds, signal) {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const end = (/** @type {() => void} */ settle) => () => {
      clearTimeout(timer);
      done.abort();
      settle();
    };
    const timer = setTimeout(end(resolve), 1000 * seconds);
    addEventListener("online", end(resolve), { signal: done.signal });
    const aborted = end(() => reject(new DOMException("aborted", "AbortError")));
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", aborted, { signal: done.signal });
  });
}

/**
 * The outcome of `attempt`, tried again for as long as its error is a passing one.
 * @template Outcome
 * @param {() => Promise<Outcome>} attempt
 * @param {{ signal?: AbortSignal, waiting?: (error: ApiError | null) => void }} [options]
 */
export async function keepTrying(attempt, { signal, waiting = () => {} } = {}) {
  const patience = new Patience();
  for (;;) {
    try {
      const outcome = await attempt();
      waiting(null);
      return outcome;
    } catch (error) {
      if (!error.passing) throw error;
      waiting(error);
      await rest(patience.after(error), signal);
    }
  }
}
