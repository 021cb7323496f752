// The server keeps no refused file, so what was refused is remembered here, over a reload of this tab.

const REMEMBERED = 500; // files of a batch

const place = (batchId) => `birds-refused ${batchId}`;

/** [{name, code, detail}] */
export const refusedBefore = (batchId) => JSON.parse(sessionStorage.getItem(place(batchId)) ?? "[]");

export function remember(batchId, refused) {
  if (refused.length) sessionStorage.setItem(place(batchId), JSON.stringify(refused.slice(0, REMEMBERED)));
}
