// Runs beside the page: shrinks and hashes, which would make the page stutter.
//
// `crypto.subtle` does not exist on plain http from another host, which is how a phone comes, and it can't hash
// piece by piece; so the hash is a library's.

import { sha256 } from "../../vendor/noble-hashes/sha2.js";
import { shrunk } from "./shrink.js";

/**
 * @typedef {{ id: number, file: File, shrink: boolean }} Task
 * @typedef {{ id: number, blob: Blob, sha256: string, isZip: boolean }} Prepared
 * @typedef {{ id: number, error: string }} Unreadable
 */

onmessage = async (/** @type {MessageEvent<Task>} */ { data: { id, file, shrink } }) => {
  try {
    const blob = shrink ? await shrunk(file) : file;
    tell({ id, blob, isZip: await isZip(file), sha256: await digest(blob) });
  } catch (error) {
    tell({ id, error: error.message }); // a file that was moved or may not be read
  }
};

const tell = (/** @type {Prepared | Unreadable} */ outcome) => postMessage(outcome);

/** By its first bytes, as the server tells it, whatever it is called. */
async function isZip(/** @type {File} */ file) {
  const [p, k, kind] = new Uint8Array(await file.slice(0, 3).arrayBuffer());
  return p === 0x50 && k === 0x4b && [3, 5, 7].includes(kind);
}

/** @param {Blob} blob */
async function digest(blob) {
  const hash = sha256.create();
  const reader = blob.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    hash.update(value);
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
