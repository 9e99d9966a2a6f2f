import { useEffect, useMemo, useState } from 'react';
import type { Away, KeptAct } from './kept.ts';
import { useLink, useTransport } from './provider.tsx';

export interface Desk {
  /** The server does not answer. */
  readonly down: boolean;
  readonly away: Away | undefined;
  readonly acts: readonly KeptAct[];
}

const NONE: readonly KeptAct[] = [];

/** The desk as it stands: whether its server answers, and what waits on it. */
export function useAway(): Desk {
  const { away } = useTransport();
  const link = useLink();
  const [turn, setTurn] = useState(0);
  useEffect(() => away?.on(() => setTurn((now) => now + 1)), [away]);
  return useMemo(
    () => ({ down: link.status === 'offline', away, acts: (turn >= 0 && away?.acts()) || NONE }),
    [link.status, away, turn],
  );
}
