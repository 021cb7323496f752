// What can be said of the photos that are picked, below them; and the rubber band that picks them.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { many } from "../check/audit_view.js";
import { t } from "../language.js";
import { photos } from "../words.js";
import { nameField } from "./name_field.js";

/**
 * @import { App } from "../app.js"
 * @import { Selection } from "./selection.js"
 * @import { Trip } from "./trip.js"
 */

const LEAST = 6; // pixels: less is a click

/**
 * @param {App} app
 * @param {Trip} trip
 */
export function selectionView(app, trip) {
  const { selection } = trip;
  if (trip.isGuest) return nothing;
  if (!selection.size && !selection.isPicking) return offer(app, trip);
  const rest = selection.rest.length;
  return html`
    <section class="selection" aria-label=${t("selection")}>
      <strong role="status">${t("selection.count", { count: selection.size })}</strong>
      <button type="button" ?disabled=${!selection.size} @click=${() => selection.accept()}>${t("accept")} <kbd>a</kbd></button>
      <button type="button" class="quiet" ?disabled=${!selection.size} @click=${() => selection.sayNotABird()}>
        ${t("name.not-a-bird")} <kbd>n</kbd></button>
      ${selection.size ? nameField(trip.names, (taxon) => selection.say(taxon)) : nothing}
      ${selection.size && rest
        ? html`<button type="button" class="quiet" @click=${() => askForRest(app, selection)}>
            ${t("selection.rest", { photos: photos(rest) })}</button>`
        : nothing}
      <button type="button" class="quiet" @click=${() => selection.clear()}>${t("selection.clear")} <kbd>Esc</kbd></button>
    </section>
  `;
}

/**
 * @param {App} app
 * @param {Trip} trip
 */
function offer(app, trip) {
  const { selection } = trip;
  const rest = selection.rest.length;
  return html`
    <p class="buttons">
      <button type="button" class="quiet" @click=${() => selection.pick(true)}>${t("selection.pick")}</button>
      ${rest
        ? html`<button type="button" class="quiet" @click=${() => askForRest(app, selection)}>
            ${t("selection.all", { photos: photos(rest) })}</button> ${many(trip)}`
        : nothing}
    </p>
  `;
}

/**
 * @param {App} app
 * @param {Selection} selection
 */
function askForRest(app, selection) {
  app.ask({
    text: t("selection.question", { photos: photos(selection.rest.length) }),
    yes: t("accept"),
    act: () => (selection.acceptRest(), selection.clear()),
  });
}

/**
 * A rectangle that is drawn over photos picks those that it meets.
 * @param {PointerEvent} down
 * @param {Selection} selection
 */
export function rubberBand(down, selection) {
  const target = /** @type {Element} */ (down.target);
  if (down.pointerType === "touch" || down.button || target.closest("a, button, input")) return;
  const gallery = /** @type {HTMLElement} */ (down.currentTarget);
  const band = document.createElement("div");
  band.className = "rubber-band";
  const before = down.ctrlKey || down.shiftKey ? [...selection.ids] : [];
  const stop = new AbortController();
  const [fromX, fromY] = [down.pageX, down.pageY];
  addEventListener("pointermove", (event) => {
    const [width, height] = [Math.abs(event.pageX - fromX), Math.abs(event.pageY - fromY)];
    if (Math.max(width, height) < LEAST) return;
    if (!band.isConnected) document.body.append(band);
    getSelection()?.removeAllRanges();
    Object.assign(band.style, { left: `${Math.min(fromX, event.pageX)}px`, top: `${Math.min(fromY, event.pageY)}px`,
      width: `${width}px`, height: `${height}px` });
    selection.set([...before, ...met(gallery, band.getBoundingClientRect())]);
  }, { signal: stop.signal });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => (stop.abort(), band.remove()), { signal: stop.signal });
  }
}

/**
 * @param {HTMLElement} gallery
 * @param {DOMRect} band
 */
function met(gallery, band) {
  return [...gallery.querySelectorAll("[data-photo]")]
    .filter((card) => {
      const at = card.getBoundingClientRect();
      return at.left < band.right && at.right > band.left && at.top < band.bottom && at.bottom > band.top;
    })
    .map((card) => /** @type {HTMLElement} */ (card).dataset.photo ?? "");
}
