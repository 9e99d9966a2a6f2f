/**
 * What is saved together: the nearest of these around a field or a button. `data-form` marks one where neither a drawer
 * nor a page is meant, such as one row of several that are each saved by their own button.
 */
const FORM = '[data-form], form, [role="dialog"], .m-drawer, .m-frame-main';

/**
 * Whether a number stands unread in the form around an element: "1.000" that was not answered, "4x", a value that cannot
 * be. To the screen such a field is empty, so that saving would lose what was typed. The number gets the caret.
 *
 * Every way to save goes through here: primary buttons, submitted forms, finish bars and Ctrl+Enter.
 */
export function stopAtUnread(from: EventTarget | null): boolean {
  if (typeof document === 'undefined') return false;
  const form = from instanceof Element ? from.closest(FORM) : null;
  const number = (form ?? document).querySelector<HTMLInputElement>('[data-unread] input');
  number?.focus();
  return number !== null;
}
