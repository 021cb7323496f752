// A smaller copy of a photo: models look at a few hundred pixels a side.

import { uprightExif, withExif } from "./exif.js";

const SIDE = 1280; // pixels of the longer side: far more than a model sees, enough to look at
const QUALITY = 0.9;

/**
 * A JPEG of at most 1,280 pixels a side with date and position kept; the file itself where that saves nothing.
 * @param {File} file
 * @returns {Promise<Blob>}
 */
export async function shrunk(file) {
  if (!/^image\/jpeg$|\.jpe?g$/i.test(file.type || file.name)) return file; // others keep their metadata elsewhere
  try {
    const small = await scaled(file);
    if (!small) return file;
    const exif = uprightExif(await file.slice(0, 256 * 1024).arrayBuffer());
    const copy = exif ? withExif(small, exif) : small;
    return copy.size < file.size ? copy : file;
  } catch {
    return file; // what this browser can't read, the server judges
  }
}

/** @param {File} file */
async function scaled(file) {
  const whole = await createImageBitmap(file); // upright, as the EXIF orientation says
  const scale = SIDE / Math.max(whole.width, whole.height);
  if (scale >= 1) return null;
  const [width, height] = [whole.width * scale, whole.height * scale].map(Math.round);
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, 0, 0, width, height);
  whole.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}
