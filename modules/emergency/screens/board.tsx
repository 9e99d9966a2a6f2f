import {
  Button,
  Empty,
  ErrorState,
  formatTime,
  Skeleton,
  StaleNote,
  useCan,
  useNow,
  useTexts,
  type View,
} from '@mach/ui';
import { type KeyboardEvent, type ReactElement, useMemo } from 'react';
import type { BoardRow } from '../contract.ts';
import { COLUMNS, clockOf, columnOf, ranked } from '../rules/board.ts';
import type { TriagePack } from '../rules/triage-pack.ts';
import { PatientCard } from './card.tsx';
import { texts } from './texts.ts';

/** Arrows walk the cards: up and down inside a column, left and right between columns. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[event.key];
  const here = document.activeElement;
  if (!step || !(here instanceof HTMLElement) || !here.matches('[data-card]')) return;
  const columns = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-column]')]
    .map((column) => [...column.querySelectorAll<HTMLElement>('[data-card]')])
    .filter((cards) => cards.length > 0);
  const x = columns.findIndex((cards) => cards.includes(here));
  const y = columns[x]?.indexOf(here) ?? 0;
  const column = columns[x + (step[0] ?? 0)];
  const next = column?.[Math.max(0, Math.min(column.length - 1, y + (step[1] ?? 0)))];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The emergency board: everybody in the room by what they wait for, the most urgent on top. */
export function Board(props: {
  readonly view: View<BoardRow>;
  readonly pack: TriagePack | undefined;
  readonly onOpen: (row: BoardRow) => void;
  readonly onNew: () => void;
}): ReactElement {
  const { view, pack, onOpen, onNew } = props;
  const t = useTexts(texts);
  const can = useCan();
  const now = useNow();
  const columns = useMemo(() => {
    const all = ranked(view.rows, now);
    return COLUMNS.map((key) => ({ key, rows: all.filter((row) => columnOf(row) === key) }));
  }, [view.rows, now]);
  const people = columns.flatMap((c) => c.rows);
  const late = people.filter((row) => clockOf(row, now).lateness === 'overdue').length;
  return (
    <div className="em-board">
      <header className="em-board-head">
        <h1>{t('board')}</h1>
        <span className="em-board-count">{t('people', { n: people.length })}</span>
        <ul className="em-mix" aria-label={t('mix')}>
          {[1, 2, 3, 4, 5].map((level) => (
            <li key={level} data-level={level}>
              {t('levelCount', { level, n: people.filter((p) => p.level === level).length })}
            </li>
          ))}
        </ul>
        {late > 0 && <span className="em-board-late">{t('lateCount', { n: late })}</span>}
        <span className="em-board-at">
          {view.stale && view.loadedAt ? <StaleNote at={view.loadedAt} /> : t('at', { time: formatTime(now) })}
        </span>
        {can('emergency.arrive') && (
          <Button look="primary" icon="plus" chord="F10" onClick={onNew}>
            {t('arrive')}
          </Button>
        )}
      </header>
      {view.state === 'loading' ? (
        <Skeleton shape="lines" />
      ) : view.state === 'error' ? (
        <ErrorState error={view.error} onRetry={view.reload} />
      ) : people.length === 0 ? (
        <Empty title={t('nobody')} hint={t('nobodyHint')} />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: the cards are buttons; the arrows are a shortcut between them.
        <div className="em-columns" onKeyDown={walk}>
          {columns.map(({ key, rows }) => (
            <section
              key={key}
              className="em-column"
              data-column={key}
              data-empty={rows.length === 0 || undefined}
              aria-label={t(`column_${key}`)}
            >
              <h2>
                {t(`column_${key}`)} <span>{rows.length}</span>
              </h2>
              <div className="em-cards">
                {rows.map((row) => (
                  <PatientCard key={row.key} row={row} pack={pack} now={now} onOpen={() => onOpen(row)} />
                ))}
              </div>
            </section>
          ))}
        </div>
      )}
    </div>
  );
}
