/** Moves the focus to what is missing on the page. */
export function focusAnchor(anchor: number, selector = 'input, textarea, select'): void {
  const section = document.querySelector<HTMLElement>(`[data-anchor="${anchor}"]`);
  if (!section) return;
  section.scrollIntoView({ block: 'start' });
  (section.querySelector<HTMLElement>(selector) ?? section).focus({ preventScroll: true });
}

/** The first field of the prescription that waits for an answer: a reason, else the composer. */
export function focusRx(): void {
  const section = document.querySelector<HTMLElement>('[data-anchor="5"]');
  const waiting = section?.querySelector<HTMLElement>('.doc-reason-pick select');
  section?.scrollIntoView({ block: 'start' });
  (waiting ?? section?.querySelector<HTMLElement>('.doc-compose input'))?.focus({ preventScroll: true });
}
