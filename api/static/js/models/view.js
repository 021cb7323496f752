// The models: what each can name, how good it was measured, under which licence.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { at, decimal, percent } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { EngineDocument, ModelDocument, ShadowDocument, Species } from "../documents.js"
 * @import { Text } from "../language.js"
 */

/** @type {Record<string, Text>} what trainers measure, as far as there are plain words for it */
const MEASURES = {
  test_macro_f1: "models.test-macro-f1",
  test_accuracy: "models.test-accuracy",
  test_top5: "models.test-top5",
  test_calibration_error: "models.test-calibration-error",
  birds_called_birds: "models.birds-called-birds",
  others_called_birds: "models.others-called-birds",
  photos_of_others: "models.photos-of-others",
};

/** @param {App} app */
export function modelsView(app) {
  const { all, species, shadow } = app.models;
  return html`
    <h1>${t("models")}</h1>
    ${shadow ? shadowLine(shadow) : nothing}
    ${all
      ? html`<ul class="models">${all.map((model) => modelCard(app, model, model.active ? species : []))}</ul>`
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
 * @param {App} app
 * @param {ModelDocument} model
 * @param {Species[]} species
 */
function modelCard(app, model, species) {
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
        ${model.engines.length ? html`<dt>${t("models.run-by")}</dt><dd>${model.engines.map((one) => html`<div>${engineText(one)}</div>`)}</dd>` : nothing}
        ${Object.entries(metrics).map(([name, value]) => measure(name, value))}
      </dl>
      ${species.length ? classes(species) : nothing}
      ${model.card ? html`<details><summary>${t("models.card")}</summary><pre class="card-text">${model.card}</pre></details>` : nothing}
      ${model.active || model.problem
        ? nothing
        : html`<button type="button" class="quiet" @click=${() => askToPromote(app, model)}>${t("models.promote")}</button>`}
    </li>
  `;
}

/** @param {EngineDocument} engine */
function engineText({ engine, told_at: told, photos_per_s: speed }) {
  const time = at(told);
  if (speed === null) return t("models.engine", { engine, time });
  return t("models.engine-speed", { engine, time, speed: decimal(speed, speed < 10 ? 1 : 0) });
}

/**
 * @param {string} name
 * @param {number} value a share, or a count
 */
function measure(name, value) {
  const text = MEASURES[name];
  const isShare = text && value <= 1 && name !== "photos_of_others";
  const shown = isShare ? percentOf(value) : decimal(value, Number.isInteger(value) ? 0 : 3);
  return html`<dt>${text ? t(text) : name.replaceAll("_", " ")}</dt><dd>${shown}</dd>`;
}

/** Near the whole, tenths of a percent tell. */
const percentOf = (/** @type {number} */ share) => t("percent", { value: Math.round(1000 * share) / 10 });

/**
 * @param {App} app
 * @param {ModelDocument} model
 */
function askToPromote(app, { name, version, source }) {
  app.ask({
    text: t("models.promote-question", { model: `${name}@${version}` }),
    yes: t("models.promote"),
    act: () => app.models.promote(source),
  });
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
