// Where each row of the gallery lies, so that only those in sight are in the page: 5,000 photos cost as little as 50.

/**
 * Lays groups out from top to bottom; all sizes in pixels.
 * `columns` photos stand side by side in rows of `photoHeight`, under titles of `titleHeight`.
 * Returns {rows: [{key, top, height, group}|{key, top, height, photos, first}], height}; `first` counts photos.
 */
export function layOut(groups, { columns, photoHeight, titleHeight }) {
  const rows = [];
  let top = 0;
  let first = 0;
  const add = (height, row) => {
    rows.push({ ...row, top, height });
    top += height;
  };
  for (const group of groups) {
    if (group.title !== null) add(titleHeight, { key: `title ${group.title}`, group });
    for (let start = 0; start < group.results.length; start += columns) {
      const photos = group.results.slice(start, start + columns);
      add(photoHeight, { key: `${group.title ?? ""} ${start}`, photos, first });
      first += photos.length;
    }
  }
  return { rows, height: top };
}

/** The rows that show between two heights. */
export function inSight(rows, from, to) {
  return rows.slice(firstBelow(rows, from), firstFrom(rows, to));
}

const firstBelow = (rows, height) => search(rows, (row) => row.top + row.height > height);
const firstFrom = (rows, height) => search(rows, (row) => row.top >= height);

/** Index of the first row for which `holds`, which holds for all later ones too. */
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
