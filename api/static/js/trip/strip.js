// What a trip comes to, in one line: it stays in sight.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { tabAddress } from "../router.js";
import { at } from "../words.js";

/**
 * @import { BatchDocument } from "../documents.js"
 * @import { Trip } from "./trip.js"
 */

/** @param {Trip} trip */
export function stripView({ id, summary, feed }) {
  const known = summary.document;
  if (!known) return nothing;
  const species = known.names.filter((one) => one.rank === "species");
  const sum = (/** @type {"photos" | "checked"} */ of) => known.names.reduce((total, one) => total + one[of], 0);
  const unchecked = sum("photos") - sum("checked");
  const elsewhere = species.filter((one) => one.out_of_range).length;
  const isNew = species.filter((one) => one.new).length;
  const parts = [
    html`<a href=${tabAddress(id, "species")}>${seen(known.sightings, species.length)}</a>`,
    known.unchecked === null
      ? html`<a href=${tabAddress(id, "photos", { show: "unchecked" })}>${t("strip.unchecked", { count: unchecked })}</a>`
      : html`<a href=${tabAddress(id, "check")}>${t("strip.to-check", { count: known.unchecked })}</a>`,
    isNew ? html`<a href=${tabAddress(id, "species", { show: "new" })}>${t("strip.new", { count: isNew })}</a>` : nothing,
    elsewhere
      ? html`<a href=${tabAddress(id, "species", { show: "out-of-range" })}>${t("strip.out-of-range", { count: elsewhere })}</a>`
      : nothing,
    ...fate(feed.batch),
  ];
  return html`
    <section class="strip" aria-label=${t("strip")}>
      ${parts}
      ${known.model ? html`<span class="model">${t("strip.model", { model: known.model, count: known.model_species ?? 0 })}</span>` : nothing}
    </section>
  `;
}

/** @param {BatchDocument | null} batch */
const fate = (batch) => [
  batch?.cancelled_at ? html`<span>${t("trip.cancelled", { at: at(batch.cancelled_at) })}</span>` : nothing,
  batch?.expires_at ? html`<span>${t("trip.expires", { at: at(batch.expires_at) })}</span>` : nothing,
];

/**
 * @param {number | null} sightings not made yet: null
 * @param {number} count of species
 */
function seen(sightings, count) {
  const species = t("strip.species", { count });
  return sightings === null ? species : t("strip.seen", { sightings: t("strip.sightings", { count: sightings }), species });
}
