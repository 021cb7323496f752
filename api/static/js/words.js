// Numbers and times in plain words.

/** @import { Result } from "./documents.js" */

const whole = new Intl.NumberFormat("en");
const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

export const count = (/** @type {number} */ value) => whole.format(Math.round(value));

export const files = (/** @type {number} */ value) => `${count(value)} ${value === 1 ? "file" : "files"}`;

export const photos = (/** @type {number} */ value) => `${count(value)} ${value === 1 ? "photo" : "photos"}`;

export const percent = (/** @type {number} */ share) => `${Math.round(100 * share)} %`;

/** @param {number} bytes */
export function size(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  return `${power && value < 10 ? value.toFixed(1) : count(value)} ${UNITS[power]}`;
}

/**
 * About how long, as one would say it.
 * @param {number} seconds
 */
export function duration(seconds) {
  if (seconds < 90) return `${count(Math.max(seconds, 1))} s`;
  if (seconds < 90 * 60) return `${count(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

// A photo's own local time is shown as it was taken, wherever it is looked at.
const TAKEN = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
const HERE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const takenAt = (/** @type {Taken} */ photo) => inItsOwnTime(photo, TAKEN);
export const at = (/** @type {string} */ time) => HERE.format(new Date(time));

/**
 * @typedef {Pick<Result, "taken_at" | "taken_local" | "taken_from">} Taken
 *
 * @param {Taken} photo
 * @param {Intl.DateTimeFormat} format in UTC, which changes no local time
 * @returns {string | null} UTC, which is said, where that alone is known; null where no time is
 */
export function inItsOwnTime({ taken_at: utc, taken_local: local, taken_from: from }, format) {
  if (local) return format.format(new Date(`${local}Z`));
  if (!utc) return null;
  return format.format(new Date(utc)) + (from ? " UTC" : ""); // without: recorded when a camera's clock passed for UTC
}

/**
 * @param {number} latitude degrees
 * @param {number} longitude degrees
 */
export function position(latitude, longitude) {
  /** @type {(value: number, positive: string, negative: string) => string} */
  const side = (value, positive, negative) => `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`;
  return `${side(latitude, "N", "S")}, ${side(longitude, "E", "W")}`;
}

const PASSING = new Set(["checksum-mismatch", "missing-object", "decode-timeout", "worker-crashed", "no-model",
  "unavailable", "no-space", "internal", "backlog-full", "over-limit",
  "too-many-attempts"]);

/** Whether a retry may help: the server queues just these again. */
export const mayPass = (/** @type {string} */ code) => PASSING.has(code);
