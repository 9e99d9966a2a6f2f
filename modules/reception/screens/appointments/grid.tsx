import { useTexts } from '@mach/ui';
import { type KeyboardEvent, type ReactElement, useEffect, useRef } from 'react';
import { type Arrow, cellKey, type Grid, type GridCell, step } from './grid-model.ts';
import { texts } from './texts.ts';

const ARROWS: readonly string[] = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'];

/** Times down, days or rooms across: arrows move, Enter opens. One cell is in the order of Tab. */
export function SlotGrid(props: {
  readonly grid: Grid;
  readonly at: string | null;
  readonly onMove: (cell: string) => void;
  readonly onOpen: (cell: GridCell) => void;
  /** A time is being looked for: full and closed cells step back. */
  readonly choosing: boolean;
}): ReactElement {
  const { grid, at, onMove, onOpen, choosing } = props;
  const t = useTexts(texts);
  const current = useRef<HTMLButtonElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    if (moved.current && at !== null) current.current?.focus();
    moved.current = false;
  }, [at]);

  function onKeyDown(event: KeyboardEvent): void {
    if (at === null || !ARROWS.includes(event.key) || event.ctrlKey || event.altKey) return;
    const next = step(grid, at, event.key as Arrow);
    event.preventDefault();
    if (next === undefined) return;
    moved.current = true;
    onMove(next);
  }
  return (
    <table className="apt-grid" onKeyDown={onKeyDown} data-choosing={choosing || undefined}>
      <caption className="m-sr">{t('gridLabel')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('time')}</th>
          {grid.columns.map((column) => (
            <th key={column.key} scope="col">
              <span>{column.head}</span>
              {column.sub && <span className="apt-sub">{column.sub}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {grid.times.map((time) => (
          <tr key={time}>
            <th scope="row">{time}</th>
            {grid.columns.map((column) => {
              const key = cellKey(time, column.key);
              const cell = grid.cells.get(key);
              return (
                <td key={column.key}>
                  {cell && (
                    <Cell
                      cell={cell}
                      when={`${column.head} ${time}`}
                      selected={key === at}
                      buttonRef={key === at ? current : undefined}
                      onFocus={() => key !== at && onMove(key)}
                      onOpen={() => onOpen(cell)}
                    />
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell(props: {
  readonly cell: GridCell;
  readonly when: string;
  readonly selected: boolean;
  readonly buttonRef: React.Ref<HTMLButtonElement> | undefined;
  readonly onFocus: () => void;
  readonly onOpen: () => void;
}): ReactElement {
  const { cell, when, selected, buttonRef, onFocus, onOpen } = props;
  const t = useTexts(texts);
  const { places, booked } = cell.slot;
  // A time that is over is no free place, whoever did not come.
  const state = cell.past ? 'past' : cell.closed ? 'closed' : cell.free === 0 ? 'full' : 'free';
  const label = cell.past
    ? t('cellPast', { when, booked, places })
    : cell.closed
      ? t('cellClosed', { when })
      : cell.free === 0
        ? t('cellFull', { when })
        : t('cell', { when, free: cell.free, places });
  return (
    <button
      ref={buttonRef}
      type="button"
      className="apt-cell"
      data-state={state}
      tabIndex={selected ? 0 : -1}
      aria-label={label}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <span className="apt-dots" aria-hidden="true">
        {Array.from({ length: Math.min(places, 6) }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: places of a slot have no identity of their own
          <i key={i} data-taken={i < booked || undefined} />
        ))}
      </span>
      <span className="apt-left">
        {state === 'past' ? '' : cell.closed ? t('closed') : cell.free === 0 ? t('full') : cell.free}
      </span>
    </button>
  );
}
