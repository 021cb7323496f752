// Arrangement and filters of the gallery.

import { html } from "../../vendor/lit-html/lit-html.js";
import { ARRANGEMENTS, KINDS, speciesCounts } from "../look.js";
import { count, photos } from "../words.js";

export function toolbarView(app) {
  const { look } = app;
  const shown = app.groups.reduce((sum, group) => sum + group.results.length, 0);
  return html`
    <section class="toolbar" aria-label="How to look at the photos">
      <fieldset class="choice">
        <legend class="unseen">Arrangement</legend>
        ${Object.entries(ARRANGEMENTS).map(([value, label]) => option(app, value, label))}
      </fieldset>
      <label>Show
        <select @change=${(event) => app.setLook({ kind: event.target.value })}>
          ${Object.entries(KINDS).map(
            ([value, label]) => html`<option value=${value} ?selected=${look.kind === value}>${label}</option>`,
          )}
        </select>
      </label>
      <label>Species
        <select @change=${(event) => app.setLook({ species: event.target.value })}>
          <option value="" ?selected=${!look.species}>All</option>
          ${countsOf(app.feed.results).map(
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

function option(app, value, label) {
  return html`
    <label>
      <input type="radio" name="arrangement" value=${value} .checked=${app.look.arrangement === value}
        @change=${() => app.setLook({ arrangement: value })}>
      <span>${label}</span>
    </label>
  `;
}

function bound(app, which, label) {
  const set = (event) => app.setLook({ [which]: event.target.valueAsNumber });
  return html`
    <label class="bound">${label} ${app.look[which]} %
      <input type="range" min="0" max="100" step="5" .value=${String(app.look[which])} @input=${set}>
    </label>
  `;
}

let memory = {};

function countsOf(results) {
  if (memory.results !== results || memory.version !== results.version) {
    memory = { results, version: results.version, counts: speciesCounts(results.all()) };
  }
  return memory.counts;
}
