// Which files of a folder are meant by "my photos": by name, else by the first bytes; the same rule as everywhere
// (shared/photo/meant.py), and by its tables.

/** @typedef {{ suffixes: string[], beginnings: string[], brands: string[] }} Tables bytes in hexadecimal */

const LOOKED_AT = 64; // bytes
const BMP_HEADERS = [12, 40, 52, 56, 64, 108, 124]; // bytes; "BM" alone begins many a text

/**
 * Why a file is left out, null where it is meant. Throws where it can't be read.
 * @param {Tables} tables
 * @returns {(name: string, file: File) => Promise<string | null>}
 */
export function others({ suffixes, beginnings, brands }) {
  const meant = new Set(suffixes);
  const begins = new RegExp(`^(?:${beginnings.map(bytes).join("|")}|RIFF.{4}WEBP)`, "s");
  const brand = new RegExp(`^(?:${brands.join("|")})`);
  return async (name, file) => {
    const suffix = suffixOf(name);
    if (meant.has(suffix)) return null;
    const head = String.fromCharCode(...new Uint8Array(await file.slice(0, LOOKED_AT).arrayBuffer()));
    if (begins.test(head) || isBitmap(head) || brandsOf(head).some((one) => brand.test(one))) return null;
    return `It is no photo, as far as its name and its first bytes tell (${suffix || "without suffix"}).`;
  };
}

/** As Python's os.path.splitext has it: a name that begins with its only dot has none. */
const suffixOf = (/** @type {string} */ name) => /[^/.][^/]*(\.[^/.]*)$/.exec(name)?.[1].toLowerCase() ?? "";

const bytes = (/** @type {string} */ hex) => hex.replace(/../g, "\\x$&");

/** Of a file in boxes (ISO base media): what it is said to be. */
function brandsOf(/** @type {string} */ head) {
  if (head.slice(4, 8) !== "ftyp") return [];
  const box = head.slice(0, number(head.slice(0, 4)));
  return [box.slice(8), ...(box.slice(16).match(/.{4}/gs) ?? [])];
}

const isBitmap = (/** @type {string} */ head) =>
  head.startsWith("BM") && BMP_HEADERS.includes(number([...head.slice(14, 18)].reverse().join("")));

/** Of bytes, the highest first. */
const number = (/** @type {string} */ text) => [...text].reduce((sum, one) => sum * 256 + one.charCodeAt(0), 0);
