// One batch: what is on its way, what went wrong, and the gallery.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { galleryView } from "../gallery/gallery.js";
import { intakeView } from "./intake.js";
import { photoView } from "./photo.js";
import { unansweredView } from "./unanswered.js";
import { progressView } from "./progress.js";
import { toolbarView } from "./toolbar.js";

/**
 * @import { App } from "../app.js"
 * @import { BatchDocument } from "../documents.js"
 */

const FORMATS = {
  csv: "CSV",
  jsonl: "JSON Lines",
  parquet: "Parquet",
  ebird: "eBird",
  inaturalist: "iNaturalist",
  megadetector: "MegaDetector",
  "camtrap-dp": "Camtrap DP",
  dwca: "Darwin Core",
  "label-studio": "Label Studio",
  "coco-camera-traps": "COCO",
};

/** @param {App} app */
export function batchView(app) {
  const { feed } = app;
  const batch = feed?.batch;
  if (!batch) return html`<p class="loading">${feed?.problem?.message ?? "Loading …"}</p>`;
  return html`
    ${header(app, batch)}
    ${progressView(app, feed, batch)}
    ${batch.state === "open" ? intakeView(app, { compact: true }) : nothing}
    ${unansweredView(app, feed, batch)}
    ${feed.results.size ? html`${toolbarView(app, feed)} ${galleryView(app)}` : nothing}
    ${photoView(app, feed)}
  `;
}

/**
 * @param {App} app
 * @param {BatchDocument} batch
 */
function header(app, batch) {
  return html`
    <div class="batch-header">
      <h1>${batch.name ?? "Without a name"}</h1>
      <div class="buttons">
        <details class="menu">
          <summary class="button quiet">Export</summary>
          <div>
            ${Object.entries(FORMATS).map(
              ([format, label]) => html`
                <button type="button" class="quiet" @click=${() => app.download(batch, format)}>${label}</button>
              `,
            )}
          </div>
        </details>
        <button type="button" class="quiet" @click=${() => app.askToDelete(batch)}>Delete</button>
      </div>
    </div>
  `;
}
