// Numbers, times and names in plain words.

import { locale, t } from "./language.js";

/** @import { FinalNameDocument, Result } from "./documents.js" */

const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

/** @type {Map<string, Intl.NumberFormat | Intl.DateTimeFormat>} made once: making one takes a while */
const formats = new Map();

/**
 * @template {Intl.NumberFormat | Intl.DateTimeFormat} Format
 * @param {string} name
 * @param {() => Format} make
 * @returns {Format}
 */
function once(name, make) {
  if (!formats.has(name)) formats.set(name, make());
  return /** @type {Format} */ (formats.get(name));
}

const whole = () => once("whole", () => new Intl.NumberFormat(locale()));

export const count = (/** @type {number} */ value) => whole().format(Math.round(value));
export const files = (/** @type {number} */ value) => t("files", { count: value });
export const photos = (/** @type {number} */ value) => t("photos", { count: value });
export const percent = (/** @type {number} */ share) => t("percent", { value: Math.round(100 * share) });

/**
 * @param {number} value
 * @param {number} digits behind the point
 */
export const decimal = (value, digits) =>
  once(`decimal ${digits}`, () => new Intl.NumberFormat(locale(), { minimumFractionDigits: digits,
    maximumFractionDigits: digits })).format(value);

/** @param {number} bytes */
export function size(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  return `${power && value < 10 ? decimal(value, 1) : count(value)} ${UNITS[power]}`;
}

/**
 * About how long, as one would say it.
 * @param {number} seconds
 */
export function duration(seconds) {
  if (seconds < 90) return t("time.seconds", { value: Math.max(Math.round(seconds), 1) });
  if (seconds < 90 * 60) return t("time.minutes", { value: Math.round(seconds / 60) });
  return t("time.hours", { value: decimal(seconds / 3600, 1) });
}

// A photo's own local time is shown as it was taken, wherever it is looked at.
const OWN = /** @type {const} */ ({ timeZone: "UTC" });
const taken = () => once("taken", () => new Intl.DateTimeFormat(locale(), { ...OWN, dateStyle: "long", timeStyle: "short" }));
const day = () => once("day", () => new Intl.DateTimeFormat(locale(), { ...OWN, dateStyle: "full" }));
const shortDay = () => once("short", () => new Intl.DateTimeFormat(locale(), { ...OWN, dateStyle: "medium" }));
const clock = () => once("clock", () => new Intl.DateTimeFormat(locale(), { ...OWN, timeStyle: "short" }));
const here = () => once("here", () => new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }));

export const takenAt = (/** @type {Taken} */ photo) => inItsOwnTime(photo, taken());
export const dayOf = (/** @type {Taken} */ photo) => inItsOwnTime(photo, day());
export const timeOf = (/** @type {Taken} */ photo) => inItsOwnTime(photo, clock());
export const at = (/** @type {string} */ time) => here().format(new Date(time));
export const today = () => shortDay().format(new Date());

/** @param {string} local without a zone */
export const localDay = (local) => shortDay().format(new Date(`${local}Z`));

/**
 * @typedef {Pick<Result, "taken_at" | "taken_local" | "taken_from" | "effective">} Taken
 *
 * @param {Taken} photo
 * @param {Intl.DateTimeFormat} format in UTC, which changes no local time
 * @returns {string | null} UTC, which is said, where that alone is known; null where no time is
 */
function inItsOwnTime({ taken_at: utc, taken_local: recorded, taken_from: from, effective }, format) {
  const local = effective?.local ?? recorded;
  if (local) return format.format(new Date(`${local}Z`));
  if (!utc) return null;
  return format.format(new Date(utc)) + (from ? " UTC" : ""); // without: recorded when a camera's clock passed for UTC
}

/**
 * @param {number} latitude degrees
 * @param {number} longitude degrees
 * @param {number} digits
 */
export function position(latitude, longitude, digits = 5) {
  /** @type {(value: number, positive: string, negative: string) => string} */
  const side = (value, positive, negative) => `${decimal(Math.abs(value), digits)}° ${value < 0 ? negative : positive}`;
  return `${side(latitude, t("north"), t("south"))}, ${side(longitude, t("east"), t("west"))}`;
}

/**
 * A final name as it is shown: those that are no taxa are the page's own words.
 * @param {Pick<FinalNameDocument, "name" | "rank">} final
 */
export function shownName({ name, rank }) {
  if (rank === "not-a-bird") return t("name.not-a-bird");
  if (rank === "bird") return t("name.bird");
  return rank === "uncertain" ? t("name.uncertain") : name;
}

const PASSING = new Set(["checksum-mismatch", "missing-object", "decode-timeout", "worker-crashed", "cancelled", "no-model",
  "unavailable", "no-space", "internal", "backlog-full", "over-limit",
  "too-many-attempts"]);

/** Whether a retry may help: the server queues just these again. */
export const mayPass = (/** @type {string} */ code) => PASSING.has(code);
