// The photos of a batch, of which only those in sight are in the page: a virtual list.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { styled } from "../styled.js";
import { t } from "../language.js";
import { photos, shownName } from "../words.js";
import { rubberBand } from "../trip/selection_view.js";
import { cardView, lineView } from "./card.js";
import { inSight, layOut, photosAt } from "./rows.js";

/**
 * @import { App } from "../app.js"
 * @import { AnsweredResult } from "../documents.js"
 * @import { Group } from "../trip/look.js"
 * @import { Trip } from "../trip/trip.js"
 * @import { PhotoRow, Row } from "./rows.js"
 *
 * @typedef {(app: App, trip: Trip, result: AnsweredResult) => unknown} View
 * @typedef {{ rows: Row[], height: number, rowHeight: number, columns: number, count: number }} Laid
 */

// In rem, so that it grows with the reader's letters; page.css has the same gap.
const CARD_REM = 10;
const GAP_REM = 0.75;
const CAPTION_REM = 5.25;
const LINE_REM = 4.5;
const TITLE_REM = 3.5;
const AHEAD = 0.75; // of the window's height, above and below, is in the page already when one scrolls there
const MORE = 0.25; // of that height with each frame, so that after a jump no frame makes more than what is in sight

/**
 * @param {App} app
 * @param {Trip} trip
 */
export function galleryView(app, trip) {
  const isList = trip.look.arrangement === "list";
  const { rows, height, rowHeight, columns, count } = laidOut(trip.groups, isList);
  const top = document.querySelector(".gallery")?.getBoundingClientRect().top ?? 0;
  const { from, to } = drawnAround(app, -top);
  const shown = inSight(rows, from, to);
  const show = isList ? lineView : cardView;
  const sizes = { height: `${height}px`, "--columns": String(columns), "--row": `${rowHeight}px` };
  return html`
    <section class=${isList ? "gallery list" : "gallery"} aria-label=${t("tab.photos")} ${styled(sizes)}
      @pointerdown=${(/** @type {PointerEvent} */ event) => !trip.isGuest && rubberBand(event, trip.selection)}>
      <div class="window" ${styled({ transform: `translateY(${shown[0]?.top ?? 0}px)` })}>
        ${repeat(shown, (row) => row.key, (row) => ("group" in row ? title(row.group) : line(row, (result) => show(app, trip, result), count)))}
      </div>
      ${count ? nothing : html`<p>${t("gallery.none")}</p>`}
    </section>
  `;
}

/** What is in the page, from one height to another below the gallery's top; `ahead` in windows. */
let drawn = { from: 0, to: 0, ahead: 0 };

/**
 * @param {App} app
 * @param {number} height of what is seen topmost
 */
function drawnAround(app, height) {
  const isThere = height < drawn.to && height + innerHeight > drawn.from; // some of it
  const ahead = isThere ? Math.min(drawn.ahead + MORE, AHEAD) : 0;
  drawn = { from: height - ahead * innerHeight, to: height + (1 + ahead) * innerHeight, ahead };
  if (ahead < AHEAD) app.services.changed(); // the rest with the next frames
  return drawn;
}

/** @param {Group} group */
function title({ title, final, results }) {
  const scientific = final?.scientific_name;
  return html`
    <h2>${final ? shownName(final) : title} ${scientific ? html`<i>${scientific}</i>` : nothing}
      <small>${photos(results.length)}</small></h2>
  `;
}

/**
 * @param {PhotoRow} row
 * @param {(result: AnsweredResult) => unknown} show
 * @param {number} count
 */
function line(row, show, count) {
  return html`
    <ul role="list">
      ${repeat(
        row.photos,
        (result) => result.photo_id,
        (result, index) => html`
          <li aria-posinset=${row.first + index + 1} aria-setsize=${count}>${show(result)}</li>
        `,
      )}
    </ul>
  `;
}

/**
 * Where the photo of that number begins, in pixels below the gallery's top.
 * @param {Trip} trip
 * @param {number} number from 0, in the order shown
 */
export function topOf(trip, number) {
  const { rows } = laidOut(trip.groups, trip.look.arrangement === "list");
  const row = rows.findLast((one) => "photos" in one && one.first <= number);
  return row?.top ?? 0;
}

/**
 * The photo that stands at a height, in pixels below the gallery's top: it, its number and how many there are.
 * @param {Trip} trip
 * @param {number} height
 */
export function photoAt(trip, height) {
  const { rows, count } = laidOut(trip.groups, trip.look.arrangement === "list");
  const row = photosAt(rows, height);
  return { number: row?.first ?? 0, result: row?.photos[0], count };
}

/** @type {{ groups: Group[], width: number, rem: number, laid: Laid } | null} */
let memory = null;

/**
 * Laid out anew only when the photos or the room for them have changed.
 * @param {Group[]} groups
 * @param {boolean} isList
 */
function laidOut(groups, isList) {
  const width = document.querySelector("main")?.clientWidth ?? innerWidth;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  if (memory?.groups !== groups || memory.width !== width || memory.rem !== rem) {
    const gap = GAP_REM * rem;
    const columns = isList ? 1 : Math.max(Math.floor((width + gap) / (CARD_REM * rem + gap)), 2);
    const card = (width - (columns - 1) * gap) / columns;
    const rowHeight = isList ? LINE_REM * rem : 0.75 * card + CAPTION_REM * rem + gap;
    const laid = layOut(groups, { columns, photoHeight: rowHeight, titleHeight: TITLE_REM * rem });
    const count = groups.reduce((sum, group) => sum + group.results.length, 0);
    memory = { groups, width, rem, laid: { ...laid, rowHeight, columns, count } };
  }
  return memory.laid;
}
