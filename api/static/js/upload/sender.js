// Sends one group of files into a batch: asks what is missing, and sends that the shorter way.

import { keepTrying } from "../patience.js";
import { isArchive } from "./chosen.js";
import { SMALL } from "./groups.js";

/**
 * @import { Api, ApiError } from "../api.js"
 * @import { StoredPlace, UploadReceipt, UploadPlace, UploadPlaces } from "../documents.js"
 * @import { Preparer } from "./preparer.js"
 * @import { Storage } from "./storage.js"
 *
 * @typedef {object} Item a file to be sent
 * @property {File} file
 * @property {string} name
 * @property {boolean} shrink
 * @property {boolean} given itself, and not in a folder
 * @property {boolean} [settled] it has an outcome
 * @property {number} [saved] bytes, by shrinking
 *
 * @typedef {object} Part an item as it is sent
 * @property {Item} item
 * @property {Blob} blob
 * @property {string} [sha256] not of an archive
 * @property {boolean} [isZip]
 *
 * @typedef {object} Outcome what became of a file: `photoId` or `code`
 * @property {Item} item
 * @property {string} [photoId]
 * @property {boolean} [known] the batch had it
 * @property {boolean} [spared] the server had its bytes
 * @property {boolean} [joined] a raw file that is one photo with the picture beside it
 * @property {boolean} [unsent] the server does not know of it
 * @property {string} [code]
 * @property {string} [detail]
 *
 * @typedef {object} Watch what is told while items are sent
 * @property {AbortSignal} signal
 * @property {(error: ApiError | null) => void} waiting
 * @property {(item: Item, bytes: number) => void} sent
 * @property {(item: Item, bytes: number) => void} saved
 *
 * @typedef {{ part: Part, place: UploadPlace }} Placed
 */

export class Sender {
  #api;
  #path;
  #preparer;
  #storage;

  /**
   * @param {Api} api
   * @param {string} batchId
   * @param {Preparer} preparer
   * @param {Storage} storage
   */
  constructor(api, batchId, preparer, storage) {
    this.#api = api;
    this.#path = `/v1/batches/${batchId}`;
    this.#preparer = preparer;
    this.#storage = storage;
  }

  /**
   * The outcomes of `items`, in any order. Throws ApiError where the whole batch takes no photos, AbortError.
   * @param {Item[]} items
   * @param {Watch} watch
   * @returns {Promise<Outcome[]>}
   */
  async send(items, watch) {
    try {
      return await this.#sendTogether(items, watch);
    } catch (error) {
      if (!error.divides) throw error;
      if (items.length === 1) return [{ item: items[0], code: error.code, detail: error.detail, unsent: true }];
      const outcomes = []; // what is said of one file of a group may not hold for the others
      for (const item of items) outcomes.push(...(await this.send([item], watch)));
      return outcomes;
    }
  }

  /**
   * @param {Item[]} items
   * @param {Watch} watch
   */
  async #sendTogether(items, watch) {
    if (isArchive(items[0].name)) return this.#unpacked(items[0], watch);
    const [ready, unreadable] = await this.#prepare(items, watch);
    const archives = ready.filter((part) => part.isZip);
    const photos = ready.filter((part) => !part.isZip);
    const sent = photos.length ? await this.#sendPhotos(photos, watch) : [];
    for (const { item } of archives) {
      // The documents of many programs are zips: what lies in a folder is unpacked only if it is called one.
      sent.push(...(item.given ? await this.#unpacked(item, watch) : [{ item, ...NO_PHOTO, unsent: true }]));
    }
    return [...unreadable, ...sent];
  }

  /**
   * @param {Part[]} ready
   * @param {Watch} watch
   * @returns {Promise<Outcome[]>}
   */
  async #sendPhotos(ready, watch) {
    const [placed, settled] = await this.#announce(ready, watch);
    const small = placed.filter(({ part, place }) => part.blob.size <= SMALL || !this.#storage.inReach(place.url));
    const large = placed.filter((one) => !small.includes(one));
    const sent = [
      ...(await this.#throughStorage(large, watch)),
      ...(await this.#throughApi(small.map(({ part }) => part), watch)),
    ];
    return [...settled, ...sent];
  }

  /**
   * The server tells of each photo in an archive.
   * @param {Item} item
   * @param {Watch} watch
   * @returns {Promise<Outcome[]>}
   */
  async #unpacked(item, watch) {
    const { accepted, rejected } = await this.#post([{ item, blob: item.file }], watch);
    const good = accepted.map((one) => ({ item, photoId: one.photo_id, ...sentAs(one) }));
    return [...good, ...rejected.map((one) => refusal(item, one))];
  }

  /**
   * Those that are ready to be sent, and the outcomes of those that can't be read.
   * @param {Item[]} items
   * @param {Watch} watch
   * @returns {Promise<[Part[], Outcome[]]>}
   */
  async #prepare(items, watch) {
    /** @type {Part[]} */
    const ready = [];
    /** @type {Outcome[]} */
    const unreadable = [];
    await Promise.all(
      items.map(async (item) => {
        try {
          const { blob, sha256, isZip } = await this.#preparer.prepare(item.file, item.shrink);
          watch.saved(item, item.file.size - blob.size);
          ready.push({ item, blob, sha256, isZip });
        } catch (error) {
          unreadable.push({ item, code: "unreadable", detail: error.message, unsent: true });
        }
      }),
    );
    watch.signal.throwIfAborted();
    return [ready, unreadable];
  }

  /**
   * Those to be sent with their places, and the outcomes of those that are settled without.
   * @param {Part[]} parts
   * @param {Watch} watch
   * @returns {Promise<[Placed[], Outcome[]]>}
   */
  async #announce(parts, watch) {
    const files = parts.map(({ item, blob, sha256 }) => ({ name: item.name, size: blob.size, sha256 }));
    /** @type {UploadPlaces} */
    const answer = await this.#json(`${this.#path}/uploads`, { files }, watch);
    if (answer.rejected.length && parts.length > 1) return this.#announceApart(parts, watch);
    if (answer.rejected.length) return [[], [refusal(parts[0].item, answer.rejected[0])]];
    /** @type {Placed[]} */
    const placed = [];
    /** @type {Outcome[]} */
    const settled = [];
    for (const [index, part] of parts.entries()) {
      const place = answer.files[index];
      if (place.state === "upload") placed.push({ part, place });
      else settled.push({ item: part.item, photoId: place.photo_id, ...unsentAs(place) });
    }
    return [placed, settled];
  }

