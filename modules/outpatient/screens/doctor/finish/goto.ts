/** Space above a section that is scrolled to, px. */
const ABOVE = 8;

/** Brings a part of the page to its top. Only the page scrolls: the shell around it must stay where it is. */
function reveal(section: HTMLElement): void {
  const page = section.closest<HTMLElement>('[data-frame-page]');
  if (!page) return;
  const top = section.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop;
  const tabs = page.querySelector<HTMLElement>('.doc-tabs')?.offsetHeight ?? 0;
  page.scrollTo({ top: top - ABOVE - tabs });
}

/** Scrolls the page just so far that an element is not hidden behind the finish bar. */
export function keepInView(element: HTMLElement | null): void {
  const page = element?.closest<HTMLElement>('[data-frame-page]');
  if (!element || !page) return;
  const bar = page.querySelector<HTMLElement>('.m-finish')?.offsetHeight ?? 0;
  const hidden = element.getBoundingClientRect().bottom + ABOVE - (page.getBoundingClientRect().bottom - bar);
  if (hidden > 0) page.scrollBy({ top: hidden });
}

/** Moves the focus to a section of the page: to its first field, or what the selector names. */
export function focusAnchor(anchor: number, selector = 'input, textarea, select'): void {
  const section = document.querySelector<HTMLElement>(`[data-frame-page] [data-anchor="${anchor}"]`);
  if (!section) return;
  reveal(section);
  (section.querySelector<HTMLElement>(selector) ?? section).focus({ preventScroll: true });
}

/** The first field of the prescription that waits for an answer: a reason, else the composer. */
export function focusRx(): void {
  const section = document.querySelector<HTMLElement>('[data-frame-page] [data-anchor="5"]');
  if (!section) return;
  const waiting = section.querySelector<HTMLElement>('.doc-reason-pick select');
  reveal(waiting?.closest<HTMLElement>('li') ?? section);
  (waiting ?? section.querySelector<HTMLElement>('.doc-compose input'))?.focus({ preventScroll: true });
}
