// What could not be sent or answered, and why; by reason, since it is often one for many.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { files, mayPass, photos } from "../words.js";
import { reasonOf } from "../words/reasons.js";
import { isFailed } from "./results.js";

/**
 * @import { App } from "../app.js"
 * @import { BatchDocument, RefusedDocument } from "../documents.js"
 * @import { Results } from "./results.js"
 * @import { Trip } from "./trip.js"
 *
 * @typedef {{ name: string, code: string, detail: string }} Problem
 */

const NAMES = 500; // shown of one reason: the export has all
const LEFT_OUT = "left-out";

/**
 * @param {App} app
 * @param {Trip} trip
 * @param {BatchDocument} batch
 */
export function unansweredView(app, trip, batch) {
  const { feed } = trip;
  if (batch.counts.failed) feed.loadFailed(); // names and reasons stand in the answers
  const failed = batch.counts.failed ? failures(feed.results) : [];
  const { refused, leftOut } = parted(feed.refused.all);
  const stuck = !trip.isGuest && isStuck(app, batch);
  if (!refused.length && !leftOut.length && !failed.length && !stuck) return nothing;
  const retryable = failed.filter(({ code }) => mayPass(code)).length;
  return html`
    <section class="problems" aria-label=${t("problems")}>
      ${stuck ? goOn(trip) : nothing}
      ${byReason("problems.refused", refused)} ${byReason("problems.failed", failed)}
      ${retryable && !trip.isGuest
        ? html`<button type="button" @click=${() => trip.retry()}>${t("problems.retry", { photos: photos(retryable) })}</button>`
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

/** @param {Trip} trip */
function goOn(trip) {
  return html`
    <p>${t("problems.open")}
      <button type="button" class="quiet" @click=${() => trip.close()}>${t("problems.all")}</button></p>
  `;
}

/**
 * A code has one detail mostly: it stands above the names then, and beside each of them otherwise.
 * @param {"problems.refused" | "problems.failed"} text
 * @param {Problem[]} problems
 */
function byReason(text, problems) {
  /** @type {Map<string, Problem[]>} */
  const groups = new Map();
  for (const problem of problems) {
    const group = groups.get(problem.code);
    if (group) group.push(problem);
    else groups.set(problem.code, [problem]);
  }
  return [...groups].map(([code, group]) => {
    const isOne = group.every((problem) => reasonOf(problem) === reasonOf(group[0]));
    const why = isOne ? reasonOf(group[0]) : reasonOf({ code, detail: "" });
    return html`
      <details>
        <summary>${t(text, { files: files(group.length), why })}</summary>
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
      <summary>${t("problems.left-out", { files: files(number) })}</summary>
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
    <ul>${shown.map((one) => html`<li>${one.name}${reasons ? html` <em>${reasonOf(one)}</em>` : nothing}</li>`)}</ul>
    ${number > shown.length ? html`<p>${t("problems.more", { count: number - shown.length })}</p>` : nothing}
  `;
}
