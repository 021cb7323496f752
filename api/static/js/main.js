// The page's composition root: state in, view out, at most once a frame.

import { render } from "../vendor/lit-html/lit-html.js";
import { App } from "./app.js";
import "./gallery/picture.js";
import { globalKeys } from "./keys.js";
import { chooseLanguage } from "./language.js";
import { page } from "./views/page.js";

await chooseLanguage(navigator.languages);
const root = /** @type {HTMLElement} */ (document.getElementById("page"));
root.replaceChildren();
let drawing = false;

function changed() {
  if (drawing) return;
  drawing = true;
  // Hidden tabs draw no frames, and need none.
  requestAnimationFrame(() => {
    drawing = false;
    render(page(app), root);
    if (app.trip?.isShown) markShown(`${app.trip.id} ${app.place.tab}`);
  });
}

/**
 * For whoever measures: when all that was there of a trip is in the page.
 * @param {string} what
 */
function markShown(what) {
  const name = "birds:shown";
  const marks = /** @type {PerformanceMark[]} */ (performance.getEntriesByName(name));
  if (marks.some(({ detail }) => detail === what)) return;
  performance.mark(name, { detail: what });
}

const app = new App(changed);
app.start();
addEventListener("keydown", (event) => globalKeys(event, app));
for (const event of ["scroll", "resize"]) addEventListener(event, changed, { passive: true });
