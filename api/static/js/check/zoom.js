// <birds-zoom>: what is in it is enlarged by wheel, pinch or double tap, and moved; a swipe says yes or later.

const MOST = 12;
const TAPPED = 3; // times, by a double tap
const SWIPE_PX = 80; // and twice as far as up or down
const DOUBLE_MS = 300;
const TAP_PX = 30; // a finger moves by as much and taps all the same

/** @typedef {{ x: number, y: number }} Point of the element, in pixels from its middle */

export class Zoom extends HTMLElement {
  #scale = 1;
  /** @type {Point} */
  #shift = { x: 0, y: 0 };
  /** @type {Map<number, Point>} pointers that are down */
  #down = new Map();
  /** @type {{ at: Point, time: number } | null} */
  #tap = null;
  /** @type {Point | null} where a tap or a swipe may have begun */
  #from = null;
  #subject = "";

  /** What is shown: another one is seen as a whole again. */
  set subject(/** @type {string} */ subject) {
    if (subject === this.#subject) return;
    this.#subject = subject;
    this.#set(1, { x: 0, y: 0 });
  }

  connectedCallback() {
    this.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#zoom(this.#point(event), Math.exp(-event.deltaY / 300));
    }, { passive: false });
    this.addEventListener("dblclick", (event) => this.#toggle(this.#point(event)));
    this.addEventListener("pointerdown", (event) => this.#press(event));
    this.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      this.addEventListener(end, (event) => this.#release(event));
    }
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (/** @type {Element} */ (event.target).closest("button")) return;
    this.setPointerCapture(event.pointerId);
    const at = this.#point(event);
    this.#down.set(event.pointerId, at);
    this.#from = this.#down.size === 1 && event.pointerType !== "mouse" ? at : null;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.#down.get(event.pointerId);
    if (!before) return;
    const at = this.#point(event);
    const other = [...this.#down].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.#zoom(other, distance(at, other) / Math.max(distance(before, other), 1));
    else this.#set(this.#scale, { x: this.#shift.x + at.x - before.x, y: this.#shift.y + at.y - before.y });
    this.#down.set(event.pointerId, at);
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const at = this.#down.get(event.pointerId);
    this.#down.delete(event.pointerId);
    const from = this.#from;
    this.#from = null;
    if (!at || !from || event.type === "pointercancel") return; // of two fingers none taps
    const isAcross = Math.abs(at.x - from.x) > Math.max(SWIPE_PX, 2 * Math.abs(at.y - from.y));
    if (isAcross && this.#scale === 1) {
      this.dispatchEvent(new CustomEvent("swipe", { detail: at.x > from.x ? "right" : "left" }));
    } else if (event.pointerType === "touch" && distance(at, from) < TAP_PX) {
      this.#tapped(at, event.timeStamp);
    }
  }

  /**
   * @param {Point} at
   * @param {number} time
   */
  #tapped(at, time) {
    const last = this.#tap;
    const isSecond = last && time - last.time < DOUBLE_MS && distance(at, last.at) < TAP_PX;
    this.#tap = isSecond ? null : { at, time };
    if (isSecond) this.#toggle(at);
  }

  /** @param {Point} at */
  #toggle(at) {
    if (this.#scale > 1) this.#set(1, { x: 0, y: 0 });
    else this.#zoom(at, TAPPED);
  }

  /**
   * What is at a point stays there.
   * @param {Point} at
   * @param {number} times
   */
  #zoom(at, times) {
    const scale = Math.min(Math.max(this.#scale * times, 1), MOST);
    const by = scale / this.#scale;
    this.#set(scale, { x: at.x + (this.#shift.x - at.x) * by, y: at.y + (this.#shift.y - at.y) * by });
  }

  /**
   * Never so far that nothing is in sight.
   * @param {number} scale
   * @param {Point} shift
   */
  #set(scale, { x, y }) {
    const [width, height] = [((scale - 1) * this.clientWidth) / 2, ((scale - 1) * this.clientHeight) / 2];
    this.#scale = scale;
    this.#shift = { x: clamped(x, width), y: clamped(y, height) };
    const inner = /** @type {HTMLElement | null} */ (this.firstElementChild);
    inner?.style.setProperty("transform", `translate(${this.#shift.x}px, ${this.#shift.y}px) scale(${scale})`);
  }

  /** @type {(event: MouseEvent) => Point} */
  #point(event) {
    const { left, top, width, height } = this.getBoundingClientRect();
    return { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
  }
}

const clamped = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(Math.max(value, -most), most);
const distance = (/** @type {Point} */ a, /** @type {Point} */ b) => Math.hypot(a.x - b.x, a.y - b.y);

customElements.define("birds-zoom", Zoom);
