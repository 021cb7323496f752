// The first view: a place for photos, and the trips there are.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { waitingFor } from "../api.js";
import { t } from "../language.js";
import { batchAddress } from "../router.js";
import { at, photos } from "../words.js";
import { intakeView } from "./intake.js";

/**
 * @import { App } from "../app.js"
 * @import { BatchDocument, BatchState } from "../documents.js"
 * @import { Text } from "../language.js"
 */

/** @type {Record<BatchState, Text>} */
const STATES = { open: "state.open", closed: "state.closed", finished: "state.finished" };

/** @param {App} app */
export function homeView(app) {
  const { all } = app.trips;
  return html`
    <h1>${t("home.title")}</h1>
    ${intakeView(app)}
    <section aria-labelledby="batches">
      <h2 id="batches">${t("trips")}</h2>
      ${all === null ? html`<p class="loading">${t("loading")}</p>` : tripList(app, all)}
    </section>
  `;
}

/**
 * @param {App} app
 * @param {BatchDocument[]} batches
 */
function tripList(app, batches) {
  if (!batches.length) return html`<p>${t("trips.none")}</p>`;
  return html`
    <ul class="batches">
      ${repeat(batches, (batch) => batch.id, (batch) => tripRow(app, batch))}
    </ul>
    ${app.trips.nextCursor
      ? html`<button type="button" class="quiet" @click=${app.loadOlderTrips}>${t("trips.older")}</button>`
      : nothing}
  `;
}

/**
 * @param {App} app
 * @param {BatchDocument} batch
 */
function tripRow(app, batch) {
  const { accepted, done, failed } = batch.counts;
  const name = batch.name ?? t("trip.nameless");
  const isFinished = batch.state === "finished";
  return html`
    <li>
      <a href=${batchAddress(batch.id)}>${name}</a>
      <span class="when">${at(batch.created_at)}</span>
      <span class="state">
        ${isFinished
          ? photos(accepted)
          : t("trips.progress", { state: t(STATES[batch.state]), done: done + failed, photos: photos(accepted) })}${failed
          ? html`, <strong>${t("count.failed", { count: failed })}</strong>`
          : nothing}${batch.refused ? html`, <strong>${t("count.refused", { count: batch.refused })}</strong>` : nothing}
        ${batch.waiting_for ? html`<span class="alert">${waitingFor(batch)}</span>` : nothing}
      </span>
      <progress aria-label=${t("trips.answered-of", { name })} max=${accepted || 1} .value=${done + failed}
        ?hidden=${isFinished}></progress>
      <button type="button" class="quiet" @click=${() => app.askToDelete(batch)}
        aria-label=${t("delete.what", { name })}>${t("delete")}</button>
    </li>
  `;
}
