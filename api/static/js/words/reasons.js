// Why a file was refused or a photo failed, in the page's language.

import { en } from "./en.js";
import { locale, t } from "../language.js";

/** @import { Text } from "../language.js" */

/**
 * The server tells the details in English; in other languages the page says what the code means.
 * @param {{ code: string, detail: string }} reason
 */
export function reasonOf({ code, detail }) {
  if (detail && locale().startsWith("en")) return detail;
  const text = `code.${code}`;
  return text in en ? t(/** @type {Text} */ (text)) : detail || `${code.replaceAll("-", " ")}.`;
}
