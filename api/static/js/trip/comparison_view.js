// Which model answered, another try by the active one, and where two models differ.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { photoAddress } from "../router.js";
import { modal } from "../views/modal.js";
import { percent } from "../words.js";

/**
 * @import { ComparisonDocument, DifferenceDocument, SaidDocument } from "../documents.js"
 * @import { Comparison } from "./comparison.js"
 * @import { Trip } from "./trip.js"
 */

/** @param {Trip} trip */
export function comparisonView(trip) {
  const { comparison } = trip;
  if (!comparison.isOpen) return nothing;
  const model = trip.summary.document?.model;
  return html`
    <dialog ${modal()} class="question comparison" aria-labelledby="comparison" @cancel=${() => comparison.close()}>
      <h2 id="comparison">${t("compare.title")}</h2>
      <p>${model ? t("compare.answered-by", { model }) : nothing}</p>
      ${comparison.models.length ? again(comparison, model) : html`<p class="loading">${t("loading")}</p>`}
      ${comparison.models.length > 1 ? chooser(comparison, model ?? "") : nothing}
      ${comparison.document ? found(trip, comparison.document) : nothing}
      <div class="buttons"><button type="button" class="quiet" autofocus @click=${() => comparison.close()}>${t("close")}</button></div>
    </dialog>
  `;
}

/**
 * @param {Comparison} comparison
 * @param {string | null | undefined} model
 */
function again(comparison, model) {
  const { active } = comparison;
  if (!active || active === model) return html`<p class="when">${t("compare.same")}</p>`;
  return html`
    <button type="button" @click=${() => comparison.answerAgain()}>${t("compare.again", { model: active })}</button>
  `;
}

/**
 * @param {Comparison} comparison
 * @param {string} model
 */
function chooser(comparison, model) {
  const compare = (/** @type {SubmitEvent & { target: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    comparison.compare(String(form.get("a")), String(form.get("b")));
  };
  const other = comparison.models.find((one) => one !== model) ?? "";
  return html`
    <form @submit=${compare}>
      ${select(comparison, "a", comparison.pair?.[0] ?? other)} ${select(comparison, "b", comparison.pair?.[1] ?? model)}
      <button type="submit" class="quiet">${t("compare")}</button>
    </form>
  `;
}

/**
 * @param {Comparison} comparison
 * @param {"a" | "b"} name
 * @param {string} chosen
 */
const select = ({ models }, name, chosen) => html`
  <label>${t(`compare.${name}`)}
    <select name=${name}>${models.map((one) => html`<option ?selected=${one === chosen}>${one}</option>`)}</select></label>
`;

/**
 * @param {Trip} trip
 * @param {ComparisonDocument} document
 */
function found(trip, { photos, same, agreement, reviewed, a, b, differing }) {
  if (!photos) return html`<p>${t("compare.nothing")}</p>`;
  return html`
    <p>${t("compare.agree", { same, count: photos, share: percent(agreement ?? 0) })}</p>
    ${reviewed ? html`<p>${t("compare.right", {
      count: reviewed, a: a.model, b: b.model, shareA: percent(a.share ?? 0), shareB: percent(b.share ?? 0),
    })}</p>` : nothing}
    <ul class="found">${differing.map((one) => difference(trip, one))}</ul>
  `;
}

/**
 * @param {Trip} trip
 * @param {DifferenceDocument} one
 */
function difference(trip, { photo_id: id, name, label, a, b }) {
  return html`
    <li><a href=${photoAddress(trip.id, "photos", id)} @click=${() => trip.comparison.close()}>${name}</a>
      ${said(a)} → ${said(b)} ${label ? html`<strong>${t("photo.said")} ${label}</strong>` : nothing}</li>
  `;
}

/** @param {SaidDocument} one */
const said = ({ species, probability }) => `${species} ${percent(probability)}`;
