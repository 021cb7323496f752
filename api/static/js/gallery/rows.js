// Where each row of the gallery lies, so that only those in sight are in the page: 5,000 photos cost as little as 50.

/**
 * @import { AnsweredResult } from "../documents.js"
 * @import { Group } from "../trip/look.js"
 *
 * @typedef {object} Place of a row, in pixels
 * @property {string} key
 * @property {number} top
 * @property {number} height
 *
 * @typedef {Place & { group: Group }} TitleRow
 * @typedef {Place & { photos: AnsweredResult[], first: number }} PhotoRow `first` counts photos
 * @typedef {TitleRow | PhotoRow} Row
 *
 * @typedef {object} Sizes in pixels, but for columns
 * @property {number} columns
 * @property {number} photoHeight
 * @property {number} titleHeight
 */

/**
 * Lays groups out from top to bottom; all sizes in pixels.
 * `columns` photos stand side by side in rows of `photoHeight`, under titles of `titleHeight`.
 * @param {Group[]} groups
 * @param {Sizes} sizes
 */
export function layOut(groups, { columns, photoHeight, titleHeight }) {
  /** @type {Row[]} */
  const rows = [];
  let top = 0;
  let first = 0;
  const add = (/** @type {Row} */ row) => {
    rows.push(row);
    top += row.height;
  };
  for (const group of groups) {
    if (group.title !== null) add({ key: `title ${group.title}`, top, height: titleHeight, group });
    for (let start = 0; start < group.results.length; start += columns) {
      const photos = group.results.slice(start, start + columns);
      add({ key: `${group.title ?? ""} ${start}`, top, height: photoHeight, photos, first });
      first += photos.length;
    }
  }
  return { rows, height: top };
}

/**
 * The rows that show between two heights.
 * @param {Row[]} rows
 * @param {number} from
 * @param {number} to
 */
export function inSight(rows, from, to) {
  return rows.slice(firstBelow(rows, from), firstFrom(rows, to));
}

/**
 * The row of photos that stands at a height, or the next one below it.
 * @param {Row[]} rows
 * @param {number} height
 */
export function photosAt(rows, height) {
  const found = firstBelow(rows, height);
  return rows.slice(found, found + 2).find((row) => "photos" in row); // below a title stand photos
}

/** @type {(rows: Row[], height: number) => number} */
const firstBelow = (rows, height) => search(rows, (row) => row.top + row.height > height);
/** @type {(rows: Row[], height: number) => number} */
const firstFrom = (rows, height) => search(rows, (row) => row.top >= height);

/**
 * Index of the first row for which `holds`, which holds for all later ones too: a binary search.
 * @param {Row[]} rows
 * @param {(row: Row) => boolean} holds
 */
function search(rows, holds) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(rows[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
