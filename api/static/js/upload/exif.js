// The EXIF block of a JPEG, to be carried over into a smaller copy of it.

const APP1 = 0xffe1;
const START_OF_SCAN = 0xffda;
const EXIF = 0x45786966; // "Exif"
const ORIENTATION = 0x0112;
const TIFF = 10; // where the TIFF header begins, behind marker, length and "Exif\0\0"

/**
 * The APP1 segment with its marker, set to upright; null where there is none.
 * @param {ArrayBuffer} jpeg
 */
export function uprightExif(jpeg) {
  const segment = findExif(new DataView(jpeg));
  if (!segment) return null;
  const copy = segment.slice();
  setUpright(new DataView(copy.buffer));
  return copy;
}

/**
 * The JPEG with `segment` behind its first marker.
 * @param {Blob} jpeg
 * @param {Uint8Array<ArrayBuffer>} segment
 */
export function withExif(jpeg, segment) {
  const START = 2;
  return new Blob([jpeg.slice(0, START), segment, jpeg.slice(START)], { type: "image/jpeg" });
}

/** @param {DataView<ArrayBuffer>} view */
function findExif(view) {
  for (let at = 2; at + TIFF <= view.byteLength; ) {
    const marker = view.getUint16(at);
    if (marker === START_OF_SCAN || marker < 0xff00) return null;
    const end = at + 2 + view.getUint16(at + 2);
    if (marker === APP1 && view.getUint32(at + 4) === EXIF && end <= view.byteLength) {
      return new Uint8Array(view.buffer, at, end - at);
    }
    at = end;
  }
  return null;
}

/**
 * The copy's pixels are turned already: a viewer must not turn them again.
 * @param {DataView<ArrayBuffer>} view
 */
function setUpright(view) {
  if (view.byteLength < TIFF + 8) return;
  const little = view.getUint16(TIFF) === 0x4949;
  const directory = TIFF + view.getUint32(TIFF + 4, little);
  if (directory + 2 > view.byteLength) return;
  const entries = view.getUint16(directory, little);
  for (let entry = directory + 2; entry < directory + 2 + 12 * entries; entry += 12) {
    if (entry + 12 > view.byteLength) return;
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, 1, little);
  }
}
