// One photo, large, with all that is known of it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { NOT_A_BIRD, isFailed, speciesOf } from "../results.js";
import { at, percent, position, reason, takenAt } from "../words.js";
import { modal } from "./modal.js";

export function photoView(app, groups) {
  const { batch, photo: id } = app.place;
  const result = id && known(app, id);
  if (!result) return nothing;
  const order = groups.flatMap((group) => group.results);
  const steps = neighbours(order, id);
  const step = (to) => to && app.open(to.photo_id);
  return html`
    <dialog ${modal()} class="photo" aria-labelledby="species"
      @cancel=${(event) => (event.preventDefault(), app.closePhoto())}
      @keydown=${(event) => keys(event, app, result, steps, step)}>
      <div class="picture">
        <birds-picture .pictures=${app.pictures} .alt=${result.name}
          .paths=${[`/v1/photos/${id}/image`, `/v1/photos/${id}/thumbnail`]}></birds-picture>
        <button type="button" class="before" aria-label="Photo before" ?disabled=${!steps.before}
          @click=${() => step(steps.before)}>‹</button>
        <button type="button" class="after" aria-label="Next photo" ?disabled=${!steps.after}
          @click=${() => step(steps.after)}>›</button>
      </div>
      <div class="facts">
        <button type="button" class="quiet close" aria-label="Close" @click=${() => app.closePhoto()}>✕</button>
        <h2 id="species">${speciesOf(result) ?? "Failed"}</h2>
        ${isFailed(result) ? html`<p>${reason(result.error.code, result.error.detail)}</p>` : answers(result)}
        ${correction(app, result)} ${facts(result)}
      </div>
    </dialog>
  `;
}

/** From the feed, with what only its own call tells; from there alone while it is not answered yet. */
function known({ feed, details }, id) {
  const own = details?.photo_id === id ? details : null;
  const result = feed.results.get(id);
  if (!result) return own;
  return { corrected_species: null, ...own, ...result };
}

function neighbours(order, id) {
  const index = order.findIndex((one) => one.photo_id === id);
  return { before: order[index - 1] ?? null, after: index < 0 ? null : (order[index + 1] ?? null) };
}

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
              <td><meter min="0" max="1" .value=${probability} aria-hidden="true"></meter> ${percent(probability)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
    ${result.bird_probability === null ? nothing : html`<p>A bird at all: ${percent(result.bird_probability)}</p>`}
  `;
}

function correction(app, result) {
  const { photo_id: id, corrected_species: corrected } = result;
  const species = speciesOf(result);
  const change = (event) => {
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

function facts(result) {
  const { latitude, longitude } = result;
  const place = latitude !== null && latitude !== undefined && position(latitude, longitude);
  const entries = {
    File: result.name,
    Taken: result.taken_at && takenAt(result.taken_at),
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

function keys(event, app, result, steps, step) {
  if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const species = speciesOf(result);
  const act = {
    ArrowLeft: () => step(steps.before),
    ArrowRight: () => step(steps.after),
    a: () => species && app.correct(result.photo_id, species),
    n: () => app.correct(result.photo_id, NOT_A_BIRD),
    u: () => app.correct(result.photo_id, null),
    c: () => event.currentTarget.querySelector(".change").focus(),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
