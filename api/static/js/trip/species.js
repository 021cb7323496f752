// A trip as a list of species: a tile each, with the photo that shows it best.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { t } from "../language.js";
import { tabAddress } from "../router.js";
import { percent, photos, shownName } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { NameInBatchDocument } from "../documents.js"
 * @import { Trip } from "./trip.js"
 */

/**
 * @param {App} app
 * @param {Trip} trip
 */
export function speciesView(app, trip) {
  const names = trip.summary.document?.names;
  if (!names) return html`<p class="loading">${t("loading")}</p>`;
  const kind = /** @type {keyof typeof IS_KIND} */ (trip.place.params.get("show"));
  const shown = names.filter(IS_KIND[kind] ?? (() => true)).sort((a, b) => rank(a) - rank(b));
  return html`
    <ul class="tiles" aria-label=${t("tab.species")}>
      ${repeat(shown, (one) => one.name, (one) => tile(app, trip, one))}
    </ul>
    ${shown.length ? nothing : html`<p class="loading">${t(trip.summary.isUpToDate ? "gallery.none" : "loading")}</p>`}
  `;
}

const IS_KIND = {
  new: (/** @type {NameInBatchDocument} */ one) => Boolean(one.new),
  "out-of-range": (/** @type {NameInBatchDocument} */ one) => one.out_of_range > 0,
};

// Taxa first, most frequent first; what shows no bird last.
const rank = (/** @type {NameInBatchDocument} */ one) => Number(one.rank === "not-a-bird");

/**
 * @param {App} app
 * @param {Trip} trip
 * @param {NameInBatchDocument} one
 */
function tile(app, trip, one) {
  const name = shownName(one);
  return html`
    <li class="tile">
      <a href=${tabAddress(trip.id, "photos", { species: one.name })}>
        <birds-picture class="thumbnail fitted" .pictures=${app.pictures} .box=${one.best.box}
          .paths=${[`/v1/photos/${one.best.photo_id}/thumbnail`]}></birds-picture>
        <span class="species">${name}</span>
        <span class="scientific">${one.scientific_name ? html`<i>${one.scientific_name}</i>` : nothing}</span>
        <span class="more">
          ${photos(one.photos)} · ${checked(one)}
          ${one.out_of_range ? html`<strong class="alert">${t("out-of-range")}</strong>` : nothing}
          ${one.new ? html`<strong class="new">${t("new")}</strong>` : nothing}
        </span>
      </a>
    </li>
  `;
}

/** @param {NameInBatchDocument} one */
function checked({ photos: all, checked: done }) {
  if (!done) return t("checked.none");
  return done === all ? t("checked.all") : t("checked.share", { share: percent(done / all) });
}
