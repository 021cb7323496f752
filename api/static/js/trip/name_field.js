// A field for a bird's name, with what is meant below it (a combobox).

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { shownName } from "../words.js";

/**
 * @import { TaxonDocument } from "../documents.js"
 * @import { Change, Within } from "../events.js"
 * @import { Names } from "./names.js"
 */

/**
 * @param {Names} names
 * @param {(taxon: TaxonDocument) => void} take
 */
export function nameField(names, take) {
  const isOpen = names.found.length > 0;
  return html`
    <div class="name-field">
      <label>${t("change")} <kbd>c</kbd>
        <input class="change" role="combobox" aria-expanded=${isOpen} aria-controls="taxa" aria-autocomplete="list"
          aria-activedescendant=${isOpen ? `taxon-${names.chosen}` : nothing} aria-keyshortcuts="c" autocomplete="off"
          spellcheck="false" placeholder=${t("change.hint")} .value=${names.text}
          @input=${(/** @type {Change} */ { target }) => names.look(target.value)}
          @keydown=${(/** @type {Within<KeyboardEvent>} */ event) => keys(event, names, take)}>
      </label>
      <ul id="taxa" role="listbox" aria-label=${t("change.names")} ?hidden=${!isOpen}>
        ${names.found.map((taxon, place) => html`
          <li id="taxon-${place}" role="option" aria-selected=${place === names.chosen}
            @mousedown=${(/** @type {Event} */ event) => (event.preventDefault(), choose(names, taxon, take))}>
            ${shownName(taxon)} ${taxon.scientific_name && taxon.scientific_name !== taxon.name
              ? html`<i>${taxon.scientific_name}</i>`
              : nothing}
          </li>
        `)}
      </ul>
    </div>
  `;
}

/**
 * Quicker than the server: Enter takes what is found once that is of the text as it stands.
 * @param {Within<KeyboardEvent>} event
 * @param {Names} names
 * @param {(taxon: TaxonDocument) => void} take
 */
async function keys(event, names, take) {
  const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (steps) {
    event.preventDefault();
    names.move(steps);
  }
  if (event.key === "Escape" && names.text) {
    event.preventDefault();
    event.stopPropagation();
    names.clear();
  }
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (!names.isSettled) await names.look(names.text);
  const taxon = names.found[names.chosen];
  if (taxon) choose(names, taxon, take);
}

/**
 * @param {Names} names
 * @param {TaxonDocument} taxon
 * @param {(taxon: TaxonDocument) => void} take
 */
function choose(names, taxon, take) {
  names.clear();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  take(taxon);
}
