// One photo in the gallery.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { NOT_A_BIRD, best, isBird, isFailed, nameOf, speciesOf } from "../results.js";
import { at, percent, takenAt } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { AnsweredResult } from "../documents.js"
 */

/**
 * @param {App} app
 * @param {AnsweredResult} result
 */
export function cardView(app, result) {
  return html`
    <article class="card" @keydown=${keysOf(app, result)}>
      <a href=${app.addressOf(result.photo_id)} title=${result.name}>
        ${thumbnail(app, result)}
        <span class="species">${speciesOf(result) ?? "Failed"}</span>
      </a>
      ${certainty(result)} ${accept(app, result)}
      <span class="name">${nameOf(result)}</span>
    </article>
  `;
}

/**
 * The same as one line of a list.
 * @param {App} app
 * @param {AnsweredResult} result
 */
export function lineView(app, result) {
  return html`
    <article class="line" @keydown=${keysOf(app, result)}>
      <a href=${app.addressOf(result.photo_id)}>
        ${thumbnail(app, result)}
        <span class="species">${speciesOf(result) ?? "Failed"}</span>
      </a>
      ${certainty(result)} ${accept(app, result)}
      <span class="name">${result.name}</span>
      <span class="when">${takenAt(result) ?? at(result.finished_at)}</span>
    </article>
  `;
}

/**
 * Of a photo that could not be read there is none.
 * @param {App} app
 * @param {AnsweredResult} result
 */
function thumbnail(app, { photo_id: id, state }) {
  const paths = state === "done" ? [`/v1/photos/${id}/thumbnail`] : [];
  return html`<birds-picture class="thumbnail" .pictures=${app.pictures} .paths=${paths}></birds-picture>`;
}

/**
 * How sure the model is, or that a person is.
 * @param {AnsweredResult} result
 */
function certainty(result) {
  if (result.corrected_species) return html`<span class="certainty corrected">checked</span>`;
  if (isFailed(result)) return html`<span class="certainty">${result.error.detail || result.error.code}</span>`;
  const probability = isBird(result) ? (best(result)?.probability ?? 0) : 1 - (result.bird_probability ?? 0);
  return html`
    <span class="certainty">
      <meter min="0" max="1" low="0.5" high="0.8" optimum="1" .value=${probability} aria-label="Probability"></meter>
      ${percent(probability)}
    </span>
  `;
}

/**
 * @param {App} app
 * @param {AnsweredResult} result
 */
function accept(app, result) {
  const species = speciesOf(result);
  if (result.corrected_species || !species) return nothing;
  return html`
    <button type="button" class="accept quiet" title="Right (key: a)" aria-label=${`${species} is right`}
      @click=${() => app.correct(result.photo_id, species)}>✓</button>
  `;
}

/**
 * @param {App} app
 * @param {AnsweredResult} result
 */
function keysOf(app, result) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const species = speciesOf(result);
    if (event.key === "a" && species) app.correct(result.photo_id, species);
    if (event.key === "n") app.correct(result.photo_id, NOT_A_BIRD);
  };
}
