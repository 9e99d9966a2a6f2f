import { useDrawer } from '@mach/ui';
import { useEffect, useRef, useState } from 'react';

/**
 * A drawer that begins anew each time it is shown: `round` is the key of its content. A drawer that is taken away while it
 * is open closes, so the new one is opened after that.
 */
export function useFreshDrawer(id: string): {
  readonly isOpen: boolean;
  readonly round: number;
  readonly show: () => void;
} {
  const drawer = useDrawer(id);
  const [round, setRound] = useState(0);
  const open = useRef(drawer.open);
  open.current = drawer.open;
  useEffect(() => {
    if (round > 0) open.current();
  }, [round]);
  return { isOpen: drawer.isOpen, round, show: () => setRound((now) => now + 1) };
}
