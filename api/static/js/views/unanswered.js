// What could not be sent or answered, and why; by reason, since it is often one for many.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { isFailed } from "../results.js";
import { count, mayPass, photos, reason } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { BatchDocument } from "../documents.js"
 * @import { Feed } from "../feed.js"
 * @import { Results } from "../results.js"
 * @import { Refused } from "../upload/refused.js"
 */

const NAMES = 200; // shown of one reason: the export has all

/**
 * @param {App} app
 * @param {Feed} feed
 * @param {BatchDocument} batch
 */
export function unansweredView(app, feed, batch) {
  const refused = app.uploads.refused(feed.id);
  const failed = batch.counts.failed ? failures(feed.results) : [];
  const stuck = isStuck(app, batch);
  if (!refused.length && !failed.length && !stuck) return nothing;
  const retryable = failed.filter(({ code }) => mayPass(code)).length;
  return html`
    <section class="problems" aria-label="Problems">
      ${stuck ? goOn(app) : nothing}
      ${byReason("refused", refused)} ${byReason("failed", failed)}
      ${retryable
        ? html`<button type="button" @click=${() => app.retry()}>Try ${photos(retryable)} again</button>`
        : nothing}
    </section>
  `;
}

const failures = (/** @type {Results} */ results) =>
  results.all().filter(isFailed).map(({ name, error }) => ({ name, code: error.code, detail: error.detail }));

/**
 * Open, and nobody here is sending: its files went with a closed tab, or another program sends them.
 * @type {(app: App, batch: BatchDocument) => boolean}
 */
const isStuck = ({ uploads }, batch) => batch.state === "open" && !uploads.of(batch.id);

/** @param {App} app */
function goOn(app) {
  return html`
    <p>Photos can still come into this batch. Choose the same ones again to go on: what is here is not sent twice.
      <button type="button" class="quiet" @click=${() => app.closeBatch()}>That was all</button></p>
  `;
}

/**
 * @param {string} word
 * @param {Refused[]} problems
 */
function byReason(word, problems) {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const problem of problems) {
    const text = reason(problem.code, problem.detail);
    groups.set(text, [...(groups.get(text) ?? []), problem.name]);
  }
  return [...groups].map(
    ([text, names]) => html`
      <details>
        <summary>${photos(names.length)} ${word}: ${text}</summary>
        <ul>${names.slice(0, NAMES).map((name) => html`<li>${name}</li>`)}</ul>
        ${names.length > NAMES ? html`<p>and ${count(names.length - NAMES)} more</p>` : nothing}
      </details>
    `,
  );
}
