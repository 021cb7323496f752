// A lit-html directive: sizes that are computed. The page's security policy allows no style attributes, but
// what a script sets by itself is fine.

/** @import { ElementPart } from "../vendor/lit-html/directive.js" */

import { noChange } from "../vendor/lit-html/lit-html.js";
import { Directive, directive } from "../vendor/lit-html/directive.js";

class Styled extends Directive {
  /** @param {Record<string, string>} _properties */
  render(_properties) {
    return noChange;
  }

  /**
   * @override
   * @param {ElementPart & { element: HTMLElement }} part
   * @param {[Record<string, string>]} properties
   */
  update({ element }, [properties]) {
    for (const [name, value] of Object.entries(properties)) {
      if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
    }
    return noChange;
  }
}

/** `<div ${styled({ "--columns": "4", height: "80px" })}>` */
export const styled = directive(Styled);
