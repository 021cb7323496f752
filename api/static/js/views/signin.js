// Where a browser without a key comes first.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";

/** @import { App } from "../app.js" */

/** @param {App} app */
export function signInView(app) {
  const submit = (/** @type {SubmitEvent & { target: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const key = String(new FormData(event.target).get("key"));
    if (key.trim()) app.signIn(key);
  };
  return html`
    <main class="sign-in">
      <h1><img src="static/icon.svg" alt="" width="40" height="40"> ${t("home.title")}</h1>
      ${app.session.refused ? html`<p class="notice" role="alert">${t("sign-in.refused")}</p>` : nothing}
      <form @submit=${submit}>
        <label for="key">${t("sign-in.key")}</label>
        <input id="key" name="key" type="password" autocomplete="current-password" spellcheck="false" required>
        <button type="submit">${t("sign-in")}</button>
      </form>
      <p>${t("sign-in.hint", { up: "scripts/up", create: "birds key create" })}</p>
    </main>
  `;
}
