// One photo, large, with all that is known of it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { NOT_A_BIRD, isFailed, speciesOf } from "../results.js";
import { at, percent, position, takenAt } from "../words.js";
import { modal } from "./modal.js";

/**
 * @import { App } from "../app.js"
 * @import { Result } from "../documents.js"
 * @import { Change, Within } from "../events.js"
 * @import { Feed } from "../feed.js"
 */

/**
 * @param {App} app
 * @param {Feed} feed
 */
export function photoView(app, feed) {
  const id = app.place.photo;
  const result = id && known(app, feed, id);
  if (!result) return nothing;
  const { before, after } = app.neighbours;
  return html`
    <dialog ${modal()} class="photo" aria-labelledby="species"
      @cancel=${(/** @type {Event} */ event) => (event.preventDefault(), app.closePhoto())}
      @keydown=${(/** @type {Within<KeyboardEvent>} */ event) => keys(event, app, feed)}>
      <div class="picture">
        <birds-picture .pictures=${app.pictures} .alt=${result.name}
          .paths=${pictures(result)}></birds-picture>
        ${frame(result)}
        <button type="button" class="before" aria-label="Photo before" ?disabled=${!before}
          @click=${() => before && app.open(before)}>‹</button>
        <button type="button" class="after" aria-label="Next photo" ?disabled=${!after}
          @click=${() => after && app.open(after)}>›</button>
      </div>
      <div class="facts">
        <button type="button" class="quiet close" aria-label="Close" autofocus @click=${() => app.closePhoto()}>✕</button>
        <h2 id="species">${speciesOf(result) ?? "Failed"}</h2>
        ${isFailed(result) ? html`<p>${result.error.detail || result.error.code}</p>` : answers(result)}
        ${correction(app, result)} ${facts(result)}
      </div>
    </dialog>
  `;
}

/**
 * From the feed, with what only its own call tells; from there alone while it is not answered yet.
 * @param {App} app
 * @param {Feed} feed
 * @param {string} id
 * @returns {Result | null}
 */
function known({ details }, feed, id) {
  const own = details?.photo_id === id ? details : null;
  const result = feed.results.get(id);
  return result ? { corrected_species: null, ...own, ...result } : own;
}

/**
 * The photo itself, or a JPEG of it where the browser can't show its format (HEIC, say).
 * @param {Result} result
 */
function pictures({ photo_id: id, state }) {
  const own = `/v1/photos/${id}/image`;
  return state === "done" ? [own, `/v1/photos/${id}/thumbnail`] : [own];
}

/**
 * Around the part that the model looked at; an SVG fits as `object-fit: contain` does.
 *
 * @param {Result} result
 */
function frame({ box, width, height }) {
  if (!box || !width || !height) return nothing;
  return html`
    <svg class="frame" viewBox="0 0 ${width} ${height}" role="img" aria-label="Frame around the bird">
      <rect x=${box.x * width} y=${box.y * height} width=${box.width * width} height=${box.height * height}></rect>
    </svg>
  `;
}

/** @param {Result} result */
function answers(result) {
  return html`
    <table>
      <caption>${result.corrected_species ? "The model's answers" : "The most probable species"}</caption>
      <thead class="unseen"><tr><th scope="col">Species</th><th scope="col">Probability</th></tr></thead>
      <tbody>
        ${result.predictions.slice(0, 5).map(
          ({ species, scientific_name: scientific, probability }) => html`
            <tr>
              <th scope="row">${species} ${scientific ? html`<i>${scientific}</i>` : nothing}</th>
              <td><meter min="0" max="1" .value=${probability} aria-hidden="true"></meter> <b>${percent(probability)}</b></td>
            </tr>
          `,
        )}
      </tbody>
    </table>
    ${result.box ? html`<p>Looked at more closely: the part in the frame.</p>` : nothing}
    ${result.bird_probability === null ? nothing : html`<p>A bird at all: ${percent(result.bird_probability)}</p>`}
  `;
}

/**
 * @param {App} app
 * @param {Result} result
 */
function correction(app, result) {
  const { photo_id: id, corrected_species: corrected } = result;
  const species = speciesOf(result);
  const change = (/** @type {Change} */ event) => {
    const chosen = app.species.find((one) => one.species === event.target.value);
    if (!chosen) return;
    event.target.value = "";
    app.correct(id, chosen.species);
  };
  return html`
    <div class="correction">
      ${corrected
        ? html`
            <p>A person says: <strong>${corrected}</strong></p>
            <button type="button" class="quiet" @click=${() => app.correct(id, null)}>Undo</button>
          `
        : html`
            ${species
              ? html`<button type="button" aria-keyshortcuts="a" @click=${() => app.correct(id, species)}>
                  <span><u>A</u>ccept</span></button>`
              : nothing}
            <button type="button" class="quiet" aria-keyshortcuts="n" @click=${() => app.correct(id, NOT_A_BIRD)}>
              <span><u>N</u>ot a bird</span></button>
          `}
      <label><span><u>C</u>hange to</span>
        <input class="change" list="all-species" autocomplete="off" aria-keyshortcuts="c" placeholder="Species"
          @change=${change}>
      </label>
      <datalist id="all-species">
        ${app.species.map(({ species, scientific_name: name }) => html`<option value=${species}>${name}</option>`)}
      </datalist>
    </div>
  `;
}

/** @param {Result} result */
function facts(result) {
  const { latitude, longitude } = result;
  const place = typeof latitude === "number" && typeof longitude === "number" && position(latitude, longitude);
  /** @type {Record<string, string | number | false | null>} */
  const entries = {
    File: result.name,
    Taken: takenAt(result),
    Place: place,
    Size: result.width && `${result.width} × ${result.height} pixels`,
    Model: result.model,
    Answered: result.finished_at && at(result.finished_at),
  };
  return html`
    <dl>
      ${Object.entries(entries).map(([term, text]) => (text ? html`<dt>${term}</dt><dd>${text}</dd>` : nothing))}
    </dl>
  `;
}

/**
 * Of the photo that is shown by now: keys may come quicker than frames.
 * @param {Within<KeyboardEvent>} event
 * @param {App} app
 * @param {Feed} feed
 */
function keys(event, app, feed) {
  if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = app.place.photo;
  const result = id && known(app, feed, id);
  if (!result) return;
  const { before, after } = app.neighbours;
  const species = speciesOf(result);
  /** @type {Record<string, () => unknown>} */
  const acts = {
    ArrowLeft: () => before && app.open(before),
    ArrowRight: () => after && app.open(after),
    a: () => species && app.correct(id, species),
    n: () => app.correct(id, NOT_A_BIRD),
    u: () => app.correct(id, null),
    c: () => event.currentTarget.querySelector("input")?.focus(),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
