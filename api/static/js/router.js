// What the address says is shown: a reload, the back button and a link come back to it.

const UUID = "[0-9a-f-]{36}";
const TRIP = new RegExp(`^/batches/(${UUID})(?:/(species|days|map|photos|check))?(?:/(${UUID}))?$`);
const VIEWS = /** @type {const} */ ({ "/life": "life", "/models": "models", "/search": "search" });

/**
 * @typedef {"species" | "days" | "map" | "photos" | "check"} Tab
 * @typedef {object} Place
 * @property {"home" | "trip" | "life" | "models" | "search"} view
 * @property {string | null} batch id of the trip
 * @property {Tab} tab of the trip
 * @property {string | null} photo id of the one that is shown large
 * @property {URLSearchParams} params how the view is looked at
 */

/** @returns {Place} */
export function place(hash = location.hash) {
  const [path, query] = hash.slice(1).split("?");
  const params = new URLSearchParams(query);
  const [, batch, tab, photo] = TRIP.exec(path) ?? [];
  const view = batch ? "trip" : (VIEWS[/** @type {keyof VIEWS} */ (path)] ?? "home");
  return { view, batch: batch ?? null, tab: /** @type {Tab} */ (tab ?? "species"), photo: photo ?? null, params };
}

export const homeAddress = "#/";
export const lifeAddress = "#/life";
export const modelsAddress = "#/models";
export const searchAddress = (/** @type {string} */ text) => `#/search?${new URLSearchParams({ q: text })}`;
export const batchAddress = (/** @type {string} */ batch) => `#/batches/${batch}`;

/** @type {(batch: string, tab: Tab, params?: Record<string, string> | URLSearchParams) => string} */
export const tabAddress = (batch, tab, params = {}) =>
  withQuery(tab === "species" ? batchAddress(batch) : `${batchAddress(batch)}/${tab}`, params);

/** @type {(batch: string, tab: Tab, photo: string, params?: Record<string, string> | URLSearchParams) => string} */
export const photoAddress = (batch, tab, photo, params = {}) =>
  withQuery(`${batchAddress(batch)}/${tab}/${photo}`, params);

/** @type {(path: string, params: Record<string, string> | URLSearchParams) => string} */
const withQuery = (path, params) => [path, new URLSearchParams(params).toString()].filter(Boolean).join("?");

/** @param {string} address */
export function go(address) {
  location.hash = address;
}

/**
 * As `go`, but back leads to where one was before: for steps from one photo to the next.
 * @param {string} address
 */
export function replace(address) {
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
