import type { ReactElement } from 'react';
import { type Chord, chordCaps } from './chord.ts';
import './key-hint.css';

/** The key of an action, printed small beside it so that people outgrow the mouse. Hidden on touch devices. */
export function KeyHint({ chord }: { readonly chord: Chord }): ReactElement {
  return (
    <span className="m-keyhint" aria-hidden="true">
      {chordCaps(chord).map((cap) => (
        <span key={cap} className="m-keyhint-cap">
          {cap}
        </span>
      ))}
    </span>
  );
}
