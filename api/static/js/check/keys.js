// One key for each answer.

import { focusOn } from "../focus.js";

/** @import { Check } from "./check.js" */

/**
 * @param {KeyboardEvent} event
 * @param {Check} check
 */
export function checkKeys(event, check) {
  const place = Number(event.key) - 1;
  if (place >= 0 && place < 5) check.sayCandidate(place);
  const act = ACTS[event.key];
  if (!act) return;
  event.preventDefault();
  act(check, event);
}

/** @type {Record<string, (check: Check, event: KeyboardEvent) => unknown>} */
const ACTS = {
  a: (check) => check.accept(),
  n: (check) => check.sayNotABird(),
  l: (check) => check.later(),
  r: (check) => check.sayLastAgain(),
  c: (_, event) => focusOn(event, ".facts .change"),
  ArrowLeft: (check) => check.step(-1),
  ArrowRight: (check) => check.step(1),
  ArrowUp: (check) => check.stepFrame(-1),
  ArrowDown: (check) => check.stepFrame(1),
};
