// The page's texts in the language that the browser prefers, of those that there are.

import { en } from "./words/en.js";

/**
 * @typedef {keyof typeof en} Text the name of a text in the catalogues
 * @typedef {string | { one: string, other: string }} Wording with `{places}`; of two, `count` chooses
 * @typedef {Record<Text, Wording>} Catalogue
 */

/** @type {Record<string, () => Promise<Catalogue>>} */
const CATALOGUES = {
  en: async () => en,
  de: async () => (await import("./words/de.js")).de,
  fr: async () => (await import("./words/fr.js")).fr,
};

let catalogue = /** @type {Catalogue} */ (en);
let tag = "en";
let plural = new Intl.PluralRules(tag);
let number = new Intl.NumberFormat(tag);

/**
 * To be awaited before the first text is asked for.
 * @param {readonly string[]} preferred BCP 47 tags
 */
export async function chooseLanguage(preferred) {
  tag = preferred.find((one) => languageOf(one) in CATALOGUES) ?? "en";
  catalogue = await CATALOGUES[languageOf(tag)]();
  plural = new Intl.PluralRules(tag);
  number = new Intl.NumberFormat(tag);
  document.documentElement.lang = tag;
}

/** For `Intl`: the browser's own tag, with its region. */
export const locale = () => tag;

/**
 * A text with its places filled in; numbers are written as the language writes them.
 * @param {Text} name
 * @param {Record<string, string | number>} [values]
 */
export function t(name, values = {}) {
  const wording = catalogue[name];
  const chosen = typeof wording === "string" ? wording : wording[formOf(Number(values.count))];
  return chosen.replace(/\{(\w+)\}/g, (_, place) => shown(values[place]));
}

/** @param {number} count */
const formOf = (count) => (plural.select(count) === "one" ? "one" : "other");

const shown = (/** @type {string | number} */ value) => (typeof value === "number" ? number.format(value) : value);

const languageOf = (/** @type {string} */ one) => one.split("-")[0].toLowerCase();
