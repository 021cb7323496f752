// A lit-html directive: a <dialog> that is open for as long as it is in the page, above everything else.

/** @import { ElementPart } from "../../vendor/lit-html/directive.js" */

import { noChange } from "../../vendor/lit-html/lit-html.js";
import { Directive, directive } from "../../vendor/lit-html/directive.js";

class Modal extends Directive {
  render() {
    return noChange;
  }

  /**
   * @override
   * @param {ElementPart & { element: HTMLDialogElement }} part
   */
  update({ element }) {
    // Not before the template is in the document.
    if (!element.open) queueMicrotask(() => element.isConnected && !element.open && element.showModal());
    return noChange;
  }
}

export const modal = directive(Modal);
