import { type KeyboardEvent, type RefObject, useState } from 'react';

/** What a cell of a grid carries: its place, and whether Tab finds it. */
export interface GridPlace {
  readonly tabIndex: number;
  readonly 'data-at': string;
  readonly onFocus: () => void;
}

/**
 * Arrows walk a grid of focusable cells (`data-at="row:column"`), Home and End a row; one cell is in the order of Tab.
 * Cells that are not drawn are passed over.
 */
export function useGridKeys(box: RefObject<HTMLElement | null>, first = '0:0') {
  const [at, setAt] = useState(first);
  const move = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.nativeEvent.isComposing) return;
    const [row = 0, column = 0] = at.split(':').map(Number);
    const cells = [...(box.current?.querySelectorAll<HTMLElement>('[data-at]') ?? [])];
    const places = cells.map((cell) => ({ cell, place: (cell.dataset.at ?? '').split(':').map(Number) }));
    const inRow = places.filter(({ place }) => place[0] === row);
    const beside = (way: 1 | -1) => nearest(inRow, (p) => way * ((p[1] ?? 0) - column));
    const across = (way: 1 | -1) =>
      nearest(places, (p) => {
        const rows = way * ((p[0] ?? 0) - row);
        return rows <= 0 ? 0 : rows * 1000 + Math.abs((p[1] ?? 0) - column);
      });
    const target = (key: string): HTMLElement | undefined => {
      if (key === 'ArrowRight' || key === 'ArrowLeft') return beside(key === 'ArrowRight' ? 1 : -1);
      if (key === 'ArrowDown' || key === 'ArrowUp') return across(key === 'ArrowDown' ? 1 : -1);
      if (key === 'Home') return inRow[0]?.cell;
      return key === 'End' ? inRow.at(-1)?.cell : undefined;
    };
    const to = target(event.key);
    if (!to) return;
    event.preventDefault();
    to.focus();
  };
  const place = (row: number, column: number): GridPlace => {
    const key = `${row}:${column}`;
    return { tabIndex: key === at ? 0 : -1, 'data-at': key, onFocus: () => setAt(key) };
  };
  return { move, place };
}

type Cell = { readonly cell: HTMLElement; readonly place: readonly number[] };

/** The cell with the least distance above zero. */
function nearest(cells: readonly Cell[], distance: (place: readonly number[]) => number): HTMLElement | undefined {
  let best: Cell | undefined;
  for (const one of cells)
    if (distance(one.place) > 0 && (!best || distance(one.place) < distance(best.place))) best = one;
  return best?.cell;
}
