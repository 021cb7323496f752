// Numbers, times and reasons in plain words.

const whole = new Intl.NumberFormat("en");
const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

export const count = (/** @type {number} */ value) => whole.format(Math.round(value));

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

// Cameras say no time zone: what they say is shown as it is.
const TAKEN = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
const HERE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const takenAt = (/** @type {string} */ time) => TAKEN.format(new Date(time));
export const at = (/** @type {string} */ time) => HERE.format(new Date(time));

/**
 * @param {number} latitude degrees
 * @param {number} longitude degrees
 */
export function position(latitude, longitude) {
  /** @type {(value: number, positive: string, negative: string) => string} */
  const side = (value, positive, negative) => `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`;
  return `${side(latitude, "N", "S")}, ${side(longitude, "E", "W")}`;
}

/** @type {Record<string, string>} */
const REASONS = {
  "unsupported-type": "This is no photo that can be read here (JPEG, PNG, WebP, HEIC and GIF can).",
  "empty-file": "The file is empty.",
  "too-large": "The file is larger than this server takes.",
  "too-many-pixels": "The photo has more pixels than this server takes.",
  "corrupt-image": "The photo is damaged.",
  "truncated-image": "The end of the photo is missing; it was not copied whole.",
  "checksum-mismatch": "Other bytes arrived than were sent. Send the photo again.",
  "missing-object": "The photo did not arrive. Send it again.",
  "decode-timeout": "The photo took too long to read.",
  "worker-crashed": "Reading this photo ended the program that did it.",
  "archive-too-large": "The zip file unpacks to more than this server takes.",
  "unsafe-archive": "The zip file is locked, or names places outside of itself.",
  "corrupt-archive": "The zip file is damaged.",
  "batch-closed": "This batch takes no more photos.",
  "part-of-batch": "This photo is deleted with its batch.",
  "backlog-full": "The server has enough to do for now.",
  "no-model": "No model is loaded yet.",
  unavailable: "A part of the server could not be reached.",
  "no-space": "The server has no space left.",
  unreadable: "The file could not be read on this device; it may have been moved.",
  internal: "Something went wrong on the server.",
};

/** @type {(code: string, detail?: string) => string} */
export const reason = (code, detail) => REASONS[code] ?? detail ?? code;

const PASSING = new Set(["checksum-mismatch", "missing-object", "decode-timeout", "worker-crashed", "no-model",
  "unavailable", "no-space", "internal", "backlog-full"]);

/** Whether a retry may help: the server queues just these again. */
export const mayPass = (/** @type {string} */ code) => PASSING.has(code);
