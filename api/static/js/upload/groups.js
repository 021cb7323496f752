// Which files travel together: small ones share the cost of a request, large ones and archives go alone; a raw file and
// the picture beside it are never apart, since the server knows them for one photo where they come together.

import { isArchive } from "./chosen.js";

/** @import { Item } from "./sender.js" */

export const SMALL = 256 * 1024; // bytes; up to here a request of its own costs more than the photo
const TOGETHER = 24; // photos, few enough for answers to come early
const TOGETHER_BYTES = 2 * 1024 * 1024;
const OF_ONE_PHOTO = 4; // files: one picture, and raw files of a camera or two programs
const PICTURE = /\.(jpe?g?|hei[cf]|hif)$/i; // what cameras call the one that they write beside a raw file

/**
 * The same items: those of one stem one after the other, pictures first.
 * @param {Item[]} items
 */
export function paired(items) {
  /** @type {Map<string, Item[]>} */
  const byStem = new Map();
  for (const item of items) {
    const alike = byStem.get(stem(item));
    if (!alike) byStem.set(stem(item), [item]);
    else if (PICTURE.test(item.name)) alike.unshift(item);
    else alike.push(item);
  }
  return [...byStem.values()].flat();
}

/**
 * Takes the next group from the front of `queue`, which is not empty.
 * @param {Item[]} queue
 */
export function takeGroup(queue) {
  const group = queue.splice(0, 1);
  let bytes = group[0].file.size;
  while (queue.length) {
    const [next] = queue;
    bytes += next.file.size;
    const fits = isSmall(group[0]) && isSmall(next) && group.length < TOGETHER && bytes <= TOGETHER_BYTES;
    if (!fits && !belongs(next, group)) break;
    group.push(...queue.splice(0, 1));
  }
  return group;
}

const isSmall = (/** @type {Item} */ { file, name }) => file.size <= SMALL && !isArchive(name);

/** @type {(item: Item) => string} */
const stem = ({ name }) => (isArchive(name) ? `${name}/` : name.replace(/\.[^./]*$/, "")); // an archive has its own

/**
 * Whether it may be of one photo with the last of the group.
 * @param {Item} item
 * @param {Item[]} group
 */
function belongs(item, group) {
  const alike = group.slice(-OF_ONE_PHOTO).filter((other) => stem(other) === stem(item)).length;
  return alike > 0 && alike < OF_ONE_PHOTO && !isArchive(group[0].name);
}
