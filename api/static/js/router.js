// What the address says is shown: a reload and a link come back to it.

const UUID = "[0-9a-f-]{36}";
const BATCH = new RegExp(`^#/batches/(${UUID})(?:/photos/(${UUID}))?$`);

/**
 * Ids of what is shown.
 * @returns {{ batch: string | null, photo: string | null }}
 */
export function place(hash = location.hash) {
  const [, batch, photo] = BATCH.exec(hash) ?? [];
  return { batch: batch ?? null, photo: photo ?? null };
}

export const homeAddress = "#/";
export const batchAddress = (/** @type {string} */ batch) => `#/batches/${batch}`;
/** @type {(batch: string, photo: string) => string} */
export const photoAddress = (batch, photo) => `#/batches/${batch}/photos/${photo}`;

/** @param {string} address */
export function go(address) {
  location.hash = address;
}

/**
 * As `go`, but back leads to where one was before: for steps from one photo to the next.
 * @param {string} address
 */
export function replace(address) {
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
