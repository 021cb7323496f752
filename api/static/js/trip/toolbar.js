// Arrangement and filters of the photos.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { count, photos } from "../words.js";
import { KINDS, speciesCounts } from "./look.js";

/**
 * @import { Change } from "../events.js"
 * @import { Text } from "../language.js"
 * @import { Arrangement } from "./look.js"
 * @import { Results } from "./results.js"
 * @import { Trip } from "./trip.js"
 */

/** @type {[Arrangement, Text][]} */
const ARRANGEMENTS = [["species", "toolbar.by-species"], ["list", "toolbar.list"]];

/** @param {Trip} trip */
export function toolbarView(trip) {
  const { look } = trip;
  const shown = trip.groups.reduce((sum, group) => sum + group.results.length, 0);
  const set = (/** @type {string} */ name) => (/** @type {Change<HTMLSelectElement>} */ { target }) =>
    trip.setLook({ [name]: target.value === "all" ? "" : target.value });
  return html`
    <section class="toolbar" aria-label=${t("toolbar")}>
      ${trip.place.tab === "photos" ? arrangements(trip) : nothing}
      <label>${t("toolbar.show")}
        <select @change=${set("show")}>
          ${KINDS.map((kind) => html`
            <option value=${kind} ?selected=${look.kind === kind}>${t(`kind.${kind}`)}</option>`)}
        </select>
      </label>
      <label>${t("toolbar.species")}
        <select @change=${set("species")}>
          <option value="" ?selected=${!look.species}>${t("toolbar.all")}</option>
          ${countsOf(trip.feed.results).map(
            ([species, found]) => html`
              <option value=${species} ?selected=${look.species === species}>${species} (${count(found)})</option>
            `,
          )}
        </select>
      </label>
      ${bound(trip, "least", "toolbar.least", 0)} ${bound(trip, "most", "toolbar.most", 100)}
      <span class="shown">${photos(shown)}</span>
    </section>
  `;
}

/** @param {Trip} trip */
function arrangements(trip) {
  return html`
    <fieldset class="choice">
      <legend class="unseen">${t("toolbar.arrangement")}</legend>
      ${ARRANGEMENTS.map(([value, label]) => html`
        <label>
          <input type="radio" name="arrangement" value=${value} .checked=${trip.look.arrangement === value}
            @change=${() => trip.setLook({ by: value === "species" ? "" : value })}>
          <span>${t(label)}</span>
        </label>
      `)}
    </fieldset>
  `;
}

/**
 * @param {Trip} trip
 * @param {"least" | "most"} which
 * @param {Text} label
 * @param {number} usual
 */
function bound(trip, which, label, usual) {
  const set = (/** @type {Change} */ { target }) =>
    trip.setLook({ [which]: target.valueAsNumber === usual ? "" : target.value });
  return html`
    <label class="bound">${t(label, { percent: trip.look[which] })}
      <input type="range" min="0" max="100" step="5" .value=${String(trip.look[which])} @input=${set}>
    </label>
  `;
}

/** @type {{ results: Results, version: number, counts: [string, number][] } | null} */
let memory = null;

/** @param {Results} results */
function countsOf(results) {
  if (memory?.results !== results || memory.version !== results.version) {
    memory = { results, version: results.version, counts: speciesCounts(results.all()) };
  }
  return memory.counts;
}
