// Who else may look at a trip, and the link to give away.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { modal } from "../views/modal.js";
import { at } from "../words.js";

/**
 * @import { KeyDocument } from "../documents.js"
 * @import { Shares } from "./shares.js"
 * @import { Trip } from "./trip.js"
 */

const DAYS = [7, 30, 365, 0];

/** @param {Trip} trip */
export function sharesView({ shares }) {
  if (!shares.isOpen) return nothing;
  const make = (/** @type {SubmitEvent & { target: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    shares.make(String(form.get("person")), Number(form.get("days")));
  };
  return html`
    <dialog ${modal()} class="question shares" aria-labelledby="shares" @cancel=${() => shares.close()}>
      <h2 id="shares">${t("share.title")}</h2>
      <p>${t("share.what")}</p>
      <form @submit=${make}>
        <label>${t("share.person")} <input name="person" maxlength="200" autocomplete="off"></label>
        <label>${t("share.days")}
          <select name="days">${DAYS.map((days) => html`<option value=${days}>${lifetime(days)}</option>`)}</select>
        </label>
        <button type="submit">${t("share.make")}</button>
      </form>
      ${shares.link ? linkView(shares.link) : nothing}
      ${shares.all.length ? html`<ul>${shares.all.map((key) => shareRow(shares, key))}</ul>` : nothing}
      <div class="buttons"><button type="button" class="quiet" @click=${() => shares.close()}>${t("close")}</button></div>
    </dialog>
  `;
}

const lifetime = (/** @type {number} */ days) => (days ? t("share.for-days", { count: days }) : t("share.forever"));

/** @param {string} link */
function linkView(link) {
  return html`
    <label class="link">${t("share.link")}
      <input readonly value=${link} @focus=${(/** @type {{ target: HTMLInputElement }} */ { target }) => target.select()}>
    </label>
    ${navigator.clipboard
      ? html`<button type="button" class="quiet" @click=${() => navigator.clipboard.writeText(link)}>${t("copy")}</button>`
      : nothing}
  `;
}

/**
 * @param {Shares} shares
 * @param {KeyDocument} key
 */
function shareRow(shares, key) {
  const until = key.expires_at ? t("share.until", { time: at(key.expires_at) }) : t("share.forever");
  const name = key.person ?? key.begins_with;
  return html`
    <li>${name} <span class="when">${until}</span>
      <button type="button" class="quiet" aria-label=${t("share.end-of", { name })} @click=${() => shares.end(key.id)}>
        ${t("share.end")}</button></li>
  `;
}
