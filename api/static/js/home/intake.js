// Where photos come in: dropped, chosen, or taken.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { fromDrop, fromInput } from "../upload/chosen.js";

/**
 * @import { App } from "../app.js"
 * @import { Change, Within } from "../events.js"
 */

/**
 * `compact`: for a batch that has photos already.
 * @param {App} app
 */
export function intakeView(app, { compact = false } = {}) {
  const choose = (/** @type {Change} */ event) => {
    app.send(fromInput(event.target.files));
    event.target.value = ""; // the same choice again is a choice
  };
  return html`
    <section class=${compact ? "intake compact" : "intake"} aria-label=${t("intake")}
      @dragover=${over} @dragleave=${leave} @drop=${(/** @type {Within<DragEvent>} */ event) => drop(event, app)}>
      ${compact ? "" : html`<p class="hint">${t("intake.drop")}</p>`}
      <div class="buttons">
        ${input(t("intake.photos"), choose, { multiple: true })}
        ${input(t("intake.folder"), choose, { folder: true })}
        ${input(t("intake.take"), choose, { capture: true, accept: "image/*" })}
      </div>
      <label class="check">
        <input type="checkbox" .checked=${app.shrink}
          @change=${(/** @type {Change} */ { target }) => app.setShrink(target.checked)}>
        ${t("intake.shrink", { pixels: 1280 })}
      </label>
    </section>
  `;
}

/**
 * A file input that looks like a button and is reached by keyboard as one.
 * @param {string} label
 * @param {(event: Change) => void} choose
 * @param {{ multiple?: boolean, folder?: boolean, capture?: boolean, accept?: string }} kind
 */
function input(label, choose, { multiple = false, folder = false, capture = false, accept = "" }) {
  return html`
    <label class=${`button ${folder ? "folder" : ""} ${capture ? "capture" : ""}`}>
      ${label}
      <input type="file" class="unseen" ?multiple=${multiple} ?webkitdirectory=${folder}
        accept=${accept} capture=${capture ? "environment" : nothing} @change=${choose}>
    </label>
  `;
}

/** @param {Within<DragEvent>} event */
function over(event) {
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  event.currentTarget.classList.add("over");
}

const leave = (/** @type {Within<DragEvent>} */ event) => event.currentTarget.classList.remove("over");

/**
 * @param {Within<DragEvent>} event
 * @param {App} app
 */
async function drop(event, app) {
  event.preventDefault();
  leave(event);
  if (!event.dataTransfer) return;
  const found = fromDrop(event.dataTransfer);
  app.tell(t("intake.reading"));
  app.send(await found);
}
