// Keys that lead into a field.

/**
 * @param {KeyboardEvent} event
 * @param {string} selector
 */
export function focusOn(event, selector) {
  const found = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  if (!found) return;
  event.preventDefault();
  found.focus();
}
