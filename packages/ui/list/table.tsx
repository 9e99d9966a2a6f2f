import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactElement, type ReactNode, useRef } from 'react';
import { cx } from '../base/class-names.ts';
import { Skeleton } from '../base/states.tsx';
import { Icon } from '../icons/icon.tsx';
import { useWider } from './side-scroll.tsx';
import './table.css';
import { useListKeys } from './use-list-keys.ts';

export interface Column<R> {
  readonly key: string;
  readonly head: ReactNode;
  readonly cell: (row: R, index: number) => ReactNode;
  /** Numbers and money stand right. */
  readonly align?: 'left' | 'right' | 'center';
  /** CSS width (`120px`, `20%`); without it the column takes what is left. */
  readonly width?: string;
  /** The cell that names the row for screen readers; one per table. */
  readonly rowHead?: boolean;
  /** The view's column to sort by; makes the head a button. */
  readonly sort?: string;
  /** Left out on narrow screens. */
  readonly wide?: boolean;
}

export interface TableProps<R> {
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  readonly state?: 'loading' | 'ready';
  readonly empty?: ReactNode;
  readonly selected?: string | null;
  readonly onOpen?: (row: R) => void;
  readonly onPeek?: (row: R) => void;
  readonly textOf?: (row: R) => string;
  /** Present sort (`col` or `-col`) and its change. */
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
  readonly tone?: (row: R) => 'critical' | 'warn' | 'muted' | undefined;
  /** A last row of totals: as many cells as columns. */
  readonly foot?: readonly ReactNode[];
  readonly hasMore?: boolean;
  readonly onMore?: () => void;
  /** Fills its container and scrolls inside; rows beyond 100 are then drawn only when seen. */
  readonly fill?: boolean;
}

const VIRTUAL_FROM = 100;

/** A plain semantic table with the keys of a list. */
export function Table<R>(props: TableProps<R>): ReactElement {
  const { label, columns, rows, keyOf, state = 'ready', selected, onOpen, onPeek, textOf, tone, foot, fill } = props;
  const scroller = useRef<HTMLElement>(null);
  const cursor = useRef<string | null>(null);
  const virtual = fill === true && rows.length > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: virtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight(),
    overscan: 12,
  });

  const indexOf = (key: string | null | undefined): number => (key ? rows.findIndex((row) => keyOf(row) === key) : -1);
  const current = [indexOf(cursor.current), indexOf(selected), rows.length > 0 ? 0 : -1].find((i) => i >= 0) ?? -1;
  const live = onOpen !== undefined || onPeek !== undefined;

  function focusRow(index: number): void {
    const row = rows[index];
    if (row === undefined) return;
    cursor.current = keyOf(row);
    if (virtual) virtualizer.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`)?.focus({ preventScroll: virtual }),
    );
  }

  const withRow = (act?: (row: R) => void) => act && ((i: number) => rows[i] !== undefined && act(rows[i]));
  const onKeyDown = useListKeys({
    count: live ? rows.length : 0,
    active: current,
    setActive: focusRow,
    onOpen: withRow(onOpen),
    onPeek: withRow(onPeek),
    textOf: textOf && ((i) => (rows[i] === undefined ? '' : textOf(rows[i]))),
  });

  const items = virtual ? virtualizer.getVirtualItems() : rows.map((_, index) => ({ index, start: 0, end: 0 }));
  const before = virtual ? (items[0]?.start ?? 0) : 0;
  const after = virtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;

  // Rows that take the focus scroll by it; a table to be read only is scrolled by its box.
  const wider = useWider(scroller) && !live;
  return (
    <section
      ref={scroller}
      className={cx('m-tablebox', fill && 'm-tablebox-fill m-scroll')}
      aria-label={wider ? label : undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys (WCAG 2.1.1)
      tabIndex={wider ? 0 : undefined}
    >
      <table
        className="m-table"
        role={live ? 'grid' : undefined}
        aria-label={label}
        aria-rowcount={rows.length}
        onKeyDown={onKeyDown}
      >
        <colgroup>
          {columns.map((column) => (
            <col
              key={column.key}
              className={column.wide ? 'm-td-wide' : undefined}
              style={column.width ? ({ '--col': column.width } as CSSProperties) : undefined}
            />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={before} span={columns.length} />
          {items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = keyOf(row);
            return (
              <tr
                key={key}
                data-index={index}
                aria-rowindex={index + 1}
                aria-selected={live ? key === selected : undefined}
                className={cx('m-tr', live && 'm-tr-live', tone?.(row) && `m-tr-${tone(row)}`)}
                tabIndex={live ? (index === current ? 0 : -1) : undefined}
                onFocus={() => {
                  cursor.current = key;
                }}
                onClick={onOpen && (() => onOpen(row))}
              >
                {columns.map((column) => {
                  const className = cx(column.align && `m-td-${column.align}`, column.wide && 'm-td-wide');
                  const content = column.cell(row, index);
                  return column.rowHead ? (
                    <th key={column.key} scope="row" className={className}>
                      {content}
                    </th>
                  ) : (
                    <td key={column.key} className={className}>
                      {content}
                    </td>
                  );
                })}
              </tr>
            );
          })}
          <Spacer height={after} span={columns.length} />
        </tbody>
        {foot && rows.length > 0 && (
          <tfoot>
            <tr>
              {foot.map((content, i) => (
                <td
                  key={columns[i]?.key ?? String(i)}
                  className={cx(columns[i]?.align && `m-td-${columns[i]?.align}`, columns[i]?.wide && 'm-td-wide')}
                >
                  {content}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {/* About as high as what says "nothing here": what stands below hardly moves. */}
      {state === 'loading' && <Skeleton shape="table" count={3} />}
      {state === 'ready' && rows.length === 0 && props.empty}
      {props.hasMore && (
        <button type="button" className="m-worklist-more" onClick={props.onMore}>
          <Icon name="more" size={16} />
        </button>
      )}
    </section>
  );
}

function rowHeight(): number {
  const value = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row-h'));
  return Number.isFinite(value) ? value : 36;
}

function Spacer({ height, span }: { readonly height: number; readonly span: number }): ReactElement | null {
  if (height <= 0) return null;
  return (
    <tr>
      <td colSpan={span} style={{ height, padding: 0 }} />
    </tr>
  );
}

function Head<R>(props: {
  readonly column: Column<R>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}): ReactElement {
  const { column, sort, onSort } = props;
  const className = cx(column.align && `m-td-${column.align}`, column.wide && 'm-td-wide');
  const by = column.sort;
  if (!by || !onSort)
    return (
      <th scope="col" className={className}>
        {column.head}
      </th>
    );
  const order = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none';
  return (
    <th scope="col" className={className} aria-sort={order}>
      <button type="button" className="m-th-sort" onClick={() => onSort(order === 'ascending' ? `-${by}` : by)}>
        {column.head}
        {order !== 'none' && <Icon name={order === 'ascending' ? 'up' : 'down'} size={16} />}
      </button>
    </th>
  );
}
