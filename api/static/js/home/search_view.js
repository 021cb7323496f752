// The search field on top of every view, and what it finds.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import * as router from "../router.js";
import { photos } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { SearchResult } from "../documents.js"
 * @import { Change } from "../events.js"
 */

/** @param {App} app */
export function searchBox(app) {
  const look = (/** @type {Change} */ { target }) =>
    app.search.settle(() => {
      const address = router.searchAddress(target.value);
      if (app.place.view === "search") router.replace(address);
      else if (target.value.trim()) router.go(address);
    });
  const text = app.place.view === "search" ? (app.place.params.get("q") ?? "") : "";
  return html`
    <search class="search">
      <input type="search" .value=${text} @input=${look} aria-label=${t("search")} placeholder=${t("search")}
        aria-keyshortcuts="/" autocomplete="off">
    </search>
  `;
}

/** @param {App} app */
export function searchView(app) {
  const { found, text } = app.search;
  return html`
    <h1>${t("search.title", { text })}</h1>
    ${found ? findings(found) : html`<p class="loading">${t(text.trim().length < 2 ? "search.short" : "loading")}</p>`}
  `;
}

/** @param {SearchResult} found */
function findings({ batches, names, files }) {
  if (!batches.length && !names.length && !files.length) return html`<p>${t("search.nothing")}</p>`;
  return html`
    ${section(t("search.species"), names.map((one) => entry(
      router.tabAddress(one.batch_id, "photos", { species: one.name }),
      html`${one.name} ${one.scientific_name ? html`<i>${one.scientific_name}</i>` : nothing}`,
      `${one.batch_name ?? t("trip.nameless")} · ${photos(one.photos)}`,
    )))}
    ${section(t("trips"), batches.map((one) => entry(
      router.batchAddress(one.id), one.name ?? t("trip.nameless"), photos(one.photos))))}
    ${section(t("search.files"), files.map((one) => entry(
      router.photoAddress(one.batch_id, "photos", one.photo_id),
      one.name,
      [one.final_name, one.batch_name].filter(Boolean).join(" · "),
    )))}
  `;
}

/**
 * @param {string} title
 * @param {unknown[]} entries
 */
const section = (title, entries) =>
  entries.length ? html`<section><h2>${title}</h2><ul class="found">${entries}</ul></section>` : nothing;

/** @type {(address: string, name: unknown, more: string) => unknown} */
const entry = (address, name, more) => html`<li><a href=${address}>${name}</a> <span class="when">${more}</span></li>`;
