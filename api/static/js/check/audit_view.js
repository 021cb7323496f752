// What a few checked photos say of all that would be accepted.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { modal } from "../views/modal.js";
import { duration, percent, photos } from "../words.js";

/**
 * @import { AuditDocument } from "../documents.js"
 * @import { Change } from "../events.js"
 * @import { Trip } from "../trip/trip.js"
 * @import { Audit } from "./audit.js"
 */

const THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99];

/**
 * What opens it.
 * @param {Trip} trip
 */
export const many = ({ audit, isGuest }) =>
  isGuest ? nothing : html`<button type="button" class="quiet" @click=${() => audit.open()}>${t("audit")}</button>`;

/** @param {Audit} audit */
export function auditView(audit) {
  if (!audit.isOpen) return nothing;
  const { document: found } = audit;
  return html`
    <dialog ${modal()} class="question audit" aria-labelledby="audit" @cancel=${() => audit.close()}>
      <h2 id="audit">${t("audit.title")}</h2>
      ${found ? statement(audit, found) : html`<p class="loading">${t("loading")}</p>`}
      <div class="buttons">
        <button type="button" class="quiet" autofocus @click=${() => audit.close()}>${t("cancel")}</button>
        ${found?.to_check
          ? html`<button type="button" class="quiet" @click=${() => audit.check()}>
              ${t("audit.check", { photos: photos(found.to_check) })}</button>`
          : nothing}
        ${found
          ? html`<button type="button" @click=${() => audit.accept()}>
              ${t("audit.accept", { percent: percent(found.threshold) })}</button>`
          : nothing}
      </div>
    </dialog>
  `;
}

/**
 * @param {Audit} audit
 * @param {AuditDocument} found
 */
function statement(audit, found) {
  const { threshold, precision, proposed, left, target } = found;
  const choose = (/** @type {Change<HTMLSelectElement>} */ { target: field }) => audit.from(Number(field.value));
  return html`
    <label>${t("audit.from")}
      <select @change=${choose}>
        ${THRESHOLDS.map((one) => html`<option value=${one} ?selected=${one === threshold}>${percent(one)}</option>`)}
      </select>
    </label>
    <p>${t("audit.photos", { photos: photos(precision.photos) })}</p>
    <p role="status">${precision.checked
      ? t("audit.says", { count: precision.checked, wrong: precision.wrong, low: share(precision.low), high: share(precision.high) })
      : t("audit.unchecked")}</p>
    ${proposed === null ? nothing : html`<p>${t("audit.proposed", { percent: percent(proposed), target: percent(target) })}</p>`}
    <p class="when">${t("audit.left", { count: left.sightings, time: duration(left.seconds) })}</p>
    <p class="when">${t("audit.undo")}</p>
  `;
}

/** Near the whole, tenths of a percent tell. */
const share = (/** @type {number} */ value) => t("percent", { value: Math.round(1000 * value) / 10 });
