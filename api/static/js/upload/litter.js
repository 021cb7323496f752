// Litter: what systems leave beside photos, by the same list as everywhere else (shared/photo/litter.json).

import { keepTrying } from "../patience.js";
import { others } from "./meant.js";

/**
 * @import { Api } from "../api.js"
 * @import { Chosen } from "./chosen.js"
 * @import { Tables } from "./meant.js"
 *
 * @typedef {{ kinds: Record<string, string>, folders: Record<string, string>, files: Record<string, string> }} List
 * @typedef {{ name: string, code: string, detail: string }} Unsent
 * @typedef {{ name: string, file: File, given: boolean }} ToSend given: itself, and not in a folder
 */

const LIST = "/static/litter.json";
const MEANT = "/static/meant.json";

/** @type {Promise<[List, Tables]> | null} */
let loading = null;

/**
 * What is to be sent of what was chosen, and the reasons for all the rest.
 * @param {Api} api
 * @param {Chosen[]} chosen
 * @param {(error: Error | null) => void} waiting
 * @returns {Promise<{ files: ToSend[], unsent: Unsent[] }>}
 */
export async function sifted(api, chosen, waiting) {
  loading ??= keepTrying(() => Promise.all([api.json("GET", LIST), api.json("GET", MEANT)]), { waiting });
  const [list, tables] = await loading;
  const kindOf = litter(list);
  const otherOf = others(tables);
  /** @type {ToSend[]} */
  const files = [];
  /** @type {Unsent[]} */
  const unsent = [];
  for (const { name, below, file, problem = "It can't be read." } of chosen) {
    const kind = below === null ? null : kindOf(below);
    if (kind) unsent.push({ name, code: "left-out", detail: `It is passed over with ${kind}.` });
    else if (!file) unsent.push({ name, code: "unreadable", detail: problem });
    else {
      const why = below === null ? null : await otherOf(name, file).catch(() => null); // its reading is told when sent
      if (why) unsent.push({ name, code: "left-out", detail: why });
      else files.push({ name, file, given: below === null });
    }
  }
  return { files, unsent };
}

/**
 * What litter of its kind is called, by the path below what was given; null for what is none. The outermost folder
 * that is litter says what is in it.
 * @param {List} list
 * @returns {(path: string) => string | null}
 */
export function litter({ kinds, folders, files }) {
  const ofFolder = remembered(matcher(folders)); // many files lie in few folders
  const ofFile = matcher(files);
  return (path) => {
    const steps = path.split("/");
    const name = steps.pop() ?? "";
    const kind = steps.map(ofFolder).find((found) => found) ?? ofFile(name);
    return kind ? kinds[kind] : null;
  };
}

/**
 * The kind of the first pattern that is all of a name; in patterns `*` alone is special.
 * @param {Record<string, string>} patterns
 * @returns {(name: string) => string | undefined}
 */
function matcher(patterns) {
  const compiled = Object.entries(patterns).map(([glob, kind]) => {
    const pattern = glob.split("*").map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
    return { regex: new RegExp(`^(?:${pattern})$`, "is"), kind };
  });
  return (name) => {
    if (["", ".", ".."].includes(name)) return undefined; // no names: steps in a path
    return compiled.find(({ regex }) => regex.test(name))?.kind;
  };
}

/** @type {(kindOf: (name: string) => string | undefined) => (name: string) => string | undefined} */
function remembered(kindOf) {
  /** @type {Map<string, string | undefined>} */
  const known = new Map();
  return (name) => {
    if (!known.has(name)) known.set(name, kindOf(name));
    return known.get(name);
  };
}
