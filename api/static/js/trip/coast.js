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
  return arcs.flatMap((arc) => {
    let [x, y] = [0, 0];
    return parted(arc.map(([dx, dy]) => {
      [x, y] = [x + dx, y + dy];
      return /** @type {[number, number]} */ ([x * scale[0] + translate[0], y * scale[1] + translate[1]]);
    }));
  });
}

/**
 * Where a line goes over the edge of the map, another one begins at the other edge.
 * @param {[number, number][]} line
 */
function parted(line) {
  const lines = [[line[0]]];
  for (let place = 1; place < line.length; place += 1) {
    if (Math.abs(line[place][0] - line[place - 1][0]) > 180) lines.push([]);
    lines[lines.length - 1].push(line[place]);
  }
  return lines;
}
