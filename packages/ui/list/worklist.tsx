// biome-ignore-all lint/a11y/useSemanticElements: rows of free layout are a one-column grid, which no HTML element is
// biome-ignore-all lint/a11y/useFocusableInteractive: the row has the focus, its one cell only names the role
import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { cx } from '../base/class-names.ts';
import { Empty, ErrorState, Skeleton, StaleNote } from '../base/states.tsx';
import { formatTime } from '../format/date.ts';
import { Icon } from '../icons/icon.tsx';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import { useCalm } from './use-calm.ts';
import { useListKeys } from './use-list-keys.ts';
import './worklist.css';

export interface WorklistProps<R> {
  /** Spoken name of the list. */
  readonly label: string;
  readonly rows: readonly R[];
  readonly state?: 'loading' | 'ready' | 'error';
  readonly error?: unknown;
  readonly onRetry?: () => void;
  /** Older than it should be; `loadedAt` is shown. */
  readonly stale?: boolean;
  readonly loadedAt?: string;
  readonly keyOf: (row: R) => string;
  /** One `<WorkRow>`. */
  readonly render: (row: R) => ReactNode;
  readonly textOf?: (row: R) => string;
  /** Key of the open row. */
  readonly selected?: string | null;
  readonly onOpen: (row: R) => void;
  readonly onPeek?: (row: R) => void;
  readonly empty: ReactNode;
  readonly hasMore?: boolean;
  readonly onMore?: () => void;
  /** Takes the focus when it appears. */
  readonly autoFocus?: boolean;
}

/**
 * The list of a workspace: first row = next action. Rows never jump under the cursor; what is new
 * above waits behind "3 mới ↑".
 */
export function Worklist<R>(props: WorklistProps<R>): ReactElement {
  const { label, rows, state = 'ready', keyOf, render, textOf, selected = null, onOpen, onPeek } = props;
  const t = useTexts(uiTexts);
  const calm = useCalm(rows, keyOf);
  const list = useRef<HTMLDivElement>(null);
  const cursor = useRef<string | null>(null);
  const id = useId();

  const at = (key: string | null): number => (key === null ? -1 : calm.rows.findIndex((row) => keyOf(row) === key));
  const current = [at(cursor.current), at(selected), calm.rows.length > 0 ? 0 : -1].find((i) => i >= 0) ?? -1;

  function focusRow(index: number): void {
    const row = calm.rows[index];
    if (row === undefined) return;
    cursor.current = keyOf(row);
    list.current?.querySelectorAll<HTMLElement>('.m-workitem')[index]?.focus();
  }

  const onKeyDown = useListKeys({
    count: calm.rows.length,
    active: current,
    setActive: focusRow,
    onOpen: (i) => openAt(i),
    onPeek: onPeek && ((i) => peekAt(i)),
    textOf: textOf && ((i) => textAt(i)),
  });

  function openAt(index: number): void {
    const row = calm.rows[index];
    if (row !== undefined && !calm.gone.has(keyOf(row))) onOpen(row);
  }
  function peekAt(index: number): void {
    const row = calm.rows[index];
    if (row !== undefined) onPeek?.(row);
  }
  function textAt(index: number): string {
    const row = calm.rows[index];
    return row !== undefined && textOf ? textOf(row) : '';
  }

  const wantsFocus = useRef(props.autoFocus === true);
  useEffect(() => {
    if (!wantsFocus.current || calm.rows.length === 0) return;
    wantsFocus.current = false;
    list.current?.querySelector<HTMLElement>('.m-workitem[tabindex="0"]')?.focus();
  });

  if (state === 'loading') return <Skeleton shape="rows" count={8} />;
  if (state === 'error') return <ErrorState error={props.error} onRetry={props.onRetry} />;
  return (
    <div className="m-worklist" {...calm.hold}>
      {props.stale && <StaleNote at={props.loadedAt ? formatTime(props.loadedAt) : '—'} onReload={props.onRetry} />}
      {calm.fresh > 0 && (
        <button type="button" className="m-worklist-fresh" onClick={calm.settle}>
          {t('newRows', { n: calm.fresh })}
          <Icon name="up" size={16} />
        </button>
      )}
      {calm.rows.length === 0 ? (
        typeof props.empty === 'string' ? (
          <Empty title={props.empty} />
        ) : (
          props.empty
        )
      ) : (
        <div className="m-worklist-rows m-scroll">
          {/* A row may hold buttons, which an option of a list box may not. */}
          <div ref={list} role="grid" aria-label={label} onKeyDown={onKeyDown} tabIndex={-1}>
            {calm.rows.map((row, i) => {
              const key = keyOf(row);
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are on the list
                <div
                  key={key}
                  id={`${id}-${key}`}
                  role="row"
                  aria-selected={key === selected}
                  className={cx('m-workitem', calm.gone.has(key) && 'm-workitem-gone')}
                  tabIndex={i === current ? 0 : -1}
                  onFocus={() => {
                    cursor.current = key;
                  }}
                  onClick={() => openAt(i)}
                >
                  <div role="gridcell">{render(row)}</div>
                </div>
              );
            })}
          </div>
          {props.hasMore && (
            <button type="button" className="m-worklist-more" onClick={props.onMore}>
              {t('more')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