  /**
   * Names need not be unique: which one was refused is found by asking about each.
   * @param {Part[]} parts
   * @param {Watch} watch
   * @returns {Promise<[Placed[], Outcome[]]>}
   */
  async #announceApart(parts, watch) {
    /** @type {[Placed[], Outcome[]][]} */
    const answers = [];
    for (const part of parts) answers.push(await this.#announce([part], watch));
    return [answers.flatMap(([placed]) => placed), answers.flatMap(([, settled]) => settled)];
  }

  /**
   * @param {Placed[]} placed
   * @param {Watch} watch
   */
  async #throughStorage(placed, watch) {
    /** @type {Outcome[]} */
    const outcomes = [];
    for (const { part, place } of placed) {
      const { item, blob } = part;
      const put = await this.#storage.put(place, blob, (bytes) => watch.sent(item, bytes), watch.signal);
      outcomes.push(...(put ? await this.#complete(part, place, watch) : await this.#throughApi([part], watch)));
    }
    return outcomes;
  }

  /**
   * @param {Part} part
   * @param {UploadPlace} place
   * @param {Watch} watch
   */
  async #complete({ item }, place, watch) {
    const body = { photo_ids: [place.photo_id] };
    const { rejected } = await this.#json(`${this.#path}/uploads/complete`, body, watch);
    return rejected.length ? [refusal(item, rejected[0])] : [{ item, photoId: place.photo_id }];
  }

  /**
   * @param {Part[]} parts
   * @param {Watch} watch
   */
  async #throughApi(parts, watch) {
    return parts.length ? outcomesOf(parts, await this.#post(parts, watch)) : [];
  }

  /**
   * @param {Part[]} parts
   * @param {Watch} watch
   * @returns {Promise<UploadReceipt>}
   */
  #post(parts, watch) {
    return keepTrying(() => {
      const form = new FormData();
      for (const { item, blob } of parts) form.append("photo", blob, item.name);
      const sent = (/** @type {number} */ bytes) => share(parts, bytes, watch);
      return this.#api.send("POST", `${this.#path}/photos`, form, sent, watch.signal);
    }, watch);
  }

  /**
   * @param {string} path
   * @param {object} body
   * @param {Watch} watch
   */
  #json(path, body, watch) {
    return keepTrying(() => this.#api.json("POST", path, body), watch);
  }
}

const NO_PHOTO = { code: "unsupported-type", detail: "Not a photo in a format that can be read." };

/** @type {(file: { duplicate: boolean, companion_of: string | null }) => { known: boolean, joined: boolean }} */
const sentAs = ({ duplicate, companion_of }) => ({ known: duplicate && !companion_of, joined: Boolean(companion_of) });

const unsentAs = (/** @type {StoredPlace} */ place) => ({ ...sentAs(place), spared: !place.duplicate && !place.companion_of });

/** @type {(item: Item, why: { code: string, detail?: string }) => Outcome} */
const refusal = (item, { code, detail }) => ({ item, code, detail });

/**
 * The bytes of a request are those of its files, one after the other.
 * @param {Part[]} parts
 * @param {number} bytes
 * @param {Watch} watch
 */
function share(parts, bytes, watch) {
  for (const { item, blob } of parts) {
    watch.sent(item, Math.min(bytes, blob.size));
    bytes = Math.max(bytes - blob.size, 0);
  }
}

/**
 * One for each file, in the order sent.
 * @param {Part[]} parts
 * @param {UploadReceipt} answer
 * @returns {Outcome[]}
 */
function outcomesOf(parts, { accepted, rejected }) {
  const refused = [...rejected];
  const taken = [...accepted];
  return parts.map(({ item, sha256 }) => {
    const photo = taken.findIndex((one) => one.sha256 === sha256);
    if (photo >= 0) {
      const [one] = taken.splice(photo, 1);
      return { item, photoId: one.photo_id, ...sentAs(one) };
    }
    return refusal(item, refused.shift() ?? { code: "internal" });
  });
}
