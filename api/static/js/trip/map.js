// Photos on a map: a projection, and places that stand for all photos taken near each other.

import { placeOf } from "./results.js";

/**
 * @import { AnsweredResult } from "../documents.js"
 * @import { Placed } from "./results.js"
 */

const LEAST_DEGREES = 0.02; // some 2 km: a map of one garden
const MARGIN = 1.3;
const LABEL = 70; // pixels

/**
 * @typedef {object} View what the map shows: its middle in degrees, and pixels a degree of latitude
 * @property {number} latitude
 * @property {number} longitude
 * @property {number} scale
 *
 * @typedef {object} Spot
 * @property {number} x pixels
 * @property {number} y
 * @property {AnsweredResult[]} results
 * @property {number[]} within west, south, east, north of its photos
 */

/**
 * The view in which all of them are; without any, the world.
 * @param {Placed[]} results
 * @param {number} width pixels
 * @param {number} height
 * @returns {View}
 */
export function fitted(results, width, height) {
  const [west, south, east, north] = bounds(results);
  const latitude = (south + north) / 2;
  const degrees = Math.max(north - south, LEAST_DEGREES);
  const across = Math.max((east - west) * stretch(latitude), LEAST_DEGREES);
  return { latitude, longitude: (west + east) / 2, scale: Math.min(height / degrees, width / across) / MARGIN };
}

/** West, south, east and north of photos that have a place. */
export function bounds(/** @type {Placed[]} */ results) {
  const found = [Infinity, Infinity, -Infinity, -Infinity];
  for (const result of results) {
    const place = placeOf(result);
    if (!place) continue;
    const { latitude, longitude } = place;
    found[0] = Math.min(found[0], longitude);
    found[1] = Math.min(found[1], latitude);
    found[2] = Math.max(found[2], longitude);
    found[3] = Math.max(found[3], latitude);
  }
  return Number.isFinite(found[0]) ? found : [-180, -60, 180, 75];
}

/**
 * Equirectangular, true to shape in the middle.
 * @param {View} view
 * @param {number} width pixels
 * @param {number} height
 */
export function projection(view, width, height) {
  const across = view.scale * stretch(view.latitude);
  return {
    x: (/** @type {number} */ longitude) => width / 2 + (longitude - view.longitude) * across,
    y: (/** @type {number} */ latitude) => height / 2 - (latitude - view.latitude) * view.scale,
    longitude: (/** @type {number} */ x) => view.longitude + (x - width / 2) / across,
    latitude: (/** @type {number} */ y) => view.latitude - (y - height / 2) / view.scale,
  };
}

/**
 * Photos in cells of some pixels, those in sight.
 * @param {AnsweredResult[]} results
 * @param {ReturnType<typeof projection>} on
 * @param {number} width
 * @param {number} height
 * @param {number} cell pixels
 * @returns {Spot[]} those with most photos first
 */
export function spots(results, on, width, height, cell) {
  /** @type {Map<string, AnsweredResult[]>} */
  const cells = new Map();
  for (const result of results) {
    const place = placeOf(result);
    if (!place) continue;
    const [x, y] = [on.x(place.longitude), on.y(place.latitude)];
    if (x < -cell || y < -cell || x > width + cell || y > height + cell) continue;
    const key = `${Math.floor(x / cell)} ${Math.floor(y / cell)}`;
    const there = cells.get(key);
    if (there) there.push(result);
    else cells.set(key, [result]);
  }
  return [...cells.values()]
    .map((there) => {
      const within = bounds(there);
      return { results: there, within, x: on.x((within[0] + within[2]) / 2), y: on.y((within[1] + within[3]) / 2) };
    })
    .sort((a, b) => b.results.length - a.results.length);
}

/**
 * Distance of the lines of the graticule in degrees: so that what stands beside them has room.
 * @param {number} pixels a degree
 */
export function graticule(pixels) {
  const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
  return steps.find((step) => step * pixels >= LABEL) ?? 60;
}

const stretch = (/** @type {number} */ latitude) => Math.max(Math.cos((latitude * Math.PI) / 180), 0.05);
