// Which view is shown.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { homeView } from "../home/home.js";
import { searchBox, searchView } from "../home/search_view.js";
import { t } from "../language.js";
import { lifeView } from "../life/view.js";
import { modelsView } from "../models/view.js";
import { homeAddress, lifeAddress, modelsAddress } from "../router.js";
import { tripView } from "../trip/view.js";
import { helpView } from "./help.js";
import { questionView } from "./question.js";
import { signInView } from "./signin.js";

/** @import { App } from "../app.js" */

const VIEWS = { home: homeView, trip: tripView, life: lifeView, models: modelsView, search: searchView };

/** @param {App} app */
export function page(app) {
  if (!app.session.key) return signInView(app);
  const { share } = app.session;
  return html`
    <header class="top">
      <a class="home" href=${homeAddress}><img src="static/icon.svg" alt="" width="28" height="28">Birds</a>
      ${share ? html`<span class="shared">${t("share.guest")}</span>` : searchBox(app)}
      <nav aria-label=${t("nav")}>
        ${share
          ? nothing
          : html`${link(app, "life", lifeAddress, t("life"))} ${link(app, "models", modelsAddress, t("models"))}`}
        <details class="menu">
          <summary class="button quiet" aria-label=${t("menu")}>⋯</summary>
          <div>
            <button class="quiet" type="button" @click=${() => app.help(true)}>${t("keys")}</button>
            <a class="button quiet" href="docs">${t("docs")}</a>
            <button class="quiet" type="button" @click=${() => app.signOut()}>${t("sign-out")}</button>
          </div>
        </details>
      </nav>
    </header>
    <main>
      ${app.notice ? html`<p class="notice" role="alert">${app.notice}</p>` : nothing}
      ${VIEWS[app.place.view](app)}
    </main>
    ${questionView(app)} ${helpView(app)}
  `;
}

/**
 * @param {App} app
 * @param {string} view
 * @param {string} address
 * @param {string} label
 */
const link = (app, view, address, label) =>
  html`<a href=${address} aria-current=${app.place.view === view ? "page" : nothing}>${label}</a>`;
