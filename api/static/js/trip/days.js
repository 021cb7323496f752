// A trip from its first photo to its last, with a scrubber over time.

import { html } from "../../vendor/lit-html/lit-html.js";
import { galleryView, photoAt, topOf } from "../gallery/gallery.js";
import { t } from "../language.js";
import { styled } from "../styled.js";
import { dayOf, photos, timeOf } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { AnsweredResult } from "../documents.js"
 * @import { Change } from "../events.js"
 * @import { Group } from "./look.js"
 * @import { Trip } from "./trip.js"
 */

/**
 * @param {App} app
 * @param {Trip} trip
 */
export function daysView(app, trip) {
  const { groups } = trip;
  const gallery = document.querySelector(".gallery");
  const below = gallery ? Math.max(stickyHeight() - gallery.getBoundingClientRect().top, 0) : 0;
  const { number, result, count } = photoAt(trip, below);
  const scrub = (/** @type {Change} */ { target }) => scrollToPhoto(trip, target.valueAsNumber);
  return html`
    <section class="scrubber" aria-label=${t("days.scrubber")}>
      <div class="days">${groups.map((group) => dayButton(trip, group, count))}</div>
      <input type="range" min="0" max=${Math.max(count - 1, 0)} .value=${String(number)} @input=${scrub}
        aria-label=${t("days.scrubber")} aria-valuetext=${momentOf(result)}>
      <output>${momentOf(result)}</output>
    </section>
    ${galleryView(app, trip)}
  `;
}

/**
 * As wide as its share of the photos.
 * @param {Trip} trip
 * @param {Group} group
 * @param {number} all photos
 */
function dayButton(trip, { title, results }, all) {
  const first = () => trip.groups.slice(0, trip.groups.findIndex((one) => one.title === title))
    .reduce((sum, group) => sum + group.results.length, 0);
  return html`
    <button type="button" class="quiet" title=${`${title} · ${photos(results.length)}`} ${styled({ "flex-grow": String(results.length / all) })}
      @click=${() => scrollToPhoto(trip, first())}><span>${title}</span></button>
  `;
}

/** @param {AnsweredResult | undefined} result */
const momentOf = (result) => (result ? [dayOf(result), timeOf(result)].filter(Boolean).join(", ") || t("no-date") : "");

/**
 * @param {Trip} trip
 * @param {number} number of the photo
 */
function scrollToPhoto(trip, number) {
  const gallery = document.querySelector(".gallery");
  if (!gallery) return;
  const top = gallery.getBoundingClientRect().top + scrollY + topOf(trip, number);
  scrollTo({ top: top - stickyHeight(), behavior: "instant" });
}

/** What stays on top of the window, over the gallery. */
const stickyHeight = () =>
  [".sticky", ".scrubber"].reduce((sum, name) => sum + (document.querySelector(name)?.clientHeight ?? 0), 0);
