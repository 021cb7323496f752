// Asks before something is done that can't be undone.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { modal } from "./modal.js";

/** @import { App } from "../app.js" */

/** @param {App} app */
export function questionView(app) {
  if (!app.question) return nothing;
  return html`
    <dialog ${modal()} class="question" aria-labelledby="question" @cancel=${() => app.answer(false)}>
      <p id="question">${app.question.text}</p>
      <div class="buttons">
        <button type="button" class="quiet" @click=${() => app.answer(false)}>${t("cancel")}</button>
        <button type="button" class="danger" @click=${() => app.answer(true)}>${app.question.yes}</button>
      </div>
    </dialog>
  `;
}
