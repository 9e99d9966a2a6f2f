import { Empty, formatDateTime, money, useTexts, type View, Worklist, WorkRow } from '@mach/ui';
import type { ReactElement } from 'react';
import type { InvoiceRow } from '../contract.ts';
import { texts } from './texts.ts';

/** People for whom money waits: something that they had paid for came back. */
export function RefundList(props: {
  readonly view: View<InvoiceRow>;
  readonly open: string | undefined;
  readonly onOpen: (row: InvoiceRow) => void;
}): ReactElement {
  const { view, open, onOpen } = props;
  const t = useTexts(texts);
  return (
    <Worklist
      label={t('refunds')}
      rows={view.rows}
      state={view.state}
      error={view.error}
      stale={view.stale}
      loadedAt={view.loadedAt}
      onRetry={view.reload}
      keyOf={(one) => one.key}
      textOf={(one) => one.name ?? ''}
      selected={view.rows.find((one) => one.encounter === open)?.key ?? null}
      onOpen={onOpen}
      empty={<Empty icon="cash" title={t('noneRefunds')} />}
      render={(one) => (
        <WorkRow
          edge="info"
          name={one.name ?? ''}
          next={`${money(one.refundDue ?? 0)} · ${one.number}`}
          clock={formatDateTime(one.date)}
        />
      )}
    />
  );
}
