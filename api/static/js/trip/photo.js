// One photo, large, with all that is known of it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import "../check/zoom.js";
import { title } from "../gallery/card.js";
import { isTyped } from "../keys.js";
import { t } from "../language.js";
import { modal } from "../views/modal.js";
import { at, percent, position, takenAt } from "../words.js";
import { reasonOf } from "../words/reasons.js";
import { nameField } from "./name_field.js";
import { isChecked, isFailed, placeOf } from "./results.js";

/**
 * @import { App } from "../app.js"
 * @import { Result } from "../documents.js"
 * @import { Within } from "../events.js"
 * @import { Text } from "../language.js"
 * @import { Trip } from "./trip.js"
 */

/**
 * @param {App} app
 * @param {Trip} trip
 */
export function photoView(app, trip) {
  const id = trip.place.photo;
  const result = id && known(trip, id);
  if (!result) return nothing;
  const { before, after } = trip.neighbours;
  const swiped = (/** @type {CustomEvent<string>} */ { detail }) => {
    const next = detail === "left" ? after : before;
    if (next) trip.open(next);
  };
  return html`
    <dialog ${modal()} class="photo" aria-labelledby="species"
      @cancel=${(/** @type {Event} */ event) => (event.preventDefault(), trip.closePhoto())}
      @keydown=${(/** @type {Within<KeyboardEvent>} */ event) => keys(event, trip)}>
      <birds-zoom class="picture" .subject=${id} @swipe=${swiped}>
        <div>
          <birds-picture .pictures=${app.pictures} .alt=${result.name}
            .paths=${pictures(result)}></birds-picture>
          ${frame(result)}
        </div>
        <button type="button" class="before" aria-label=${t("photo.before")} ?disabled=${!before}
          @click=${() => before && trip.open(before)}>‹</button>
        <button type="button" class="after" aria-label=${t("photo.after")} ?disabled=${!after}
          @click=${() => after && trip.open(after)}>›</button>
      </birds-zoom>
      <div class="facts">
        <button type="button" class="quiet close" aria-label=${t("close")} autofocus @click=${() => trip.closePhoto()}>✕</button>
        <h2 id="species">${title(result)}</h2>
        ${isFailed(result) ? html`<p>${reasonOf(result.error)}</p>` : answers(result)}
        ${trip.isGuest ? nothing : correction(trip, result)} ${facts(result)}
      </div>
    </dialog>
  `;
}

/**
 * From the feed, with what only its own call tells; from there alone while it is not answered yet.
 * @param {Trip} trip
 * @param {string} id
 * @returns {Result | null}
 */
function known({ details, feed }, id) {
  const own = details?.photo_id === id ? details : null;
  const result = feed.results.get(id);
  return result ? { ...own, ...result } : own;
}

/**
 * The photo itself, or a JPEG of it where the browser can't show its format (HEIC, say).
 * @param {Result} result
 */
function pictures({ photo_id: id, state }) {
  const own = `/v1/photos/${id}/image`;
  return state === "done" ? [own, `/v1/photos/${id}/thumbnail`] : [own];
}

/**
 * Around the part that the model looked at; an SVG fits as `object-fit: contain` does.
 *
 * @param {Result} result
 */
function frame({ box, width, height }) {
  if (!box || !width || !height) return nothing;
  return html`
    <svg class="frame" viewBox="0 0 ${width} ${height}" role="img" aria-label=${t("photo.frame")}>
      <rect x=${box.x * width} y=${box.y * height} width=${box.width * width} height=${box.height * height}></rect>
    </svg>
  `;
}

/** @param {Result} result */
function answers(result) {
  return html`
    <table>
      <caption>${t(isChecked(result) ? "photo.answers" : "photo.most-probable")}</caption>
      <thead class="unseen"><tr><th scope="col">${t("toolbar.species")}</th><th scope="col">${t("sureness")}</th></tr></thead>
      <tbody>
        ${result.predictions.slice(0, 5).map(
          ({ species, scientific_name: scientific, probability }) => html`
            <tr>
              <th scope="row">${species} ${scientific ? html`<i>${scientific}</i>` : nothing}</th>
              <td><meter min="0" max="1" .value=${probability} aria-hidden="true"></meter> <b>${percent(probability)}</b></td>
            </tr>
          `,
        )}
      </tbody>
    </table>
    ${result.box ? html`<p>${t("photo.closer")}</p>` : nothing}
    ${result.bird_probability === null ? nothing : html`<p>${t("photo.bird-at-all", { percent: percent(result.bird_probability) })}</p>`}
  `;
}

/**
 * @param {Trip} trip
 * @param {Result} result
 */
function correction(trip, result) {
  const id = result.photo_id;
  return html`
    <div class="correction">
      ${isChecked(result)
        ? html`
            <p>${t("photo.said")} <strong>${title(result)}</strong></p>
            <button type="button" class="quiet" @click=${() => trip.labels.withdraw(id)}>${t("withdraw")}</button>
          `
        : html`
            ${result.final
              ? html`<button type="button" aria-keyshortcuts="a" @click=${() => trip.labels.accept([id])}>
                  ${t("accept")} <kbd>a</kbd></button>`
              : nothing}
            <button type="button" class="quiet" aria-keyshortcuts="n" @click=${() => trip.labels.sayNotABird([id])}>
              ${t("name.not-a-bird")} <kbd>n</kbd></button>
          `}
      ${nameField(trip.names, (taxon) => trip.labels.say([id], taxon))}
    </div>
  `;
}

/** @param {Result} result */
function facts(result) {
  const { width, height, effective } = result;
  const found = placeOf(result);
  const place = found && [effective?.site, position(found.latitude, found.longitude)].filter(Boolean).join(", ");
  /** @type {[Text, string | null | undefined][]} */
  const entries = [
    ["fact.file", result.name],
    ["fact.taken", takenAt(result)],
    ["fact.place", place],
    ["fact.size", width && height ? t("fact.pixels", { width: String(width), height: String(height) }) : null],
    ["fact.model", result.model],
    ["fact.answered", result.finished_at && at(result.finished_at)],
  ];
  return html`
    <dl>
      ${entries.map(([term, text]) => (text ? html`<dt>${t(term)}</dt><dd>${text}</dd>` : nothing))}
    </dl>
  `;
}

/**
 * Of the photo that is shown by now: keys may come quicker than frames.
 * @param {Within<KeyboardEvent>} event
 * @param {Trip} trip
 */
function keys(event, trip) {
  if (isTyped(event)) return;
  const { before, after } = trip.neighbours;
  if (event.key === "ArrowLeft" && before) trip.open(before);
  if (event.key === "ArrowRight" && after) trip.open(after);
  const id = trip.place.photo;
  const result = id && known(trip, id);
  if (!result || trip.isGuest) return;
  if (event.key === "a" && result.final && !isChecked(result)) trip.labels.accept([id]);
  if (event.key === "n") trip.labels.sayNotABird([id]);
  if (event.key === "c") {
    event.preventDefault();
    /** @type {HTMLElement | null} */ (event.currentTarget.querySelector(".change"))?.focus();
  }
}
