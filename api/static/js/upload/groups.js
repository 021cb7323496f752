// Which files travel together: small ones share the cost of a request, large ones and archives go alone.

import { isArchive } from "./chosen.js";

export const SMALL = 256 * 1024; // bytes; up to here a request of its own costs more than the photo
const TOGETHER = 24; // photos, few enough for answers to come early
const TOGETHER_BYTES = 2 * 1024 * 1024;

/** Takes the next group of {file, name, …} from the front of `queue`. */
export function takeGroup(queue) {
  const group = [queue.shift()];
  if (!isSmall(group[0])) return group;
  let bytes = group[0].file.size;
  while (queue.length && group.length < TOGETHER && isSmall(queue[0])) {
    bytes += queue[0].file.size;
    if (bytes > TOGETHER_BYTES) break;
    group.push(queue.shift());
  }
  return group;
}

const isSmall = ({ file, name }) => file.size <= SMALL && !isArchive(name);
