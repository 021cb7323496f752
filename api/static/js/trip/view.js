// One trip: what is on its way, what went wrong, and its photos in four ways.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { auditView } from "../check/audit_view.js";
import { checkView } from "../check/view.js";
import { galleryView } from "../gallery/gallery.js";
import { intakeView } from "../home/intake.js";
import { t } from "../language.js";
import { tabAddress } from "../router.js";
import { comparisonView } from "./comparison_view.js";
import { daysView } from "./days.js";
import { mapView } from "./map_view.js";
import { photoView } from "./photo.js";
import { progressView } from "./progress.js";
import { selectionView } from "./selection_view.js";
import { sharesView } from "./shares_view.js";
import { sitesView } from "./sites_view.js";
import { speciesView } from "./species.js";
import { stripView } from "./strip.js";
import { toolbarView } from "./toolbar.js";
import { unansweredView } from "./unanswered.js";

/**
 * @import { App } from "../app.js"
 * @import { BatchDocument } from "../documents.js"
 * @import { Tab } from "../router.js"
 * @import { Text } from "../language.js"
 * @import { Trip } from "./trip.js"
 */

const FORMATS = {
  csv: "CSV",
  jsonl: "JSON Lines",
  parquet: "Parquet",
  ebird: "eBird",
  inaturalist: "iNaturalist",
  megadetector: "MegaDetector",
  "camtrap-dp": "Camtrap DP",
  dwca: "Darwin Core",
  "label-studio": "Label Studio",
  "coco-camera-traps": "COCO",
  xmp: "XMP",
};
/** @type {Partial<Record<Tab, Text>>} */
const TABS = { species: "tab.species", check: "tab.check", days: "tab.days", map: "tab.map", photos: "tab.photos" };

/** @param {App} app */
export function tripView(app) {
  const { trip } = app;
  const batch = trip?.feed.batch;
  if (!batch) return html`<p class="loading">${trip?.feed.problem?.message ?? t("loading")}</p>`;
  document.title = `${batch.name ?? t("trip.nameless")} · Birds`;
  if (trip.place.tab === "check") return html`<h1 class="unseen">${document.title}</h1>${answered(app, trip)} ${dialogs(app, trip)}`;
  return html`
    ${header(app, trip, batch)}
    ${progressView(app, trip.feed, batch)}
    ${batch.state === "open" && !trip.isGuest ? intakeView(app, { compact: true }) : nothing}
    ${unansweredView(app, trip, batch)}
    ${batch.counts.done + batch.counts.failed ? answered(app, trip) : nothing}
    ${dialogs(app, trip)}
  `;
}

/**
 * @param {App} app
 * @param {Trip} trip
 */
const dialogs = (app, trip) => html`${photoView(app, trip)} ${auditView(trip.audit)} ${sharesView(trip)} ${sitesView(app, trip)} ${comparisonView(trip)}`;

/**
 * @param {App} app
 * @param {Trip} trip
 */
function answered(app, trip) {
  return html`
    <div class=${trip.place.tab === "check" ? "" : "sticky"}>${stripView(trip)} ${tabs(trip)}</div>
    ${content(app, trip)}
  `;
}

/** @param {Trip} trip */
function tabs({ id, place }) {
  return html`
    <nav class="tabs" aria-label=${t("tabs")}>
      ${Object.entries(TABS).map(([tab, label]) => html`
        <a href=${tabAddress(id, /** @type {Tab} */ (tab))} aria-current=${place.tab === tab ? "page" : nothing}>
          ${t(label)}</a>
      `)}
    </nav>
  `;
}

/**
 * @param {App} app
 * @param {Trip} trip
 */
function content(app, trip) {
  if (trip.place.tab === "species") return speciesView(app, trip);
  if (trip.place.tab === "check") return checkView(app, trip);
  if (!trip.feed.results.size) return html`<p class="loading">${t("loading")}</p>`;
  if (trip.place.tab === "days") return daysView(app, trip);
  if (trip.place.tab === "map") return mapView(app, trip);
  return html`${toolbarView(trip)} ${selectionView(app, trip)} ${galleryView(app, trip)}`;
}

/**
 * @param {App} app
 * @param {Trip} trip
 * @param {BatchDocument} batch
 */
function header(app, trip, batch) {
  const { path } = trip.feed;
  const name = batch.name ?? t("trip.nameless");
  return html`
    <div class="batch-header">
      <h1>${name}</h1>
      <div class="buttons">
        <details class="menu">
          <summary class="button quiet">${t("export")}</summary>
          <div>
            ${Object.entries(FORMATS).map(([format, label]) => html`
              <button type="button" class="quiet"
                @click=${() => app.download(`${path}/export?format=${format}`, batch.name ?? "birds", format)}>${label}</button>
            `)}
          </div>
        </details>
        ${trip.isGuest ? nothing : html`
          <button type="button" class="quiet" @click=${() => trip.comparison.open()}>${t("fact.model")}</button>
          <button type="button" class="quiet" @click=${() => trip.sites.open()}>${t("site.title")}</button>
          <button type="button" class="quiet" @click=${() => trip.shares.open()}>${t("share")}</button>
          ${batch.state === "finished" ? nothing : html`
            <button type="button" class="quiet" @click=${() => app.askToCancel(batch)}>${t("stop")}</button>
          `}
          <button type="button" class="quiet" @click=${() => app.askToDelete(batch)}>${t("delete")}</button>
        `}
      </div>
    </div>
  `;
}
