import { Decimal } from '@mach/base/decimal.ts';
import {
  Drawer,
  Empty,
  ErrorState,
  formatDate,
  formatDateTime,
  money,
  Skeleton,
  Table,
  useTexts,
  useView,
} from '@mach/ui';
import type { ReactElement } from 'react';
import type { FigureRow } from '../contract.ts';
import { texts } from './texts.ts';

export const ROWS_DRAWER = 'ops-rows';

export interface Opened {
  readonly figure: string;
  readonly title: string;
}

/** The rows that a number counts. */
export function RowsDrawer({ opened }: { readonly opened: Opened | null }): ReactElement {
  return (
    <Drawer id={ROWS_DRAWER} title={opened?.title ?? ''}>
      {opened && <Rows key={opened.figure} figure={opened.figure} title={opened.title} />}
    </Drawer>
  );
}

function Rows({ figure, title }: Opened): ReactElement {
  const t = useTexts(texts);
  const { rows, state, error, reload } = useView<FigureRow>(
    'operations.rows',
    { figure },
    { live: false, limit: 1000 },
  );
  const value = (row: FigureRow): string => {
    if (row.value === null) return '';
    if (row.unit === 'dong') return money(row.value);
    return row.unit === 'days' ? t('days', { n: row.value }) : t('minutes', { n: row.value });
  };
  const at = (row: FigureRow): string =>
    row.at === null ? '' : row.at.length === 10 ? formatDate(row.at) : formatDateTime(row.at);
  // Money adds up to the number that was opened; the rows say so themselves.
  const summed = rows.length > 0 && rows.every((row) => row.unit === 'dong');
  const sum = Decimal.sum(rows.map((row) => Decimal.of(String(row.value ?? 0))));
  if (state === 'loading') return <Skeleton shape="table" />;
  if (state === 'error') return <ErrorState error={error} onRetry={reload} />;
  return (
    <div className="ops-rows" data-figure={figure} data-rows={rows.length}>
      <p className="ops-rows-count">
        {t('rowCount', { n: rows.length })}
        {summed && ` · ${t('sumOfRows', { sum: money(sum) })}`}
      </p>
      <Table<FigureRow>
        label={title}
        rows={rows}
        keyOf={(row) => row.key}
        fill
        empty={<Empty title={t('noRows')} />}
        tone={(row) => (row.bad ? 'warn' : undefined)}
        columns={[
          {
            key: 'what',
            head: t('what'),
            rowHead: true,
            cell: (row) => (
              <span className="ops-row-what">
                {row.title}
                <small className="ops-small">{[row.note, at(row)].filter(Boolean).join(' · ')}</small>
              </span>
            ),
          },
          { key: 'value', head: '', align: 'right', width: '112px', cell: value },
        ]}
      />
    </div>
  );
}
