// Why a file was refused, a photo failed or a request was, in the page's language.

import { en } from "./en.js";
import { locale, t } from "../language.js";

/** @import { Text } from "../language.js" */

/**
 * The server tells the details in English; in other languages the page says what the code means.
 * @param {{ code: string, detail: string }} reason
 */
export function reasonOf({ code, detail }) {
  if (detail && locale().startsWith("en")) return detail;
  const text = `code.${code.startsWith("http-") ? "by-the-way" : code}`;
  return text in en ? t(/** @type {Text} */ (text)) : detail || `${code.replaceAll("-", " ")}.`;
}
