// From what a person drops or chooses to a list of files: names keep their folders.

/** @typedef {{ file: File, name: string }} Chosen */

const PHOTO = /\.(jpe?g|jpe|jfif|png|webp|gif|hei[cf]|hif|avif|tiff?|bmp)$/i;
/** The names of camera raw files, as `RAW_SUFFIXES` in shared/photo/sniff.py has them. */
const RAW =
  ".3fr,.arw,.cr2,.cr3,.crw,.dcr,.dng,.erf,.fff,.gpr,.iiq,.kdc,.mef,.mos,.mrw,.nef,.nrw,.orf,.ori,.pef,.raf,.raw," +
  ".rw2,.rwl,.sr2,.srf,.srw,.x3f";
/** What a chooser of files offers. */
export const CHOOSABLE = `image/*,.heic,.heif,${RAW},.zip`;
const ZIP = /\.zip$/i;

export const isArchive = (/** @type {string} */ name) => ZIP.test(name);

/**
 * Those of an <input>; from a chosen folder only photos and archives.
 * @param {FileList | null} files
 * @returns {Chosen[]}
 */
export function fromInput(files) {
  const entries = [...(files ?? [])].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
  return entries.filter(({ file, name }) => !file.webkitRelativePath || isWanted(name));
}

/**
 * Those that were dropped, folders with all that is in them. Call it in the event's own turn.
 * @param {DataTransfer} transfer
 * @returns {Promise<Chosen[]>}
 */
export async function fromDrop(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => !!entry);
  if (!entries.length) return fromInput(transfer.files);
  /** @type {Chosen[]} */
  const found = [];
  for (const entry of entries) {
    if (isFolder(entry)) for await (const inner of filesBelow(entry)) found.push(inner);
    else found.push(await fileOf(entry));
  }
  return found;
}

/** Folders hold more than photos: what a camera or a computer put beside them is left out. */
function isWanted(/** @type {string} */ name) {
  return !name.split("/").at(-1)?.startsWith(".") && (PHOTO.test(name) || isRaw(name) || ZIP.test(name));
}

/** @type {(entry: FileSystemEntry) => entry is FileSystemDirectoryEntry} */
const isFolder = (entry) => entry.isDirectory;

/**
 * @param {FileSystemDirectoryEntry} folder
 * @returns {AsyncGenerator<Chosen>}
 */
async function* filesBelow(folder) {
  for (const entry of await listing(folder)) {
    if (isFolder(entry)) yield* filesBelow(entry);
    else if (isWanted(entry.name)) yield await fileOf(entry);
  }
}

/** @param {FileSystemDirectoryEntry} folder */
async function listing(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const entries = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // 100 at a time
    if (!some.length) return entries;
    entries.push(...some);
  }
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<Chosen>}
 */
async function fileOf(entry) {
  const source = /** @type {FileSystemFileEntry} */ (entry);
  const file = await new Promise((resolve, reject) => source.file(resolve, reject));
  return { file, name: entry.fullPath.replace(/^\//, "") };
}

const isRaw = (/** @type {string} */ name) => RAW.split(",").some((suffix) => name.toLowerCase().endsWith(suffix));
