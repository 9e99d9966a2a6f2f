import { useDrawer } from '@mach/ui';
import { useEffect, useRef } from 'react';

/**
 * A drawer that follows the address: it opens with the row that is open, and closing it leaves the row. Each row has a
 * drawer of its own, since one that is taken away while it is open closes.
 */
export function useOneDrawer(
  name: string,
  key: string | undefined,
  leave: () => void,
): { readonly id: string; readonly close: () => void } {
  const id = `${name}-${key ?? ''}`;
  const drawer = useDrawer(id);
  const latest = useRef({ drawer, leave });
  latest.current = { drawer, leave };
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (key === undefined) return;
    latest.current.drawer.open();
  }, [key]);
  const { isOpen } = drawer;
  useEffect(() => {
    // It was shown for this row and is not any more: somebody has closed it.
    if (isOpen) shown.current = key;
    else if (key !== undefined && shown.current === key) {
      shown.current = undefined;
      latest.current.leave();
    }
  }, [isOpen, key]);
  return { id, close: () => latest.current.leave() };
}
