// All keys, and what each does.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { modal } from "./modal.js";

/**
 * @import { App } from "../app.js"
 * @import { Text } from "../language.js"
 */

/** @type {[string, Text][]} */
const KEYS = [
  ["a", "key.a"],
  ["1 … 5", "key.candidate"],
  ["n", "key.n"],
  ["c", "key.c"],
  ["r", "key.r"],
  ["l", "key.l"],
  ["u, Ctrl Z", "key.u"],
  ["x", "key.x"],
  ["← →", "key.arrows"],
  ["Esc", "key.esc"],
  ["/", "key.search"],
  ["?", "key.help"],
];

/** @param {App} app */
export function helpView(app) {
  if (!app.isHelping) return nothing;
  return html`
    <dialog ${modal()} class="question" aria-labelledby="help" @cancel=${() => app.help(false)}>
      <h2 id="help">${t("keys")}</h2>
      <dl class="keys">${KEYS.map(([key, text]) => html`<dt><kbd>${key}</kbd></dt><dd>${t(text)}</dd>`)}</dl>
      <div class="buttons"><button type="button" autofocus @click=${() => app.help(false)}>${t("close")}</button></div>
    </dialog>
  `;
}
