// What the address says is shown: a reload and a link come back to it.

const UUID = "[0-9a-f-]{36}";
const BATCH = new RegExp(`^#/batches/(${UUID})(?:/photos/(${UUID}))?$`);

/** {batch, photo}: ids, or null. */
export function place(hash = location.hash) {
  const [, batch = null, photo = null] = BATCH.exec(hash) ?? [];
  return { batch, photo };
}

export const homeAddress = "#/";
export const batchAddress = (batch) => `#/batches/${batch}`;
export const photoAddress = (batch, photo) => `#/batches/${batch}/photos/${photo}`;

export function go(address) {
  location.hash = address;
}

/** As `go`, but back leads to where one was before: for steps from one photo to the next. */
export function replace(address) {
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
