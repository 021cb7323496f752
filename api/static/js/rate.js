// How fast something grows, and when it will be whole.

const SETTLED_MS = 4000; // before which a first group of photos says little of how long the others take
const WINDOW_MS = 10_000; // long enough to smooth groups of photos, short enough to follow a change

export class Rate {
  /** @type {{ amount: number, now: number }[]} */
  #samples = [];

  /**
   * Note that `amount` was reached by now.
   * @param {number} amount
   */
  note(amount, now = performance.now()) {
    const samples = this.#samples;
    if (amount < (samples.at(-1)?.amount ?? 0)) samples.length = 0; // it began anew
    samples.push({ amount, now });
    while (samples.length > 2 && samples[1].now < now - WINDOW_MS) samples.shift();
  }

  /** Per second over the last while; 0 where nothing moves. */
  perSecond(now = performance.now()) {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || first === last) return 0;
    return (1000 * (last.amount - first.amount)) / Math.max(now - first.now, 1);
  }

  /**
   * Until `rest` more is done; null where nothing moves, or it is too early to tell.
   * @param {number} rest
   */
  secondsFor(rest, now = performance.now()) {
    const [first] = this.#samples;
    if (!first || now - first.now < SETTLED_MS) return null;
    const rate = this.perSecond(now);
    return rate > 0 ? rest / rate : null;
  }
}
