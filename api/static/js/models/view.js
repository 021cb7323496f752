// The models: what each can name, how good it was measured, under which licence.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { at, decimal, percent } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { ModelDocument, ShadowDocument, Species } from "../documents.js"
 */

/** @param {App} app */
export function modelsView(app) {
  const { all, species, shadow } = app.models;
  return html`
    <h1>${t("models")}</h1>
    ${shadow ? shadowLine(shadow) : nothing}
    ${all
      ? html`<ul class="models">${all.map((model) => modelCard(model, model.active ? species : []))}</ul>`
      : html`<p class="loading">${t("loading")}</p>`}
    ${all?.length === 0 ? html`<p>${t("models.none")}</p>` : nothing}
  `;
}

/** @param {ShadowDocument} shadow */
function shadowLine({ reference, model, every, failure, photos, active, candidate, verdict }) {
  const name = model ?? reference;
  return html`
    <p class="shadow">
      ${t("models.shadow", { name, every })}
      ${failure ? t("models.shadow.failed") : nothing}
      ${photos
        ? html`${t("models.shadow.right", { count: photos, active: percent(active.share ?? 0), candidate: percent(candidate.share ?? 0) })}
            ${t(`models.shadow.${verdict}`)}`
        : nothing}
    </p>
  `;
}

/**
 * @param {ModelDocument} model
 * @param {Species[]} species
 */
function modelCard(model, species) {
  const { metrics } = model;
  return html`
    <li>
      <h2>${model.name}@${model.version} ${model.active ? html`<strong class="new">${t("models.active")}</strong>` : nothing}</h2>
      ${model.problem ? html`<p class="notice">${model.problem}</p>` : nothing}
      <dl>
        <dt>${t("models.species")}</dt><dd>${t("strip.species", { count: model.species })}</dd>
        <dt>${t("models.source")}</dt><dd><code>${model.source}</code></dd>
        <dt>${t("models.license")}</dt><dd>${model.license ?? t("models.license-unknown")}</dd>
        ${model.registered_at ? html`<dt>${t("models.since")}</dt><dd>${at(model.registered_at)}</dd>` : nothing}
        ${Object.entries(metrics).map(([name, value]) => html`<dt>${name.replaceAll("_", " ")}</dt><dd>${decimal(value, Number.isInteger(value) ? 0 : 3)}</dd>`)}
      </dl>
      ${species.length ? classes(species) : nothing}
    </li>
  `;
}

/** @param {Species[]} species */
function classes(species) {
  return html`
    <details>
      <summary>${t("models.classes", { count: species.length })}</summary>
      <ul class="classes">
        ${species.map((one) => html`<li>${one.species} ${one.scientific_name ? html`<i>${one.scientific_name}</i>` : nothing}</li>`)}
      </ul>
    </details>
  `;
}
