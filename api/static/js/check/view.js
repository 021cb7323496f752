// One sighting after the other: the photo large, what it may be, and one key for each answer.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { t } from "../language.js";
import { nameField } from "../trip/name_field.js";
import { percent, position, shownName, takenAt } from "../words.js";
import { placeOf } from "../trip/results.js";
import { many } from "./audit_view.js";
import "./zoom.js";

/**
 * @import { App } from "../app.js"
 * @import { CheckItem, FinalNameDocument, FrameDocument, PredictionDocument } from "../documents.js"
 * @import { Text } from "../language.js"
 * @import { Trip } from "../trip/trip.js"
 * @import { Check } from "./check.js"
 */

/** @type {Record<CheckItem["why"], Text>} */
const WHY = { new: "why.new", "out-of-range": "why.out-of-range", unsure: "why.unsure", drawn: "why.drawn" };

/**
 * @param {App} app
 * @param {Trip} trip
 */
export function checkView(app, trip) {
  const { check } = trip;
  const { current } = check;
  const isComing = check.unchecked === null || !check.isReady || check.isReading;
  if (!current && isComing) return html`<p class="loading">${t("check.waiting")}</p>`;
  if (!current) return html`<p class="checked-all">${t(check.drawn ? "check.drawn" : "check.done")}</p>
    <div class="buttons">${many(trip)} ${back(check)} ${undo(check)}</div>`;
  const said = check.said.get(current.sighting.sighting_id);
  return html`
    <section class="check-one" aria-label=${t("tab.check")} data-photo=${current.best.photo_id} data-why=${current.why} data-file=${current.best.name}>
      ${picture(app, check, current)}
      <div class="facts">
        <p role="status">${t("check.left", { count: check.left })} · <strong>${t(WHY[current.why])}</strong></p>
        <h2>${shownName(current.sighting.final)}
          ${current.sighting.final.scientific_name ? html`<i>${current.sighting.final.scientific_name}</i>` : nothing}
          ${sure(current.sighting.final)}</h2>
        ${said ? html`<p>${t("photo.said")} <strong>${shownName(said)}</strong></p>` : nothing}
        ${trip.isGuest ? nothing : answers(trip, check, current)}
        ${facts(current)}
      </div>
    </section>
    ${filmstrip(app, check)}
  `;
}

/** @type {(final: FinalNameDocument) => unknown} */
const sure = ({ probability }) => (probability === null ? nothing : html`<b class="sure">${percent(probability)}</b>`);

/** @param {Check} check */
const back = (check) =>
  check.drawn ? html`<button type="button" class="quiet" @click=${() => check.look(null)}>${t("check.all")}</button>` : nothing;

/**
 * @param {App} app
 * @param {Check} check
 * @param {CheckItem} current
 */
function picture(app, check, { best }) {
  const id = check.shownId ?? best.photo_id;
  const swiped = (/** @type {CustomEvent<string>} */ { detail }) => (detail === "right" ? check.accept() : check.later());
  return html`
    <birds-zoom class="picture" .subject=${id} @swipe=${swiped}>
      <div>
        <birds-picture class="below" .pictures=${app.pictures} .paths=${[`/v1/photos/${id}/thumbnail`]}></birds-picture>
        <birds-picture .pictures=${app.pictures} .alt=${frameOf(check, id)?.name ?? ""}
          .paths=${[`/v1/photos/${id}/image`, `/v1/photos/${id}/thumbnail`]}></birds-picture>
        ${id === best.photo_id ? box(best) : nothing}
      </div>
    </birds-zoom>
  `;
}

const frameOf = (/** @type {Check} */ check, /** @type {string} */ id) => check.frames.find((one) => one.photo_id === id);

/** @param {CheckItem["best"]} best */
function box({ box: found, width, height }) {
  if (!found || !width || !height) return nothing;
  return html`
    <svg class="frame" viewBox="0 0 ${width} ${height}" role="img" aria-label=${t("photo.frame")}>
      <rect x=${found.x * width} y=${found.y * height} width=${found.width * width} height=${found.height * height}></rect>
    </svg>
  `;
}

/**
 * @param {Trip} trip
 * @param {Check} check
 * @param {CheckItem} current
 */
function answers(trip, check, { best }) {
  return html`
    <div class="buttons">
      <button type="button" aria-keyshortcuts="a" @click=${() => check.accept()}>${t("accept")} <kbd>a</kbd></button>
      <button type="button" class="quiet" aria-keyshortcuts="n" @click=${() => check.sayNotABird()}>
        ${t("name.not-a-bird")} <kbd>n</kbd></button>
      <button type="button" class="quiet" aria-keyshortcuts="l" @click=${() => check.later()}>${t("check.later")} <kbd>l</kbd></button>
      ${check.last
        ? html`<button type="button" class="quiet" aria-keyshortcuts="r" @click=${() => check.sayLastAgain()}>
            ${shownName(check.last)} <kbd>r</kbd></button>`
        : nothing}
      ${undo(check)} ${many(trip)} ${back(check)}
    </div>
    ${nameField(trip.names, (taxon) => check.say(taxon))}
    <ol class="candidates" aria-label=${t("photo.most-probable")}>
      ${best.predictions.slice(0, 5).map((one, place) => candidate(check, one, place))}
    </ol>
  `;
}

/**
 * @param {Check} check
 * @param {PredictionDocument} one
 * @param {number} place
 */
function candidate(check, { species, scientific_name: scientific, probability, in_range: inRange }, place) {
  return html`
    <li><button type="button" class="quiet" aria-keyshortcuts=${place + 1} @click=${() => check.sayCandidate(place)}>
      <kbd>${place + 1}</kbd> <span>${species} ${scientific ? html`<i>${scientific}</i>` : nothing}
        ${inRange === false ? html`<strong class="alert">${t("out-of-range")}</strong>` : nothing}</span>
      <b>${percent(probability)}</b>
    </button></li>
  `;
}

/** @param {Check} check */
const undo = (check) => html`
  <button type="button" class="quiet" aria-keyshortcuts="u" @click=${() => check.undo()}>${t("undo")} <kbd>u</kbd></button>
`;

/** @param {CheckItem} current */
function facts({ best, sighting }) {
  const found = placeOf(best);
  const place = found && [best.effective?.site, position(found.latitude, found.longitude, 3)].filter(Boolean).join(", ");
  return html`
    <p class="when">${[t("photos", { count: sighting.photos }), takenAt(best), place, best.name].filter(Boolean).join(" · ")}</p>
  `;
}

/**
 * @param {App} app
 * @param {Check} check
 */
function filmstrip(app, check) {
  if (check.frames.length < 2) return nothing;
  return html`
    <div class="filmstrip" role="group" aria-label=${t("check.frames")}>
      ${repeat(check.frames, (one) => one.photo_id, (one) => frame(app, check, one))}
    </div>
  `;
}

/**
 * @param {App} app
 * @param {Check} check
 * @param {FrameDocument} one
 */
function frame(app, check, { photo_id: id, name, disagrees }) {
  return html`
    <button type="button" class=${disagrees ? "quiet disagrees" : "quiet"} aria-label=${name} title=${name}
      aria-pressed=${check.shownId === id} @click=${() => check.show(id)}>
      <birds-picture class="thumbnail" .pictures=${app.pictures} .paths=${[`/v1/photos/${id}/thumbnail`]}></birds-picture>
    </button>
  `;
}
