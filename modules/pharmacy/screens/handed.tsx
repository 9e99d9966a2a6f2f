import { Chip, Empty, formatDate, formatDateTime, quantity, Section, Table, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { DispenseRow } from '../contract.ts';
import { texts } from './texts.ts';

/** Everything of a prescription that has left the window, with lot and expiry; what came back says so. */
export function HandedOver({ rows }: { readonly rows: readonly DispenseRow[] }): ReactElement {
  const t = useTexts(texts);
  return (
    <Section anchor={2} title={t('handedOver')}>
      <Table<DispenseRow>
        label={t('handedOver')}
        rows={rows}
        keyOf={(row) => row.key}
        empty={<Empty title={t('noneDone')} />}
        columns={[
          { key: 'name', head: t('drug'), rowHead: true, cell: (row) => row.name ?? row.drug },
          {
            key: 'lot',
            head: `${t('lot')}, ${t('expiry').toLocaleLowerCase('vi')}`,
            width: '120px',
            cell: (row) => (
              <span className="rx-back">
                <span className="m-code">{row.lot}</span>
                <span className="rx-muted">{row.expiry ? formatDate(row.expiry) : '—'}</span>
              </span>
            ),
          },
          {
            key: 'quantity',
            head: t('quantity'),
            width: '80px',
            align: 'right',
            cell: (row) => <strong>{quantity(String(row.quantity), row.unit ?? '')}</strong>,
          },
          {
            key: 'at',
            head: t('doneToday'),
            width: '136px',
            wide: true,
            cell: (row) =>
              row.status === 'completed' ? (
                <span className="rx-back">
                  {row.at ? formatDateTime(row.at) : '—'} <span className="rx-muted">{row.by}</span>
                </span>
              ) : (
                <span className="rx-back">
                  <Chip tone="warn" icon="undo">
                    {t(row.refunded ? 'backDone' : 'backExchanged')}
                  </Chip>
                  <span className="rx-muted">{row.returnReason}</span>
                </span>
              ),
          },
        ]}
      />
    </Section>
  );
}
