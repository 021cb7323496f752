// Coast lines of the world, read once: Natural Earth 1:110m, as TopoJSON.

/**
 * @typedef {object} Topology
 * @property {{ scale: [number, number], translate: [number, number] }} transform
 * @property {[number, number][][]} arcs differences from point to point
 */

/** @type {[number, number][][]} lines of longitude and latitude */
let lines = [];
let isAsked = false;

/**
 * What is there of them by now; `changed` is called once there is more.
 * @param {() => void} changed
 */
export function coastLines(changed) {
  if (!isAsked) {
    isAsked = true;
    read().then((found) => {
      lines = found;
      changed();
    }, () => {}); // a map without coast lines is a map still
  }
  return lines;
}

async function read() {
  const response = await fetch("static/vendor/natural-earth/land-110m.json");
  /** @type {Topology} */
  const { arcs, transform: { scale, translate } } = await response.json();
  return arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      [x, y] = [x + dx, y + dy];
      return /** @type {[number, number]} */ ([x * scale[0] + translate[0], y * scale[1] + translate[1]]);
    });
  });
}
