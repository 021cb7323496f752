// One photo in the gallery.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { isTyped } from "../keys.js";
import { t } from "../language.js";
import { isChecked, isFailed, nameOf, sureness } from "../trip/results.js";
import { at, percent, shownName, takenAt } from "../words.js";
import { reasonOf } from "../words/reasons.js";

/**
 * @import { App } from "../app.js"
 * @import { AnsweredResult, Result } from "../documents.js"
 * @import { Trip } from "../trip/trip.js"
 */

/**
 * @param {App} app
 * @param {Trip} trip
 * @param {AnsweredResult} result
 */
export function cardView(app, trip, result) {
  return html`
    <article class=${classOf("card", trip, result)} data-photo=${result.photo_id} @keydown=${keysOf(trip, result)}>
      <a href=${trip.addressOf(result.photo_id)} title=${result.name} @click=${clicked(trip, result)}>
        ${thumbnail(app, result)}
        <span class="species">${title(result)}${picked(trip, result)}</span>
      </a>
      ${certainty(result)} ${accept(trip, result)}
      <span class="name">${nameOf(result)}</span>
    </article>
  `;
}

/**
 * The same as one line of a list.
 * @param {App} app
 * @param {Trip} trip
 * @param {AnsweredResult} result
 */
export function lineView(app, trip, result) {
  return html`
    <article class=${classOf("line", trip, result)} data-photo=${result.photo_id} @keydown=${keysOf(trip, result)}>
      <a href=${trip.addressOf(result.photo_id)} @click=${clicked(trip, result)}>
        ${thumbnail(app, result)}
        <span class="species">${title(result)}${picked(trip, result)}</span>
      </a>
      ${certainty(result)} ${accept(trip, result)}
      <span class="name">${result.name}</span>
      <span class="when">${takenAt(result) ?? at(result.finished_at)}</span>
    </article>
  `;
}

/** @type {(name: string, trip: Trip, result: AnsweredResult) => string} */
const classOf = (name, { selection }, { photo_id: id }) => (selection.ids.has(id) ? `${name} picked` : name);

/** @type {(trip: Trip, result: AnsweredResult) => unknown} */
const picked = ({ selection }, { photo_id: id }) =>
  selection.ids.has(id) ? html`<span class="unseen">, ${t("selection.picked")}</span>` : nothing;

/** @type {(trip: Trip, result: AnsweredResult) => (event: MouseEvent) => void} */
const clicked = (trip, { photo_id: id }) => (event) => !trip.isGuest && trip.selection.clicked(event, id);

/** What it is called, in the page's words. */
export const title = (/** @type {Result} */ { final }) => (final ? shownName(final) : t("failed"));

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
  if (isChecked(result)) return html`<span class="certainty corrected">${t("checked")}</span>`;
  if (isFailed(result)) return html`<span class="certainty">${reasonOf(result.error)}</span>`;
  const probability = sureness(result);
  return html`
    <span class="certainty">
      <meter min="0" max="1" low="0.5" high="0.8" optimum="1" .value=${probability} aria-label=${t("sureness")}></meter>
      ${percent(probability)}
    </span>
  `;
}

/**
 * @param {Trip} trip
 * @param {AnsweredResult} result
 */
function accept(trip, result) {
  if (trip.isGuest || isChecked(result) || !result.final) return nothing;
  return html`
    <button type="button" class="accept quiet" title=${t("accept.title")}
      aria-label=${t("accept.this", { species: title(result) })}
      @click=${() => trip.labels.accept([result.photo_id])}>✓</button>
  `;
}

/**
 * @param {Trip} trip
 * @param {AnsweredResult} result
 */
function keysOf(trip, result) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (isTyped(event) || trip.isGuest) return;
    if (event.key === "x") trip.selection.toggle(result.photo_id);
    if (trip.selection.size) return; // keys are about those that are picked
    if (event.key === "a" && result.final) trip.labels.accept([result.photo_id]);
    if (event.key === "n") trip.labels.sayNotABird([result.photo_id]);
  };
}
