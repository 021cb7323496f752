// Keys that mean the same wherever one is.

import { checkKeys } from "./check/keys.js";
import { focusOn } from "./focus.js";

/** @import { App } from "./app.js" */
/** @import { Trip } from "./trip/trip.js" */

/**
 * Whether a key belongs to what somebody types, or to the browser.
 * @param {KeyboardEvent} event
 */
export function isTyped({ target, ctrlKey, metaKey, altKey }) {
  return ctrlKey || metaKey || altKey || isField(target);
}

/** @param {EventTarget | null} target */
const isField = (target) => target instanceof Element && target.matches("input:not([type=range]), select, textarea");

/**
 * @param {KeyboardEvent} event
 * @param {App} app
 */
export function globalKeys(event, app) {
  if (!app.session.key || isField(event.target)) return;
  const { trip } = app;
  const isUndo = event.key === "u" || (event.key === "z" && (event.ctrlKey || event.metaKey));
  if (isUndo && trip && !trip.isGuest && !(event.key === "u" && isTyped(event))) {
    event.preventDefault();
    trip.undo();
  }
  if (isTyped(event)) return;
  if (event.key === "?") app.help(true);
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "/") focusOn(event, ".search input");
  if (trip?.place.tab === "check" && !trip.isGuest) return checkKeys(event, trip.check);
  if (trip?.selection.size) ofSelection(event, trip);
}

/**
 * @param {KeyboardEvent} event
 * @param {Trip} trip
 */
function ofSelection(event, { selection }) {
  if (event.key === "a") selection.accept();
  if (event.key === "n") selection.sayNotABird();
  if (event.key === "c") focusOn(event, ".selection .change");
  if (event.key === "Escape") selection.clear();
}
