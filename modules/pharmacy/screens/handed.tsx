import { Button, Chip, Empty, formatDate, formatDateTime, quantity, Section, Table, useCan, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { DispenseRow } from '../contract.ts';
import { texts } from './texts.ts';

/** Everything of a prescription that has left the window, with lot and expiry; what came back says so. */
export function HandedOver(props: {
  readonly rows: readonly DispenseRow[];
  readonly onReturn: () => void;
}): ReactElement {
  const { rows, onReturn } = props;
  const t = useTexts(texts);
  const can = useCan();
  const out = rows.some((row) => row.status === 'completed');
  return (
    <Section
      anchor={2}
      title={t('handedOver')}
      side={
        out && can('pharmacy.return') ? (
          <Button size="small" look="quiet" icon="undo" chord="Alt+R" onClick={onReturn}>
            {t('back')}
          </Button>
        ) : undefined
      }
    >
      <Table<DispenseRow>
        label={t('handedOver')}
        rows={rows}
        keyOf={(row) => row.key}
        empty={<Empty title={t('noneDone')} />}
        columns={[
          { key: 'name', head: t('drug'), rowHead: true, cell: (row) => row.name ?? row.drug },
          { key: 'lot', head: t('lot'), width: '110px', cell: (row) => <span className="m-code">{row.lot}</span> },
          {
            key: 'expiry',
            head: t('expiry'),
            width: '100px',
            wide: true,
            cell: (row) => (row.expiry ? formatDate(row.expiry) : '—'),
          },
          {
            key: 'quantity',
            head: t('quantity'),
            width: '90px',
            align: 'right',
            cell: (row) => <strong>{quantity(String(row.quantity), row.unit ?? '')}</strong>,
          },
          {
            key: 'at',
            head: t('doneToday'),
            width: '230px',
            wide: true,
            cell: (row) =>
              row.status === 'completed' ? (
                <>
                  {row.at ? formatDateTime(row.at) : '—'} {row.by && <Chip>{row.by}</Chip>}
                </>
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
