// Words on photos of which the server may not know yet, kept in this tab: a reload in between loses none. Each has an
// ID of its own, so that one that did arrive and is sent again counts once.

/** @typedef {{ act_id: string }} Order with photos and a word, as the interface has them */

const KEY = "birds-unsent";

/** @returns {{ path: string, order: Order }[]} in the order in which they were said */
const all = () => JSON.parse(sessionStorage.getItem(KEY) ?? "[]");

/** @param {string} path of the batch */
export const unsent = (path) => all().filter((one) => one.path === path).map((one) => one.order);

/**
 * @param {string} path
 * @param {Order} order
 */
export function keep(path, order) {
  sessionStorage.setItem(KEY, JSON.stringify([...all(), { path, order }]));
}

/** @param {Order} order that the server has, or refuses */
export function forget({ act_id: id }) {
  sessionStorage.setItem(KEY, JSON.stringify(all().filter((one) => one.order.act_id !== id)));
}
