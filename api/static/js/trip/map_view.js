// The map of a trip: coast lines, a graticule, and a spot for each place where photos were taken.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { galleryView } from "../gallery/gallery.js";
import { t } from "../language.js";
import { tabAddress } from "../router.js";
import { decimal, photos, position } from "../words.js";
import { coastLines } from "./coast.js";
import { bounds, fitted, graticule, projection, spots } from "./map.js";
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
const STEP = 1.6; // of the buttons, times

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
  const on = projection(view, width, height);
  const found = spotsOf(all, view, width, height);
  const move = (/** @type {View} */ next) => {
    moved = { trip: trip.id, view: next };
    app.services.changed();
  };
  return html`
    <section class="map" aria-label=${t("tab.map")}>
      <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="group" aria-label=${t("tab.map")}
        @wheel=${(/** @type {WheelEvent} */ event) => wheel(event, view, on, move)}
        @pointerdown=${(/** @type {PointerEvent} */ event) => drag(event, view, move)}>
        ${lines(on, width, height)}
        <path class="coast" d=${pathOf(coastLines(app.services.changed), on)}></path>
        ${found.map((spot) => spotView(trip, spot))}
      </svg>
      <div class="buttons">
        <button type="button" class="quiet" aria-label=${t("map.closer")}
          @click=${() => move({ ...view, scale: view.scale * STEP })}>+</button>
        <button type="button" class="quiet" aria-label=${t("map.further")}
          @click=${() => move({ ...view, scale: view.scale / STEP })}>−</button>
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

/**
 * @param {[number, number][][]} found
 * @param {ReturnType<typeof projection>} on
 */
function pathOf(found, on) {
  return found.map((line) => `M${line.map(([longitude, latitude]) =>
    `${on.x(longitude).toFixed(1)} ${on.y(latitude).toFixed(1)}`).join("L")}`).join("");
}

/**
 * @param {ReturnType<typeof projection>} on
 * @param {number} width
 * @param {number} height
 */
function lines(on, width, height) {
  const step = graticule(on.x(1) - on.x(0));
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  const from = (/** @type {number} */ degrees) => Math.ceil(degrees / step);
  const found = [];
  for (let n = from(on.longitude(0)); n * step <= on.longitude(width); n += 1) {
    const x = on.x(n * step);
    found.push(svg`<path class="graticule" d=${`M${x} 0V${height}`}></path>
      <text class="degrees" x=${x + 3} y=${height - 4}>${decimal(n * step, digits)}°</text>`);
  }
  for (let n = from(on.latitude(height)); n * step <= on.latitude(0); n += 1) {
    const y = on.y(n * step);
    found.push(svg`<path class="graticule" d=${`M0 ${y}H${width}`}></path>
      <text class="degrees" x="3" y=${y - 4}>${decimal(n * step, digits)}°</text>`);
  }
  return found;
}

/**
 * What is under the pointer stays there.
 * @param {WheelEvent} event
 * @param {View} view
 * @param {ReturnType<typeof projection>} on
 * @param {(view: View) => void} move
 */
function wheel(event, view, on, move) {
  event.preventDefault();
  const times = Math.exp(-event.deltaY / 400);
  const [longitude, latitude] = [on.longitude(event.offsetX), on.latitude(event.offsetY)];
  move({
    scale: view.scale * times,
    longitude: longitude + (view.longitude - longitude) / times,
    latitude: latitude + (view.latitude - latitude) / times,
  });
}

/**
 * @param {PointerEvent} down
 * @param {View} view
 * @param {(view: View) => void} move
 */
function drag(down, view, move) {
  const stop = new AbortController();
  const across = view.scale * Math.max(Math.cos((view.latitude * Math.PI) / 180), 0.05);
  addEventListener("pointermove", (event) => move({
    ...view,
    longitude: view.longitude - (event.clientX - down.clientX) / across,
    latitude: view.latitude + (event.clientY - down.clientY) / view.scale,
  }), { signal: stop.signal });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => stop.abort(), { signal: stop.signal });
}
