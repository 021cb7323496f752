// Which files travel together: small ones share the cost of a request, large ones and archives go alone.

import { isArchive } from "./chosen.js";

/** @import { Item } from "./sender.js" */

export const SMALL = 256 * 1024; // bytes; up to here a request of its own costs more than the photo
const TOGETHER = 24; // photos, few enough for answers to come early
const TOGETHER_BYTES = 2 * 1024 * 1024;

/**
 * Takes the next group from the front of `queue`, which is not empty.
 * @param {Item[]} queue
 */
export function takeGroup(queue) {
  const [first] = queue.splice(0, 1);
  const group = [first];
  if (!isSmall(first)) return group;
  let bytes = first.file.size;
  while (queue.length && group.length < TOGETHER && isSmall(queue[0])) {
    bytes += queue[0].file.size;
    if (bytes > TOGETHER_BYTES) break;
    group.push(...queue.splice(0, 1));
  }
  return group;
}

const isSmall = (/** @type {Item} */ { file, name }) => file.size <= SMALL && !isArchive(name);
