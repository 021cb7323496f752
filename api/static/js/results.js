// The answers of one batch, and what a person makes of them.

/** @import { AnsweredResult, LabelMessage, PredictionDocument, Reason, Result } from "./documents.js" */

export const NOT_A_BIRD = "Not a bird";
// Probability of a bird below which a photo is said to show none. With the starter model 98 of 100 birds are above it,
// and 3 of 100 other photos: its sum over bird classes stays low for birds that it has no class of.
const BIRD = 0.2;

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
   * Takes an answer, an export's, which tells a person's word, or the feed's; a later one of the same photo replaces
   * the earlier.
   * @param {AnsweredResult} result
   */
  put(result) {
    const known = this.#byPhoto.get(result.photo_id);
    if (known && known.seq > result.seq) return;
    const { final, photo_id: photoId } = result;
    const word = this.#saying.has(photoId) ? known?.corrected_species : final?.by === "person" ? final.name : null;
    const predictions = result.predictions.map(this.#shared);
    this.#byPhoto.set(photoId, { ...known, ...result, corrected_species: word, predictions });
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
    const { photo_id: photoId, species, final } = label;
    const known = this.#byPhoto.get(photoId);
    if (!known) return; // its answer is still to come, and tells
    if (this.#saying.has(photoId)) return void this.#saying.set(photoId, label);
    this.#byPhoto.set(photoId, { ...known, corrected_species: species, final });
    this.version += 1;
  }

  /**
   * A word of ours that is on its way: until `said`, nothing else is shown.
   * @param {string} photoId
   * @param {string | null} species
   */
  say(photoId, species) {
    this.#saying.set(photoId, this.#saying.get(photoId) ?? null);
    this.correct(photoId, species);
  }

  /** @param {string} photoId */
  said(photoId) {
    const label = this.#saying.get(photoId);
    this.#saying.delete(photoId);
    if (label) this.label(label);
  }

  /**
   * @param {string} photoId
   * @param {string | null} species
   */
  correct(photoId, species) {
    const known = this.#byPhoto.get(photoId);
    if (!known) return;
    this.#byPhoto.set(photoId, { ...known, corrected_species: species });
    this.version += 1;
  }
}

/** @type {(result: Result) => PredictionDocument | null} */
export const best = (result) => result.predictions[0] ?? null;

/** @type {<Of extends Result>(result: Of) => result is Of & { error: Reason }} */
export const isFailed = (result) => result.state === "failed";

/** @param {Result} result */
export function isBird(result) {
  if (result.corrected_species) return result.corrected_species !== NOT_A_BIRD;
  return !isFailed(result) && (result.bird_probability ?? 1) >= BIRD;
}

/**
 * What a photo is shown as: a person's word before the model's.
 * @param {Result} result
 */
export function speciesOf(result) {
  if (result.corrected_species) return result.corrected_species;
  if (isFailed(result)) return null;
  return isBird(result) ? best(result)?.species ?? null : NOT_A_BIRD;
}

export const nameOf = (/** @type {Result} */ result) => result.name.split("/").at(-1);
