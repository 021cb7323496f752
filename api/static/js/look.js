// How a person wants to see a batch: arrangement and filter, and the photos that follow from it.

import { NOT_A_BIRD, best, isBird, isFailed, speciesOf } from "./results.js";
import { inItsOwnTime } from "./words.js";

/**
 * @import { AnsweredResult } from "./documents.js"
 * @import { Results } from "./results.js"
 *
 * @typedef {keyof typeof ARRANGEMENTS} Arrangement
 * @typedef {keyof typeof KINDS} Kind
 * @typedef {object} Look `least` and `most`: percent
 * @property {Arrangement} arrangement
 * @property {Kind} kind
 * @property {string} species "" for all
 * @property {number} least
 * @property {number} most
 *
 * @typedef {object} Group photos that are shown below one title
 * @property {string | null} title
 * @property {string | null} [scientific]
 * @property {AnsweredResult[]} results
 */

export const ARRANGEMENTS = { species: "By species", time: "By time", list: "List" };
export const KINDS = {
  all: "All photos",
  birds: "Birds",
  "not-a-bird": "Not a bird",
  corrected: "Corrected",
  failed: "Failed",
};
const FAILED_TITLE = "Failed";

/** @type {Record<Kind, (result: AnsweredResult) => boolean>} */
const IS_KIND = {
  all: () => true,
  birds: isBird,
  "not-a-bird": (result) => !isFailed(result) && !isBird(result),
  corrected: (result) => Boolean(result.corrected_species),
  failed: isFailed,
};

/** @type {() => Look} */
export const newLook = () => ({ arrangement: "species", kind: "all", species: "", least: 0, most: 100 });

const REST = 5; // arranging 100,000 photos takes a while: of the time while answers come, at most a sixth goes there

/** @type {{ results?: Results, version?: number, look?: Look, groups: Group[], restUntil: number }} */
let memory = { groups: [], restUntil: 0 };

/**
 * {groups, inMs}: the groups to show, made anew only when answers or look have changed. `inMs`: they are a little
 * old, and are worth asking for again by then; null where they are not.
 * @param {Results} results
 * @param {Look} look
 * @returns {{ groups: Group[], inMs: number | null }}
 */
export function groupsOf(results, look) {
  const now = performance.now();
  const isOther = memory.results !== results || memory.look !== look;
  const isOld = memory.version !== results.version;
  if (!isOther && isOld && now < memory.restUntil) return { groups: memory.groups, inMs: memory.restUntil - now };
  if (isOther || isOld) {
    const groups = arranged(filtered(results.all(), look), look.arrangement);
    const done = performance.now();
    memory = { results, version: results.version, look, groups, restUntil: done + REST * (done - now) };
  }
  return { groups: memory.groups, inMs: null };
}

/**
 * Those that pass the filter; probabilities in percent, of the best species.
 * @param {AnsweredResult[]} results
 * @param {Look} look
 */
export function filtered(results, { kind, species, least, most }) {
  return results.filter((result) => {
    if (!IS_KIND[kind](result)) return false;
    if (species && speciesOf(result) !== species) return false;
    const percent = 100 * (best(result)?.probability ?? 0);
    return percent >= least && percent <= most;
  });
}

/**
 * As they are shown one below the other; a list is one group without a title.
 * @param {AnsweredResult[]} results
 * @param {Arrangement} arrangement
 * @returns {Group[]}
 */
export function arranged(results, arrangement) {
  if (arrangement === "list") return [{ title: null, results: results.toSorted(byName) }];
  return arrangement === "time" ? byDay(results) : bySpecies(results);
}

/**
 * [[species, photos]] most frequent first.
 * @param {AnsweredResult[]} results
 * @returns {[string, number][]}
 */
export function speciesCounts(results) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const result of results) {
    const species = speciesOf(result);
    if (species) counts.set(species, (counts.get(species) ?? 0) + 1);
  }
  return [...counts].sort(([a, many], [b, few]) => few - many || a.localeCompare(b));
}

/**
 * @param {AnsweredResult[]} results
 * @returns {Group[]}
 */
function bySpecies(results) {
  const groups = groupBy(results, (result) => speciesOf(result) ?? FAILED_TITLE);
  return [...groups]
    .map(([title, group]) => ({
      title,
      scientific: scientificName(title, group),
      results: group.sort((a, b) => (best(b)?.probability ?? 0) - (best(a)?.probability ?? 0) || byName(a, b)),
    }))
    .sort((a, b) => rank(a) - rank(b) || b.results.length - a.results.length || a.title.localeCompare(b.title));
}

/**
 * As Map.groupBy, which phones of 2023 do not have.
 * @param {AnsweredResult[]} results
 * @param {(result: AnsweredResult) => string} keyOf
 */
function groupBy(results, keyOf) {
  /** @type {Map<string, AnsweredResult[]>} */
  const groups = new Map();
  for (const result of results) {
    const key = keyOf(result);
    const group = groups.get(key);
    if (group) group.push(result);
    else groups.set(key, [result]);
  }
  return groups;
}

// Birds first.
const rank = (/** @type {{ title: string }} */ { title }) => [NOT_A_BIRD, FAILED_TITLE].indexOf(title) + 1;

/**
 * @param {string} species
 * @param {AnsweredResult[]} group
 */
function scientificName(species, group) {
  const found = group.flatMap((result) => result.predictions).find((one) => one.species === species);
  return found?.scientific_name ?? null;
}

/**
 * @param {AnsweredResult[]} results
 * @returns {Group[]}
 */
function byDay(results) {
  const sorted = results.toSorted((a, b) => moment(a).localeCompare(moment(b)) || byName(a, b));
  const groups = groupBy(sorted, day);
  return [...groups].map(([title, group]) => ({ title, results: group }));
}

// Without a date of the camera's at the end.
const moment = (/** @type {AnsweredResult} */ result) => result.taken_local ?? result.taken_at ?? "9999";
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" });

/** @param {AnsweredResult} result */
function day(result) {
  return inItsOwnTime(result, DAY) ?? "No date in the photo";
}

const collator = new Intl.Collator(undefined, { numeric: true });
/** @type {(a: AnsweredResult, b: AnsweredResult) => number} */
const byName = (a, b) => collator.compare(a.name, b.name) || a.seq - b.seq;
