// Arrangement and filters of the gallery.

import { html } from "../../vendor/lit-html/lit-html.js";
import { ARRANGEMENTS, KINDS, speciesCounts } from "../look.js";
import { count, photos } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { Change } from "../events.js"
 * @import { Feed } from "../feed.js"
 * @import { Arrangement, Kind } from "../look.js"
 * @import { Results } from "../results.js"
 */

/**
 * @param {App} app
 * @param {Feed} feed
 */
export function toolbarView(app, feed) {
  const { look } = app;
  const shown = app.groups.reduce((sum, group) => sum + group.results.length, 0);
  return html`
    <section class="toolbar" aria-label="How to look at the photos">
      <fieldset class="choice">
        <legend class="unseen">Arrangement</legend>
        ${entries(ARRANGEMENTS).map(([value, label]) => option(app, value, label))}
      </fieldset>
      <label>Show
        <select @change=${(/** @type {Change<HTMLSelectElement & { value: Kind }>} */ { target }) =>
          app.setLook({ kind: target.value })}>
          ${Object.entries(KINDS).map(
            ([value, label]) => html`<option value=${value} ?selected=${look.kind === value}>${label}</option>`,
          )}
        </select>
      </label>
      <label>Species
        <select @change=${(/** @type {Change<HTMLSelectElement>} */ { target }) =>
          app.setLook({ species: target.value })}>
          <option value="" ?selected=${!look.species}>All</option>
          ${countsOf(feed.results).map(
            ([species, found]) => html`
              <option value=${species} ?selected=${look.species === species}>${species} (${count(found)})</option>
            `,
          )}
        </select>
      </label>
      ${bound(app, "least", "At least")} ${bound(app, "most", "At most")}
      <span class="shown">${photos(shown)}</span>
    </section>
  `;
}

/** @type {<Key extends string>(labels: Record<Key, string>) => [Key, string][]} */
const entries = (labels) => /** @type {any} */ (Object.entries(labels));

/**
 * @param {App} app
 * @param {Arrangement} value
 * @param {string} label
 */
function option(app, value, label) {
  return html`
    <label>
      <input type="radio" name="arrangement" value=${value} .checked=${app.look.arrangement === value}
        @change=${() => app.setLook({ arrangement: value })}>
      <span>${label}</span>
    </label>
  `;
}

/**
 * @param {App} app
 * @param {"least" | "most"} which
 * @param {string} label
 */
function bound(app, which, label) {
  const set = (/** @type {Change} */ event) => app.setLook({ [which]: event.target.valueAsNumber });
  return html`
    <label class="bound">${label} ${app.look[which]} %
      <input type="range" min="0" max="100" step="5" .value=${String(app.look[which])} @input=${set}>
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
