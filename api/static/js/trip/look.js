// How a person wants to see a batch: arrangement and filter, and the photos that follow from it.

import { t } from "../language.js";
import { dayOf } from "../words.js";
import { isBird, isChecked, isFailed, placeOf, speciesOf, sureness } from "./results.js";

/**
 * @import { AnsweredResult, FinalNameDocument } from "../documents.js"
 * @import { Results } from "./results.js"
 *
 * @typedef {"species" | "time" | "list"} Arrangement
 * @typedef {keyof typeof IS_KIND} Kind
 * @typedef {object} Look `least` and `most`: percent
 * @property {Arrangement} arrangement
 * @property {Kind} kind
 * @property {string} species "" for all
 * @property {number} least
 * @property {number} most
 * @property {number[] | null} within west, south, east, north in degrees: where they were taken
 *
 * @typedef {object} Group photos that are shown below one title
 * @property {string | null} title
 * @property {FinalNameDocument | null} [final]
 * @property {AnsweredResult[]} results
 */

const IS_KIND = {
  all: () => true,
  birds: isBird,
  "not-a-bird": (/** @type {AnsweredResult} */ result) => !isFailed(result) && !isBird(result),
  unchecked: (/** @type {AnsweredResult} */ result) => !isFailed(result) && !isChecked(result),
  checked: isChecked,
  failed: isFailed,
};
export const KINDS = /** @type {Kind[]} */ (Object.keys(IS_KIND));

/**
 * As the address says it; what it leaves out is as it mostly is.
 * @param {URLSearchParams} params
 * @param {Arrangement} [arrangement] in its stead
 * @returns {Look}
 */
export function lookOf(params, arrangement) {
  const kind = /** @type {Kind} */ (params.get("show") ?? "all");
  const within = params.get("within")?.split(",").map(Number);
  return {
    arrangement: arrangement ?? (params.get("by") === "list" ? "list" : "species"),
    kind: kind in IS_KIND ? kind : "all",
    species: params.get("species") ?? "",
    least: percentOf(params.get("least"), 0),
    most: percentOf(params.get("most"), 100),
    within: within?.length === 4 && within.every(Number.isFinite) ? within : null,
  };
}

/** @type {(text: string | null, otherwise: number) => number} */
const percentOf = (text, otherwise) => (text && Number(text) >= 0 && Number(text) <= 100 ? Number(text) : otherwise);

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
 * Those that pass the filter; probabilities in percent, of the name that is shown.
 * @param {AnsweredResult[]} results
 * @param {Look} look
 */
export function filtered(results, { kind, species, least, most, within }) {
  return results.filter((result) => {
    if (!IS_KIND[kind](result)) return false;
    if (species && speciesOf(result) !== species) return false;
    if (within && !isWithin(result, within)) return false;
    const percent = 100 * sureness(result);
    return percent >= least && percent <= most;
  });
}

/**
 * @param {AnsweredResult} result
 * @param {number[]} within
 */
function isWithin(result, [west, south, east, north]) {
  const place = placeOf(result);
  if (!place) return false;
  const { latitude, longitude } = place;
  return latitude >= south && latitude <= north && longitude >= west && longitude <= east;
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
  const groups = groupBy(results, (result) => speciesOf(result) ?? "");
  return [...groups]
    .map(([name, group]) => ({
      title: name || t("failed"),
      final: group[0].final,
      results: group.sort((a, b) => sureness(b) - sureness(a) || byName(a, b)),
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

// Birds first, what failed last.
const rank = (/** @type {{ final: FinalNameDocument | null }} */ { final }) =>
  final ? Number(final.rank === "not-a-bird") : 2;

/**
 * @param {AnsweredResult[]} results
 * @returns {Group[]}
 */
function byDay(results) {
  const sorted = results.toSorted((a, b) => moment(a).localeCompare(moment(b)) || byName(a, b));
  return [...groupBy(sorted, day)].map(([title, group]) => ({ title, results: group }));
}

// Without a date of the camera's at the end.
export const moment = (/** @type {AnsweredResult} */ result) => result.effective?.local ?? result.taken_local ?? result.taken_at ?? "9999";

/** @param {AnsweredResult} result */
function day(result) {
  return dayOf(result) ?? t("no-date");
}

const collator = new Intl.Collator(undefined, { numeric: true });
/** @type {(a: AnsweredResult, b: AnsweredResult) => number} */
const byName = (a, b) => collator.compare(a.name, b.name) || a.seq - b.seq;
