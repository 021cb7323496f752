// Which view is shown.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { homeAddress } from "../router.js";
import { batchView } from "./batch.js";
import { homeView } from "./home.js";
import { questionView } from "./question.js";
import { signInView } from "./signin.js";

/** @import { App } from "../app.js" */

/** @param {App} app */
export function page(app) {
  if (!app.session.key) return signInView(app);
  return html`
    <header class="top">
      <a class="home" href=${homeAddress}><img src="static/icon.svg" alt="" width="28" height="28">Birds</a>
      <nav aria-label="More">
        <a href="docs">Interface</a>
        <button class="quiet" type="button" @click=${() => app.signOut()}>Sign out</button>
      </nav>
    </header>
    <main>
      ${app.notice ? html`<p class="notice" role="alert">${app.notice}</p>` : nothing}
      ${app.place.batch ? batchView(app) : homeView(app)}
    </main>
    ${questionView(app)}
  `;
}
