// The form for where and when photos were taken: a click on the map, or digits; zone and clock.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { modal } from "../views/modal.js";
import { groundView, zoomButtons } from "./ground.js";
import { fitted, projection } from "./map.js";
import { clockText, isWrong, secondsOf } from "./sites.js";

/**
 * @import { App } from "../app.js"
 * @import { ClockDocument } from "../documents.js"
 * @import { Change } from "../events.js"
 * @import { Text } from "../language.js"
 * @import { Sites } from "./sites.js"
 * @import { Trip } from "./trip.js"
 */

const WIDTH = 480; // pixels of the map: it is shown as wide as there is room
const HEIGHT = 240;
const DIGITS = 5; // a metre
const ZONES = Intl.supportedValuesOf?.("timeZone") ?? [];

/**
 * @param {App} app
 * @param {Trip} trip
 */
export function sitesView(app, { sites }) {
  if (!sites.isOpen) return nothing;
  const save = (/** @type {SubmitEvent} */ event) => (event.preventDefault(), sites.save());
  return html`
    <dialog ${modal()} class="question sites" aria-labelledby="sites" @cancel=${() => sites.close()}>
      <h2 id="sites">${t("site.title")}</h2>
      <p class="when">${t("site.what")}</p>
      <form @submit=${save}>
        ${folder(sites)} ${map(app, sites)} ${fields(sites)}
        <div class="buttons">
          <button type="button" class="quiet" @click=${() => sites.close()}>${t("close")}</button>
          ${sites.isSaid
            ? html`<button type="button" class="quiet" @click=${() => sites.remove()}>${t("site.remove")}</button>`
            : nothing}
          <button type="submit">${t("site.save")}</button>
        </div>
      </form>
      ${clocks(sites)}
    </dialog>
  `;
}

/** @param {Sites} sites */
function folder(sites) {
  const { folders, draft } = sites;
  if (!folders.length) return nothing;
  const said = new Set(sites.all.map((site) => site.folder));
  return html`
    <label>${t("site.of")}
      <select @change=${(/** @type {Change<HTMLSelectElement>} */ { target }) => sites.choose(target.value)}>
        ${["", ...folders].map((one) => html`
          <option value=${one} ?selected=${one === draft.folder}>${one || t("site.whole")}${said.has(one) ? " ✓" : ""}</option>
        `)}
      </select>
    </label>
  `;
}

/**
 * @param {App} app
 * @param {Sites} sites
 */
function map(app, sites) {
  const { draft, all } = sites;
  const view = sites.view ?? fitted([draft, ...all].map((effective) => ({ effective })), WIDTH, HEIGHT);
  const on = projection(view, WIDTH, HEIGHT);
  const point = (/** @type {number} */ latitude, /** @type {number} */ longitude) => {
    sites.view = view; // it stays where it is
    sites.change({ latitude: rounded(latitude), longitude: rounded(longitude) });
  };
  const move = (/** @type {typeof view} */ next) => sites.move(next);
  return html`
    <div class="map">
      ${groundView({ view, width: WIDTH, height: HEIGHT, move, point, changed: app.services.changed },
        draft.latitude === null || draft.longitude === null
          ? nothing
          : svg`<circle cx=${on.x(draft.longitude)} cy=${on.y(draft.latitude)} r="7"></circle>`)}
      <div class="buttons">${zoomButtons(view, move)} <span class="when">${t("site.point")}</span></div>
    </div>
  `;
}

/** @param {Sites} sites */
function fields(sites) {
  const { draft } = sites;
  const isHalf = (draft.latitude === null) !== (draft.longitude === null);
  return html`
    <div class="pair">
      ${degrees(sites, "latitude", 90, isHalf)} ${degrees(sites, "longitude", 180, isHalf)}
    </div>
    <label>${t("site.name")}
      <input maxlength="200" autocomplete="off" .value=${draft.name ?? ""}
        @change=${(/** @type {Change} */ { target }) => sites.change({ name: target.value.trim() || null })}></label>
    <label>${t("site.zone")}
      <input list="zones" maxlength="100" autocomplete="off" placeholder=${t("site.zone-hint")} .value=${draft.zone ?? ""}
        @change=${(/** @type {Change} */ { target }) => sites.change({ zone: target.value.trim() || null })}></label>
    <datalist id="zones">${ZONES.map((zone) => html`<option value=${zone}></option>`)}</datalist>
    <label>${t("site.clock")}
      <input autocomplete="off" placeholder="-1:00" .value=${draft.clock_shift_s ? clockText(draft.clock_shift_s) : ""}
        @change=${(/** @type {Change} */ event) => shift(event, sites)}></label>
    <label class="check">
      <input type="checkbox" .checked=${draft.overrides}
        @change=${(/** @type {Change} */ { target }) => sites.change({ overrides: target.checked })}>
      ${t("site.overrides")}</label>
  `;
}

/**
 * @param {Sites} sites
 * @param {"latitude" | "longitude"} which
 * @param {number} most
 * @param {boolean} isRequired since the other one is there
 */
function degrees(sites, which, most, isRequired) {
  const set = (/** @type {Change} */ { target }) =>
    sites.change({ [which]: Number.isNaN(target.valueAsNumber) ? null : target.valueAsNumber });
  return html`
    <label>${t(`site.${which}`)}
      <input type="number" step="any" min=${-most} max=${most} inputmode="decimal" ?required=${isRequired}
        .value=${String(sites.draft[which] ?? "")} @change=${set}></label>
  `;
}

/**
 * @param {Change} event
 * @param {Sites} sites
 */
function shift({ target }, sites) {
  const seconds = target.value.trim() ? secondsOf(target.value) : 0;
  target.setCustomValidity(Number.isNaN(seconds) ? t("site.clock-hint") : "");
  if (Number.isNaN(seconds)) target.reportValidity();
  else sites.change({ clock_shift_s: seconds });
}

/** What the photos themselves tell of the cameras' clocks. */
function clocks(/** @type {Sites} */ sites) {
  const wrong = sites.report?.clocks.filter(isWrong) ?? [];
  if (!wrong.length) return nothing;
  return html`
    <h3>${t("clock.title")}</h3>
    <ul>${wrong.map((clock) => html`<li>${clockRow(clock)}</li>`)}</ul>
    ${sites.isShifted
      ? html`<button type="button" class="quiet" @click=${() => sites.setClocks()}>${t("clock.apply")}</button>`
      : html`<p class="when">${t("clock.done")}</p>`}
  `;
}

/** @type {Record<ClockDocument["by"], Text>} */
const BY = { satellites: "clock.by-satellites", "other-clock": "clock.by-other" };

/** @param {ClockDocument} clock */
const clockRow = ({ folder: where, camera, error_s: error, frames, by }) =>
  `${[camera, where].filter(Boolean).join(", ")}: ${clockText(error ?? 0)} (${t(BY[by], { count: frames })})`;

const rounded = (/** @type {number} */ value) => Number(value.toFixed(DIGITS));
