import {
  Chip,
  Empty,
  formatDate,
  formatDateTime,
  quantity,
  Section,
  Skeleton,
  Table,
  useTexts,
  useView,
} from '@mach/ui';
import type { ReactElement } from 'react';
import type { DispenseRow, PharmacyLineRow } from '../contract.ts';
import { texts } from './texts.ts';

/** Everything of these lines that has left the window, with lot and expiry. */
export function HandedOver(props: {
  readonly encounter: string;
  readonly lines: readonly PharmacyLineRow[];
}): ReactElement | null {
  const t = useTexts(texts);
  const list = useView<DispenseRow>('pharmacy.dispenses', { encounter: props.encounter }, { sort: '-at', limit: 200 });
  const keys = new Set(props.lines.map((line) => line.key));
  const rows = list.rows.filter((row) => row.status === 'completed' && keys.has(row.medicationRequest ?? ''));
  if (list.state === 'loading') return <Skeleton shape="table" />;
  if (rows.length === 0) return null;
  return (
    <Section anchor={2} title={t('handedOver')}>
      <Table<DispenseRow>
        label={t('handedOver')}
        rows={rows}
        keyOf={(row) => row.key}
        empty={<Empty title={t('noneDone')} />}
        columns={[
          { key: 'name', head: t('drug'), rowHead: true, cell: (row) => row.name ?? row.drug },
          { key: 'lot', head: t('lot'), width: '130px', cell: (row) => <span className="m-code">{row.lot}</span> },
          {
            key: 'expiry',
            head: t('expiry'),
            width: '110px',
            wide: true,
            cell: (row) => (row.expiry ? formatDate(row.expiry) : '—'),
          },
          {
            key: 'quantity',
            head: t('quantity'),
            width: '100px',
            align: 'right',
            cell: (row) => <strong>{quantity(String(row.quantity), row.unit ?? '')}</strong>,
          },
          {
            key: 'at',
            head: t('doneToday'),
            width: '200px',
            wide: true,
            cell: (row) => (
              <>
                {row.at ? formatDateTime(row.at) : '—'} {row.by && <Chip>{row.by}</Chip>}
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}
