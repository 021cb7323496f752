// What could not be sent or answered, and why; by reason, since it is often one for many.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { isFailed } from "../results.js";
import { count, files, mayPass, photos } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { BatchDocument, RefusedDocument } from "../documents.js"
 * @import { Feed } from "../feed.js"
 * @import { Results } from "../results.js"
 *
 * @typedef {{ name: string, code: string, detail: string }} Problem
 */

const NAMES = 500; // shown of one reason: the export has all
const LEFT_OUT = "left-out";

/**
 * @param {App} app
 * @param {Feed} feed
 * @param {BatchDocument} batch
 */
export function unansweredView(app, feed, batch) {
  const failed = batch.counts.failed ? failures(feed.results) : [];
  const { refused, leftOut } = parted(feed.refused.all);
  const stuck = isStuck(app, batch);
  if (!refused.length && !leftOut.length && !failed.length && !stuck) return nothing;
  const retryable = failed.filter(({ code }) => mayPass(code)).length;
  return html`
    <section class="problems" aria-label="Problems">
      ${stuck ? goOn(app) : nothing}
      ${byReason("refused", refused)} ${byReason("failed", failed)}
      ${retryable
        ? html`<button type="button" @click=${() => app.retry()}>Try ${photos(retryable)} again</button>`
        : nothing}
      ${leftOut.length ? leftOutView(leftOut, batch.left_out) : nothing}
    </section>
  `;
}

const failures = (/** @type {Results} */ results) =>
  results.all().filter(isFailed).map(({ name, error }) => ({ name, code: error.code, detail: error.detail }));

/** @type {{ all: RefusedDocument[], refused: Problem[], leftOut: Problem[] }} */
let memory = { all: [], refused: [], leftOut: [] };

/** @param {RefusedDocument[]} all */
function parted(all) {
  if (memory.all !== all) {
    const refused = all.filter(({ code }) => code !== LEFT_OUT);
    memory = { all, refused, leftOut: all.filter(({ code }) => code === LEFT_OUT) };
  }
  return memory;
}

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
 * A code has one detail mostly: it stands above the names then, and beside each of them otherwise.
 * @param {string} word
 * @param {Problem[]} problems
 */
function byReason(word, problems) {
  /** @type {Map<string, Problem[]>} */
  const groups = new Map();
  for (const problem of problems) {
    const group = groups.get(problem.code);
    if (group) group.push(problem);
    else groups.set(problem.code, [problem]);
  }
  return [...groups].map(([code, group]) => {
    const isOne = group.every(({ detail }) => detail === group[0].detail);
    const why = (isOne && group[0].detail) || `${code.replaceAll("-", " ")}.`;
    return html`
      <details>
        <summary>${files(group.length)} ${word}: ${why}</summary>
        ${names(group, group.length, !isOne)}
      </details>
    `;
  });
}

/**
 * @param {Problem[]} known
 * @param {number} number
 */
function leftOutView(known, number) {
  return html`
    <details class="left-out">
      <summary>${files(number)} left out: what systems leave beside photos, or no photo by its kind.</summary>
      ${names(known, number, true)}
    </details>
  `;
}

/**
 * @param {Problem[]} known
 * @param {number} number there are
 * @param {boolean} reasons
 */
function names(known, number, reasons) {
  const shown = known.slice(0, NAMES);
  return html`
    <ul>${shown.map(({ name, detail }) => html`<li>${name}${reasons ? html` <em>${detail}</em>` : nothing}</li>`)}</ul>
    ${number > shown.length ? html`<p>and ${count(number - shown.length)} more: the export has all</p>` : nothing}
  `;
}
