// The first view: a place for photos, and the batches there are.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { batchAddress } from "../router.js";
import { at, count, photos } from "../words.js";
import { intakeView } from "./intake.js";

/**
 * @import { App } from "../app.js"
 * @import { BatchDocument } from "../documents.js"
 */

const STATES = { open: "taking photos", closed: "being answered", finished: "finished" };

/** @param {App} app */
export function homeView(app) {
  return html`
    <h1>Which bird is it?</h1>
    ${intakeView(app)}
    <section aria-labelledby="batches">
      <h2 id="batches">Batches</h2>
      ${app.batches === null ? html`<p class="loading">Loading …</p>` : batchList(app, app.batches)}
    </section>
  `;
}

/**
 * @param {App} app
 * @param {BatchDocument[]} batches
 */
function batchList(app, batches) {
  if (!batches.length) return html`<p>None yet. Each time you send photos, they become a batch.</p>`;
  return html`
    <ul class="batches">
      ${repeat(batches, (batch) => batch.id, (batch) => batchRow(app, batch))}
    </ul>
    ${app.nextCursor
      ? html`<button type="button" class="quiet" @click=${() => app.loadOlderBatches()}>Show older ones</button>`
      : nothing}
  `;
}

/**
 * @param {App} app
 * @param {BatchDocument} batch
 */
function batchRow(app, batch) {
  const { accepted, done, failed } = batch.counts;
  const name = batch.name ?? "Without a name";
  return html`
    <li>
      <a href=${batchAddress(batch.id)}>${name}</a>
      <span class="when">${at(batch.created_at)}</span>
      <span class="state">
        ${batch.state === "finished" ? nothing : html`${STATES[batch.state]}, ${count(done + failed)} of `}
        ${photos(accepted)}${failed ? html`, <strong>${count(failed)} failed</strong>` : nothing}${
          batch.refused ? html`, <strong>${count(batch.refused)} refused</strong>` : nothing}
      </span>
      <progress aria-label=${`Answered of ${name}`} max=${accepted || 1} .value=${done + failed}
        ?hidden=${batch.state === "finished"}></progress>
      <button type="button" class="quiet" @click=${() => app.askToDelete(batch)} aria-label=${`Delete ${name}`}>
        Delete</button>
    </li>
  `;
}
