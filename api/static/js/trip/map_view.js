// The map of a trip: coast lines, a graticule, and a spot for each place where photos were taken.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { galleryView } from "../gallery/gallery.js";
import { t } from "../language.js";
import { tabAddress } from "../router.js";
import { photos, position } from "../words.js";
import { groundView, zoomButtons } from "./ground.js";
import { bounds, fitted, projection, spots } from "./map.js";
import { placeOf } from "./results.js";

/**
 * @import { App } from "../app.js"
 * @import { AnsweredResult } from "../documents.js"
 * @import { Spot, View } from "./map.js"
 * @import { Results } from "./results.js"
 * @import { Trip } from "./trip.js"
 */

const CELL = 44; // pixels: as large as a thumb
const LISTED = 12;

/** @type {{ trip: string, view: View } | null} of the map that somebody has moved */
let moved = null;

/**
 * @param {App} app
 * @param {Trip} trip
 */
export function mapView(app, trip) {
  const all = placed(trip.feed.results);
  if (!all.length) return html`<p>${t(trip.feed.loaded ? "map.none" : "loading")}</p>`;
  const width = Math.min(document.querySelector("main")?.clientWidth ?? innerWidth, 1920) - 32;
  const height = Math.round(Math.min(0.6 * width, 0.6 * innerHeight));
  const view = moved?.trip === trip.id ? moved.view : fitted(all, width, height);
  const found = spotsOf(all, view, width, height);
  const move = (/** @type {View} */ next) => {
    moved = { trip: trip.id, view: next };
    app.services.changed();
  };
  return html`
    <section class="map" aria-label=${t("tab.map")}>
      ${groundView({ view, width, height, move, changed: app.services.changed }, found.map((spot) => spotView(trip, spot)))}
      <div class="buttons">
        ${zoomButtons(view, move)}
        <button type="button" class="quiet" @click=${() => move(fitted(all, width, height))}>${t("map.all")}</button>
        <span class="when">${t("map.with-place", { count: all.length })}</span>
      </div>
      <ul class="found">${found.slice(0, LISTED).map((spot) => listed(trip, spot))}</ul>
    </section>
    ${trip.look.within ? galleryView(app, trip) : nothing}
  `;
}

/** @type {{ results: Results, version: number, all: AnsweredResult[] } | null} */
let known = null;

/**
 * Photos that say where they were taken; looked for anew only where answers have changed.
 * @param {Results} results
 */
function placed(results) {
  if (known?.results !== results || known.version !== results.version) {
    known = { results, version: results.version, all: results.all().filter(placeOf) };
  }
  return known.all;
}

/** @type {{ all: AnsweredResult[], key: string, found: Spot[] } | null} */
let laid = null;

/**
 * A frame that changes neither photos nor view has the same ones.
 * @param {AnsweredResult[]} all
 * @param {View} view
 * @param {number} width
 * @param {number} height
 */
function spotsOf(all, view, width, height) {
  const key = [view.latitude, view.longitude, view.scale, width, height].join();
  if (laid?.all !== all || laid.key !== key) {
    laid = { all, key, found: spots(all, projection(view, width, height), width, height, CELL) };
  }
  return laid.found;
}

/** @type {(trip: Trip, spot: Spot) => string} */
const addressOf = (trip, { within }) => tabAddress(trip.id, "map", { within: around(within).join(",") });

/** A little more than the photos themselves, since addresses have few digits. */
const around = (/** @type {number[]} */ [west, south, east, north]) =>
  [west - 1e-5, south - 1e-5, east + 1e-5, north + 1e-5].map((degrees) => degrees.toFixed(5));

/**
 * @param {Trip} trip
 * @param {Spot} spot
 */
function spotView(trip, spot) {
  const radius = Math.min(6 + 3 * Math.log2(spot.results.length + 1), CELL / 2);
  return svg`
    <a href=${addressOf(trip, spot)} aria-label=${labelOf(spot.results)}>
      <circle cx=${spot.x} cy=${spot.y} r=${radius}></circle>
      <text x=${spot.x} y=${spot.y} dy="0.35em">${spot.results.length}</text>
    </a>
  `;
}

/**
 * @param {Trip} trip
 * @param {Spot} spot
 */
const listed = (trip, spot) => html`<li><a href=${addressOf(trip, spot)}>${labelOf(spot.results)}</a></li>`;

/** @param {AnsweredResult[]} results */
function labelOf(results) {
  const [west, south, east, north] = bounds(results);
  return `${position((south + north) / 2, (west + east) / 2, 3)} · ${photos(results.length)}`;
}
