// The server keeps no refused file, so what was refused is remembered here, over a reload of this tab.

/** @typedef {{ name: string, code: string, detail?: string }} Refused */

const REMEMBERED = 500; // files of a batch

const place = (/** @type {string} */ batchId) => `birds-refused ${batchId}`;

/** @type {(batchId: string) => Refused[]} */
export const refusedBefore = (batchId) => JSON.parse(sessionStorage.getItem(place(batchId)) ?? "[]");

/**
 * @param {string} batchId
 * @param {Refused[]} refused
 */
export function remember(batchId, refused) {
  if (refused.length) sessionStorage.setItem(place(batchId), JSON.stringify(refused.slice(0, REMEMBERED)));
}
