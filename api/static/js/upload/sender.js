// Sends one group of files into a batch: asks what is missing, and sends that the shorter way.

import { keepTrying } from "../patience.js";
import { isArchive } from "./chosen.js";
import { SMALL } from "./groups.js";

/** What became of a file: {item, photoId} or {item, code, detail}; `known`: the server had its bytes. */
export class Sender {
  #api;
  #path;
  #preparer;
  #storage;

  constructor(api, batchId, preparer, storage) {
    this.#api = api;
    this.#path = `/v1/batches/${batchId}`;
    this.#preparer = preparer;
    this.#storage = storage;
  }

  /**
   * The outcomes of `items`, in any order. `watch`: {signal, waiting(error), sent(item, bytes), saved(item, bytes)}.
   * Throws ApiError where the whole batch takes no photos, AbortError.
   */
  async send(items, watch) {
    if (isArchive(items[0].name)) return this.#throughApi([whole(items[0])], watch);
    const [ready, unreadable] = await this.#prepare(items, watch);
    if (!ready.length) return unreadable;
    const [placed, settled] = await this.#announce(ready, watch);
    const small = placed.filter(({ part, place }) => part.blob.size <= SMALL || !this.#storage.inReach(place.url));
    const large = placed.filter((one) => !small.includes(one));
    const sent = [
      ...(await this.#throughStorage(large, watch)),
      ...(await this.#throughApi(small.map(({ part }) => part), watch)),
    ];
    return [...unreadable, ...settled, ...sent];
  }

  async #prepare(items, watch) {
    const ready = [];
    const unreadable = [];
    await Promise.all(
      items.map(async (item) => {
        try {
          const { blob, sha256 } = await this.#preparer.prepare(item.file, item.shrink);
          watch.saved(item, item.file.size - blob.size);
          ready.push({ item, blob, sha256 });
        } catch (error) {
          unreadable.push({ item, code: "unreadable", detail: error.message });
        }
      }),
    );
    watch.signal.throwIfAborted();
    return [ready, unreadable];
  }

  /** [those to be sent with their places, those that are settled without]. */
  async #announce(parts, watch) {
    const files = parts.map(({ item, blob, sha256 }) => ({ name: item.name, size: blob.size, sha256 }));
    const answer = await this.#json(`${this.#path}/uploads`, { files }, watch);
    if (answer.rejected.length && parts.length > 1) return this.#announceApart(parts, watch);
    if (answer.rejected.length) return [[], [refusal(parts[0].item, answer.rejected[0])]];
    const placed = parts.map((part, index) => ({ part, place: answer.files[index] }));
    const known = placed.filter(({ place }) => place.state === "stored");
    return [
      placed.filter(({ place }) => place.state === "upload"),
      known.map(({ part, place }) => ({ item: part.item, photoId: place.photo_id, known: true })),
    ];
  }

  /** Names need not be unique: which one was refused is found by asking about each. */
  async #announceApart(parts, watch) {
    const answers = [];
    for (const part of parts) answers.push(await this.#announce([part], watch));
    return [answers.flatMap(([placed]) => placed), answers.flatMap(([, settled]) => settled)];
  }

  async #throughStorage(placed, watch) {
    const outcomes = [];
    for (const { part, place } of placed) {
      const { item, blob } = part;
      const put = await this.#storage.put(place, blob, (bytes) => watch.sent(item, bytes), watch.signal);
      outcomes.push(...(put ? await this.#complete(part, place, watch) : await this.#throughApi([part], watch)));
    }
    return outcomes;
  }

  async #complete({ item }, place, watch) {
    const body = { photo_ids: [place.photo_id] };
    const { rejected } = await this.#json(`${this.#path}/uploads/complete`, body, watch);
    return rejected.length ? [refusal(item, rejected[0])] : [{ item, photoId: place.photo_id }];
  }

  async #throughApi(parts, watch) {
    if (!parts.length) return [];
    const answer = await keepTrying(() => {
      const form = new FormData();
      for (const { item, blob } of parts) form.append("photo", blob, item.name);
      const sent = (bytes) => share(parts, bytes, watch);
      return this.#api.send("POST", `${this.#path}/photos`, form, sent, watch.signal);
    }, watch);
    return outcomesOf(parts, answer);
  }

  #json(path, body, watch) {
    return keepTrying(() => this.#api.json("POST", path, body), watch);
  }
}

const whole = (item) => ({ item, blob: item.file });

const refusal = (item, { code, detail, name }) => ({ item, code, detail, name });

/** The bytes of a request are those of its files, one after the other. */
function share(parts, bytes, watch) {
  for (const { item, blob } of parts) {
    watch.sent(item, Math.min(bytes, blob.size));
    bytes = Math.max(bytes - blob.size, 0);
  }
}

/** Of an archive the server tells of each photo in it; otherwise there is one answer a file, in the order sent. */
function outcomesOf(parts, { accepted, rejected }) {
  if (isArchive(parts[0].item.name)) {
    const [{ item }] = parts;
    const good = accepted.map((one) => ({ item, photoId: one.photo_id, known: one.duplicate, name: one.name }));
    return [...good, ...rejected.map((one) => refusal(item, one))];
  }
  const refused = [...rejected];
  const taken = [...accepted];
  return parts.map(({ item, sha256 }) => {
    const photo = taken.findIndex((one) => one.sha256 === sha256);
    if (photo >= 0) return { item, photoId: taken.splice(photo, 1)[0].photo_id };
    return refusal(item, refused.shift() ?? { code: "internal" });
  });
}
