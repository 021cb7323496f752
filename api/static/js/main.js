// The page's composition root: state in, view out, at most once a frame.

import { render } from "../vendor/lit-html/lit-html.js";
import { App } from "./app.js";
import "./gallery/picture.js";
import { page } from "./views/page.js";

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
    if (app.feed?.loaded) markShown(app.feed.id);
  });
}

/**
 * For whoever measures: when all that was there of a batch is in the page.
 * @param {string} batchId
 */
function markShown(batchId) {
  const name = "birds:shown";
  const marks = /** @type {PerformanceMark[]} */ (performance.getEntriesByName(name));
  if (marks.some(({ detail }) => detail === batchId)) return;
  performance.mark(name, { detail: batchId });
}

const app = new App(changed);
app.start();
for (const event of ["scroll", "resize"]) addEventListener(event, changed, { passive: true });
