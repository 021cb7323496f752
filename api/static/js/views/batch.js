// One batch: what is on its way, what went wrong, and the gallery.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { arranged, filtered } from "../look.js";
import { galleryView } from "../gallery/gallery.js";
import { intakeView } from "./intake.js";
import { photoView } from "./photo.js";
import { problemsView } from "./problems.js";
import { progressView } from "./progress.js";
import { toolbarView } from "./toolbar.js";

const FORMATS = { csv: "CSV", jsonl: "JSON Lines", parquet: "Parquet" };

export function batchView(app) {
  const { feed } = app;
  if (!feed?.batch) return html`<p class="loading">${feed?.problem?.message ?? "Loading …"}</p>`;
  const groups = groupsOf(feed.results, app.look);
  return html`
    ${header(app, feed.batch)}
    ${progressView(app)}
    ${feed.batch.state === "open" ? intakeView(app, { compact: true }) : nothing}
    ${problemsView(app)}
    ${feed.results.size ? html`${toolbarView(app, groups)} ${galleryView(app, groups)}` : nothing}
    ${photoView(app, groups)}
  `;
}

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

let memory = {};

/** The groups to show, made anew only when answers or look have changed. */
function groupsOf(results, look) {
  if (memory.results !== results || memory.version !== results.version || memory.look !== look) {
    const groups = arranged(filtered(results.all(), look), look.arrangement);
    memory = { results, version: results.version, look, groups };
  }
  return memory.groups;
}
