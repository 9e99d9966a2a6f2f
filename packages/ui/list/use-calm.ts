import { type FocusEventHandler, type PointerEventHandler, useState } from 'react';
import { type Calm, calmMerge } from './calm.ts';

export interface CalmList<R> extends Calm<R> {
  /** Puts the waiting rows in their places now. */
  readonly settle: () => void;
  /** Handlers of the element that holds the list. */
  readonly hold: {
    readonly onPointerEnter: PointerEventHandler;
    readonly onPointerLeave: PointerEventHandler;
    readonly onFocus: FocusEventHandler;
    readonly onBlur: FocusEventHandler;
  };
}

/** Keeps a live list still while the pointer or the focus is in it. */
export function useCalm<R>(incoming: readonly R[], keyOf: (row: R) => string): CalmList<R> {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const [shown, setShown] = useState<readonly R[]>(incoming);
  const busy = (pointer || focus) && shown.length > 0;
  const calm: Calm<R> = busy ? calmMerge(shown, incoming, keyOf) : { rows: incoming, gone: new Set(), fresh: 0 };
  if (!busy && shown !== incoming) setShown(incoming);
  return {
    ...calm,
    settle: () => setShown(incoming),
    hold: {
      onPointerEnter: (event) => setPointer(event.pointerType === 'mouse'),
      onPointerLeave: () => setPointer(false),
      onFocus: () => setFocus(true),
      onBlur: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocus(false);
      },
    },
  };
}
