// The answers of one batch, and what a person makes of them.

/**
 * @import { AnsweredResult, FinalNameDocument, LabelMessage, PredictionDocument, Reason, Result } from "../documents.js"
 *
 * @typedef {{ effective?: { latitude: number | null, longitude: number | null } }} Placed what may have a place
 */

export const NOT_A_BIRD = "Not a bird"; // as the server calls it

/** Answers by photo; `version` changes whenever one of them does. */
export class Results {
  /** @type {Map<string, AnsweredResult>} */
  #byPhoto = new Map();
  /** @type {Map<string, string>} */
  #words = new Map();
  /** @type {Map<string, LabelMessage | null>} what the feed tells meanwhile, by photo of which something is being said */
  #saying = new Map();
  version = 0;

  get size() {
    return this.#byPhoto.size;
  }

  all() {
    return [...this.#byPhoto.values()];
  }

  /** @param {string} photoId */
  get(photoId) {
    return this.#byPhoto.get(photoId);
  }

  /**
   * Takes an answer; a later one of the same photo replaces the earlier.
   * @param {AnsweredResult} result
   */
  put(result) {
    const known = this.#byPhoto.get(result.photo_id);
    if (known && known.seq > result.seq) return;
    const final = known && this.#saying.has(result.photo_id) ? known.final : result.final;
    const predictions = result.predictions.map(this.#shared);
    this.#byPhoto.set(result.photo_id, { ...known, ...result, final, predictions });
    this.version += 1;
  }

  /** With the names of a species once for all photos: every answer brings its own text of them. */
  #shared = (/** @type {PredictionDocument} */ { species, scientific_name: scientific, probability }) => ({
    species: this.#once(species),
    scientific_name: scientific && this.#once(scientific),
    probability,
  });

  /** @param {string} text */
  #once(text) {
    if (!this.#words.has(text)) this.#words.set(text, text);
    return this.#words.get(text) ?? text;
  }

  /**
   * Anybody's word on a photo, as the feed tells it.
   * @param {LabelMessage} label
   */
  label(label) {
    if (this.#saying.has(label.photo_id)) this.#saying.set(label.photo_id, label);
    else this.#name(label.photo_id, label.final);
  }

  /**
   * A word of ours that is on its way: until `said`, nothing else is shown.
   * @param {string} photoId
   * @param {FinalNameDocument | null} final
   */
  say(photoId, final) {
    this.#saying.set(photoId, this.#saying.get(photoId) ?? null);
    this.#name(photoId, final);
  }

  /**
   * It is known, or was refused.
   * @param {string} photoId
   * @param {FinalNameDocument | null} [final] that stands for want of another one
   */
  said(photoId, final) {
    const label = this.#saying.get(photoId);
    this.#saying.delete(photoId);
    if (label) this.label(label);
    else if (final !== undefined) this.#name(photoId, final);
  }

  /**
   * @param {string} photoId
   * @param {FinalNameDocument | null} final
   */
  #name(photoId, final) {
    const known = this.#byPhoto.get(photoId);
    if (!known) return; // its answer is still to come, and tells
    this.#byPhoto.set(photoId, { ...known, final });
    this.version += 1;
  }
}

/** @type {(result: Result) => PredictionDocument | null} */
export const best = (result) => result.predictions[0] ?? null;

/** @type {<Of extends Result>(result: Of) => result is Of & { error: Reason }} */
export const isFailed = (result) => result.state === "failed";

/** Whether a person has had a word on it. */
export const isChecked = (/** @type {Result} */ result) => result.final?.by === "person";

export const isBird = (/** @type {Result} */ result) => Boolean(result.final && result.final.rank !== "not-a-bird");

/** The one name that is shown of a photo; null where it failed. */
export const speciesOf = (/** @type {Result} */ result) => result.final?.name ?? null;

/**
 * How sure the model is of the name that is shown.
 * @param {Result} result
 */
export function sureness({ final, bird_probability: bird, predictions }) {
  if (final?.rank === "not-a-bird") return 1 - (bird ?? 0);
  return final?.probability ?? predictions[0]?.probability ?? 0;
}

/**
 * Degrees; null where it is not known.
 * @param {Placed} result
 */
export function placeOf({ effective }) {
  if (!effective || effective.latitude === null || effective.longitude === null) return null;
  return { latitude: effective.latitude, longitude: effective.longitude };
}

export const nameOf = (/** @type {Result} */ result) => result.name.split("/").at(-1);
