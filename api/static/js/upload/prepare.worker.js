// Runs beside the page: shrinks and hashes, which would make the page stutter.
//
// `crypto.subtle` does not exist on plain http from another host, which is how a phone comes, and it can't hash
// piece by piece; so the hash is a library's.

import { sha256 } from "../../vendor/noble-hashes/sha2.js";
import { shrunk } from "./shrink.js";

onmessage = async ({ data: { id, file, shrink } }) => {
  try {
    const blob = shrink ? await shrunk(file) : file;
    postMessage({ id, blob, sha256: await digest(blob) });
  } catch (error) {
    postMessage({ id, error: error.message }); // a file that was moved or may not be read
  }
};

async function digest(blob) {
  const hash = sha256.create();
  const reader = blob.stream().getReader();
  for (let piece; !(piece = await reader.read()).done; ) hash.update(piece.value);
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
