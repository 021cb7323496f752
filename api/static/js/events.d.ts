// Events of which it is known where they happen.

/** On a field of a form. */
export type Change<Field extends Element = HTMLInputElement> = Event & { target: Field };

/** Somewhere in an element that listens. */
export type Within<Kind extends Event> = Kind & { target: Element; currentTarget: HTMLElement };
