// From what a person drops or chooses to a list of files: names keep their folders, and what can't be read is told.

/**
 * @typedef {object} Chosen a file; or a folder or file that can't be read, with the reason
 * @property {string} name as the server is to know it
 * @property {string | null} below its path below the folder that was given, a folder's with a slash at its end; null for
 * what was given itself
 * @property {File} [file]
 * @property {string} [problem]
 */

const LONGEST = 1024; // characters: the server keeps the last 512
const ZIP = /\.zip$/i;

export const isArchive = (/** @type {string} */ name) => ZIP.test(name);

/**
 * Those of an <input>.
 * @param {Iterable<File> | null} files
 * @returns {Chosen[]}
 */
export function fromInput(files) {
  return [...(files ?? [])].map((file) => chosen(file.webkitRelativePath || file.name, file));
}

/**
 * Those that were dropped, folders with all that is in them. Call it in the event's own turn.
 * @param {DataTransfer} transfer
 * @returns {Promise<Chosen[]>}
 */
export async function fromDrop(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter((entry) => !!entry);
  if (!entries.length) return fromInput(transfer.files);
  /** @type {Chosen[]} */
  const found = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push(...fromInput([entry]));
    else await addAll(entry, found);
  }
  return found;
}

/**
 * A file, or everything in a folder.
 * @param {FileSystemEntry} root
 * @param {Chosen[]} found
 */
async function addAll(root, found) {
  const open = [root]; // a list, since folders may lie deeper than calls can
  for (let entry = open.pop(); entry; entry = open.pop()) {
    const path = entry.fullPath.replace(/^\//, "");
    try {
      if (isFolder(entry)) await list(entry, open);
      else found.push(chosen(path, await fileOf(entry)));
    } catch (error) {
      found.push({ ...chosen(isFolder(entry) ? `${path}/` : path), problem: error.message });
    }
  }
}

/** @type {(entry: FileSystemEntry) => entry is FileSystemDirectoryEntry} */
const isFolder = (entry) => entry.isDirectory;

/**
 * What is in a folder, as far as it can be read.
 * @param {FileSystemDirectoryEntry} folder
 * @param {FileSystemEntry[]} entries are added to
 */
async function list(folder, entries) {
  const reader = folder.createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // 100 at a time
    if (!some.length) return;
    entries.push(...some);
  }
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<File>}
 */
function fileOf(entry) {
  const source = /** @type {FileSystemFileEntry} */ (entry);
  return new Promise((resolve, reject) => source.file(resolve, reject));
}

/**
 * @param {string} path
 * @param {File} [file]
 * @returns {Chosen}
 */
function chosen(path, file) {
  const [, ...below] = path.split("/");
  return { name: clean(path), below: below.join("/") || null, file };
}

/** Names may hold anything; what is sent as a name must be text of one line. The end of a long path tells most. */
function clean(/** @type {string} */ path) {
  return path.replace(/\/$/, "").slice(-LONGEST).replace(/[\p{Cc}\p{Cs}]/gu, "");
}
