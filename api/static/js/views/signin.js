// Where a browser without a key comes first.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";

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
      <h1><img src="static/icon.svg" alt="" width="40" height="40"> Which bird is it?</h1>
      ${app.session.refused
        ? html`<p class="notice" role="alert">This server does not know that key, or it was revoked.</p>`
        : nothing}
      <form @submit=${submit}>
        <label for="key">Your key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" spellcheck="false" required>
        <button type="submit">Sign in</button>
      </form>
      <p>The address that <code>scripts/up</code> prints signs this browser in by itself; so does its QR code.
        A further key: <code>birds key create NAME</code>.</p>
    </main>
  `;
}
