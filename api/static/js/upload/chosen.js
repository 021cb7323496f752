// From what a person drops or chooses to a list of {file, name}: names keep their folders.

const PHOTO = /\.(jpe?g|jpe|png|webp|gif|hei[cf]|hif|avif|tiff?|bmp)$/i;
const ZIP = /\.zip$/i;

export const isArchive = (name) => ZIP.test(name);

/** Those of an <input>; from a chosen folder only photos and archives. */
export function fromInput(files) {
  const entries = [...files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
  return entries.filter(({ file, name }) => !file.webkitRelativePath || isWanted(name));
}

/** Those that were dropped, folders with all that is in them. Call it in the event's own turn. */
export async function fromDrop(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return fromInput(transfer.files);
  const found = [];
  for (const entry of entries) {
    if (entry.isFile) found.push(await fileOf(entry));
    else for await (const inner of filesBelow(entry)) found.push(inner);
  }
  return found;
}

/** Folders hold more than photos: what a camera or a computer put beside them is left out. */
const isWanted = (name) => !name.split("/").at(-1).startsWith(".") && (PHOTO.test(name) || ZIP.test(name));

async function* filesBelow(folder) {
  for (const entry of await listing(folder)) {
    if (entry.isDirectory) yield* filesBelow(entry);
    else if (isWanted(entry.name)) yield await fileOf(entry);
  }
}

async function listing(folder) {
  const reader = folder.createReader();
  const entries = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // 100 at a time
    if (!some.length) return entries;
    entries.push(...some);
  }
}

async function fileOf(entry) {
  const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
  return { file, name: entry.fullPath.replace(/^\//, "") };
}
