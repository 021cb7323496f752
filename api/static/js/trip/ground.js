// What every map stands on: coast lines and a graticule, moved by wheel, hand and buttons.

import { html, svg } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { decimal } from "../words.js";
import { coastLines } from "./coast.js";
import { graticule, projection } from "./map.js";

/**
 * @import { Within } from "../events.js"
 * @import { View } from "./map.js"
 *
 * @typedef {ReturnType<typeof projection>} Projection
 * @typedef {object} Ground
 * @property {View} view
 * @property {number} width pixels
 * @property {number} height
 * @property {(view: View) => void} move
 * @property {() => void} changed once there is more of the coast
 * @property {(latitude: number, longitude: number) => void} [point] where somebody clicks
 */

const STEP = 1.6; // of the buttons, times
const STILL = 4; // pixels: less is a click

/**
 * @param {Ground} ground
 * @param {unknown} above what is drawn on it, as SVG
 */
export function groundView(ground, above) {
  const { view, width, height, changed } = ground;
  const on = projection(view, width, height);
  return html`
    <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="group" aria-label=${t("tab.map")}
      @wheel=${(/** @type {Within<WheelEvent>} */ event) => wheel(event, ground)}
      @pointerdown=${(/** @type {Within<PointerEvent>} */ event) => press(event, ground)}>
      ${lines(on, width, height)}
      <path class="coast" d=${pathOf(coastLines(changed), on)}></path>
      ${above}
    </svg>
  `;
}

/**
 * @param {View} view
 * @param {(view: View) => void} move
 */
export function zoomButtons(view, move) {
  return html`
    <button type="button" class="quiet" aria-label=${t("map.closer")}
      @click=${() => move({ ...view, scale: view.scale * STEP })}>+</button>
    <button type="button" class="quiet" aria-label=${t("map.further")}
      @click=${() => move({ ...view, scale: view.scale / STEP })}>−</button>
  `;
}

/**
 * @param {[number, number][][]} found
 * @param {Projection} on
 */
function pathOf(found, on) {
  return found.map((line) => `M${line.map(([longitude, latitude]) =>
    `${on.x(longitude).toFixed(1)} ${on.y(latitude).toFixed(1)}`).join("L")}`).join("");
}

/**
 * @param {Projection} on
 * @param {number} width
 * @param {number} height
 */
function lines(on, width, height) {
  const step = graticule(on.x(1) - on.x(0));
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  const from = (/** @type {number} */ degrees) => Math.ceil(degrees / step);
  const found = [];
  for (let n = from(on.longitude(0)); n * step <= on.longitude(width); n += 1) {
    const x = on.x(n * step);
    found.push(svg`<path class="graticule" d=${`M${x} 0V${height}`}></path>
      <text class="degrees" x=${x + 3} y=${height - 4}>${decimal(n * step, digits)}°</text>`);
  }
  for (let n = from(on.latitude(height)); n * step <= on.latitude(0); n += 1) {
    const y = on.y(n * step);
    found.push(svg`<path class="graticule" d=${`M0 ${y}H${width}`}></path>
      <text class="degrees" x="3" y=${y - 4}>${decimal(n * step, digits)}°</text>`);
  }
  return found;
}

/**
 * In pixels of the drawing, which may be shown smaller.
 * @param {Within<MouseEvent>} event
 * @param {Ground} ground
 */
function pixel(event, { width, height }) {
  const shown = event.currentTarget.getBoundingClientRect();
  return {
    x: ((event.clientX - shown.left) * width) / shown.width,
    y: ((event.clientY - shown.top) * height) / shown.height,
  };
}

/**
 * What is under the pointer stays there.
 * @param {Within<WheelEvent>} event
 * @param {Ground} ground
 */
function wheel(event, ground) {
  event.preventDefault();
  const { view, width, height, move } = ground;
  const on = projection(view, width, height);
  const times = Math.exp(-event.deltaY / 400);
  const { x, y } = pixel(event, ground);
  const [longitude, latitude] = [on.longitude(x), on.latitude(y)];
  move({
    scale: view.scale * times,
    longitude: longitude + (view.longitude - longitude) / times,
    latitude: latitude + (view.latitude - latitude) / times,
  });
}

/**
 * Drags the map, or points at a place of it.
 * @param {Within<PointerEvent>} down
 * @param {Ground} ground
 */
function press(down, ground) {
  const { view, width, height, move, point } = ground;
  const on = projection(view, width, height);
  const { x, y } = pixel(down, ground);
  const stop = new AbortController();
  let isDragged = false;
  addEventListener("pointermove", (event) => {
    const [across, along] = [event.clientX - down.clientX, event.clientY - down.clientY];
    isDragged ||= Math.max(Math.abs(across), Math.abs(along)) >= STILL;
    if (!isDragged) return;
    move({
      ...view,
      longitude: view.longitude - (on.longitude(across) - on.longitude(0)),
      latitude: view.latitude - (on.latitude(along) - on.latitude(0)),
    });
  }, { signal: stop.signal });
  addEventListener("pointerup", () => {
    stop.abort();
    if (!isDragged) point?.(on.latitude(y), on.longitude(x));
  }, { signal: stop.signal });
  addEventListener("pointercancel", () => stop.abort(), { signal: stop.signal });
}
