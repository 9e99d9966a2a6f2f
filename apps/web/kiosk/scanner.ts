/** A card reader types what it reads and ends with Enter; a keyboard, where there is one, does the same more slowly. */
export interface Scanner {
  /** Forgets what was half read. */
  clear(): void;
}

/** Shortest and longest text that means somebody: ten digits of a code, a card with all its fields. */
const SHORTEST = 8;
const LONGEST = 2_000;

export function listenToScanner(onText: (text: string) => void): Scanner {
  let read = '';
  document.addEventListener('keydown', (event) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Enter') {
      const text = read.trim();
      read = '';
      if (text.length < SHORTEST) return;
      event.preventDefault();
      onText(text);
    } else if (event.key.length === 1 && read.length < LONGEST) {
      read += event.key;
      // A space in a name must not press the button that has the focus.
      if (event.key === ' ' && read.length > 1) event.preventDefault();
    }
  });
  return {
    clear: () => {
      read = '';
    },
  };
}
