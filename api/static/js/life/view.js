// The life list: species, when and where first, how often.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import * as router from "../router.js";
import { localDay, photos, position } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { LifeListEntryDocument } from "../documents.js"
 */

/** @type {Record<string, (a: LifeListEntryDocument, b: LifeListEntryDocument) => number>} */
const ORDERS = {
  name: (a, b) => a.name.localeCompare(b.name),
  newest: (a, b) => (b.first_local ?? "").localeCompare(a.first_local ?? "") || a.name.localeCompare(b.name),
  most: (a, b) => b.photos - a.photos || a.name.localeCompare(b.name),
};

/** @param {App} app */
export function lifeView(app) {
  const { species, latestTrip } = app.life;
  if (!species) return html`<h1>${t("life")}</h1><p class="loading">${t("loading")}</p>`;
  const by = app.place.params.get("by") ?? "name";
  const shown = species.toSorted(ORDERS[by] ?? ORDERS.name);
  return html`
    <div class="batch-header">
      <h1>${t("life.title", { count: species.length })}</h1>
      <div class="buttons">
        <label>${t("life.order")}
          <select @change=${(/** @type {{ target: HTMLSelectElement }} */ { target }) =>
            router.replace(`${router.lifeAddress}?by=${target.value}`)}>
            <option value="name" ?selected=${by === "name"}>${t("life.by-name")}</option>
            <option value="newest" ?selected=${by === "newest"}>${t("life.by-newest")}</option>
            <option value="most" ?selected=${by === "most"}>${t("life.by-most")}</option>
          </select>
        </label>
        <button type="button" class="quiet" @click=${() => app.download("/v1/life?format=csv", "life-list", "csv")}>
          ${t("export")}</button>
      </div>
    </div>
    <p class="when">${t("life.rule")}</p>
    <ul class="tiles">${shown.map((one) => tile(app, one, one.first_batch_id === latestTrip))}</ul>
    ${species.length ? nothing : html`<p>${t("life.none")}</p>`}
  `;
}

/**
 * @param {App} app
 * @param {LifeListEntryDocument} one
 * @param {boolean} isNew
 */
function tile(app, one, isNew) {
  return html`
    <li class="tile">
      <a href=${router.photoAddress(one.first_batch_id, "photos", one.first_photo_id, { species: one.name })}>
        <birds-picture class="thumbnail fitted" .pictures=${app.pictures} .box=${one.best.box}
          .paths=${[`/v1/photos/${one.best.photo_id}/thumbnail`]}></birds-picture>
        <span class="species">${one.name}</span>
        <span class="scientific">${one.scientific_name ? html`<i>${one.scientific_name}</i>` : nothing}</span>
        <span class="more">
          ${one.first_local ? localDay(one.first_local) : t("no-date")}${placeOf(one)}
        </span>
        <span class="more">${one.first_batch_name ?? t("trip.nameless")} · ${photos(one.photos)}
          ${isNew ? html`<strong class="new">${t("new")}</strong>` : nothing}</span>
      </a>
    </li>
  `;
}

/** @param {LifeListEntryDocument} one */
function placeOf({ first_site: site, first_latitude: latitude, first_longitude: longitude }) {
  if (site) return ` · ${site}`;
  return latitude === null || longitude === null ? "" : ` · ${position(latitude, longitude, 3)}`;
}
