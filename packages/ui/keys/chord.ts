/** A key press as written in the design language: `F4`, `Ctrl+Enter`, `Ctrl+Shift+S`, `Alt+1`, `Escape`. */
export type Chord = string;

/** The parts of a key event that a chord is matched against. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

interface Parsed {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly key: string;
}

/** Keys the browser keeps or that must stay harmless (design language §5 rule 1). */
const FORBIDDEN = new Set(['F5', 'F11', 'F12', 'Ctrl+N', 'Ctrl+T', 'Ctrl+W', 'Ctrl+R']);
const parsedChords = new Map<Chord, Parsed>();

function parse(chord: Chord): Parsed {
  const known = parsedChords.get(chord);
  if (known) return known;
  if (FORBIDDEN.has(chord)) throw new Error(`${chord} belongs to the browser`);
  const parts = chord.split('+');
  const parsed = {
    ctrl: parts.includes('Ctrl'),
    alt: parts.includes('Alt'),
    shift: parts.includes('Shift'),
    key: parts.at(-1) ?? '',
  };
  parsedChords.set(chord, parsed);
  return parsed;
}

/**
 * Whether a key press is the chord. Letters and digits are compared by physical key, because a
 * Vietnamese input method or another layout changes `key` but never `code`.
 */
export function matches(chord: Chord, press: KeyPress): boolean {
  const want = parse(chord);
  if (want.ctrl !== (press.ctrlKey || press.metaKey) || want.alt !== press.altKey || want.shift !== press.shiftKey)
    return false;
  if (/^[A-Z]$/.test(want.key)) return press.code === `Key${want.key}`;
  if (/^\d$/.test(want.key)) return press.code === `Digit${want.key}` || press.code === `Numpad${want.key}`;
  if (want.key === 'Space') return press.code === 'Space';
  return press.key === want.key;
}

/** Whether a chord may fire while a text field has the focus: only with Ctrl, Alt or as a function key. */
export function worksInText(chord: Chord): boolean {
  const { ctrl, alt, key } = parse(chord);
  return ctrl || alt || /^F\d+$/.test(key) || key === 'Escape';
}

/** `Ctrl+Shift+S` → `['Ctrl', 'Shift', 'S']`, with printed names for the named keys. */
export function chordCaps(chord: Chord): readonly string[] {
  const names: Readonly<Record<string, string>> = {
    Escape: 'Esc',
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
    Enter: 'Enter',
  };
  return chord.split('+').map((part) => names[part] ?? part);
}
