import {
  Button,
  Empty,
  Fact,
  Facts,
  formatDateTime,
  money,
  PrintButton,
  Section,
  TextArea,
  toast,
  useCan,
  useCommand,
  useSession,
  useTexts,
  useView,
  type View,
  Worklist,
  WorkRow,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type {
  EInvoiceRow,
  InvoiceRow,
  ReceiveCashInput,
  ReceiveCashResult,
  ResolveTransferInput,
  ShiftRow,
  TakingRow,
  TransferResult,
  TransferRow,
} from '../contract.ts';
import { receiveCash, resolveTransfer } from '../contract.ts';
import { deskTexts } from './desk/texts.ts';
import { EInvoiceFact } from './e-invoice.tsx';
import { Refusals } from './issues.tsx';
import { Takings } from './shift.tsx';

/** What a person must settle: each with the page that does it. */
export interface WorkItem {
  readonly key: string;
  readonly path: readonly string[];
  readonly name: string;
  readonly next: string;
  readonly at: string | null;
}

const PROBLEM = { under: 'under', over: 'over', unmatched: 'unmatched' } as const;

/** Transfers that do not fit, e-invoices that were refused, receipts to cancel, cash to hand over. */
export function useWork(): { items: readonly WorkItem[]; view: View<TransferRow> } {
  const t = useTexts(deskTexts);
  const limit = 100;
  const transfers = useView<TransferRow>(
    'cashier.transfers',
    { state: ['under', 'over', 'unmatched'], 'left.from': '1' },
    { sort: '-receivedAt', limit },
  );
  const refused = useView<EInvoiceRow>('cashier.e-invoices', { state: ['failed'] }, { sort: '-at', limit });
  const shifts = useView<ShiftRow>('cashier.shifts', { state: ['closed'] }, { sort: '-closedAt', limit });
  const asked = useView<InvoiceRow>(
    'cashier.invoices',
    { status: ['balanced'], 'cancelAsked.missing': 'false' },
    { sort: '-date', limit },
  );
  const items: WorkItem[] = [
    ...asked.rows.map((one) => ({
      key: one.key,
      path: ['visit', one.encounter, one.visitCode ?? ''],
      name: one.name ?? one.number,
      next: t('asked', { name: one.cancelAskedBy ?? '', reason: one.cancelAsked ?? '' }),
      at: one.date,
    })),
    ...transfers.rows.map((one) => ({
      key: one.key,
      path: ['transfer', one.key],
      name: one.name ?? t('unmatched'),
      next: `${t(PROBLEM[one.state as keyof typeof PROBLEM] ?? 'transfer')} · ${money(one.left)}`,
      at: one.receivedAt,
    })),
    ...refused.rows.map((one) => ({
      key: one.key,
      path: ['e-invoice', one.invoice],
      name: t('eInvoice'),
      next: one.issue ?? t('eInvoiceFailed'),
      at: one.at,
    })),
    ...shifts.rows.map((one) => ({
      key: one.key,
      path: ['shift', one.key],
      name: one.name,
      next: `${t('handOver')} · ${money(one.counted ?? 0)}`,
      at: one.closedAt,
    })),
  ];
  return { items, view: transfers };
}

export function WorkList(props: {
  readonly work: ReturnType<typeof useWork>;
  readonly open: string | undefined;
  readonly onOpen: (path: readonly string[]) => void;
}): ReactElement {
  const { work, open, onOpen } = props;
  const t = useTexts(deskTexts);
  const { state, error, stale, loadedAt, reload } = work.view;
  return (
    <Worklist
      label={t('work')}
      rows={work.items}
      state={state}
      error={error}
      stale={stale}
      loadedAt={loadedAt}
      onRetry={reload}
      keyOf={(one) => one.key}
      textOf={(one) => one.name}
      selected={work.items.find((one) => one.path[1] === open)?.key ?? null}
      onOpen={(one) => onOpen(one.path)}
      empty={<Empty icon="check" title={t('noWork')} />}
      render={(one) => (
        <WorkRow edge="warn" name={one.name} next={one.next} clock={one.at ? formatDateTime(one.at) : undefined} />
      )}
    />
  );
}

/** The page of one piece of work; null for what is a visit. */
export function WorkPage({ kind, id }: { readonly kind: string; readonly id: string }): ReactElement | null {
  if (kind === 'transfer') return <TransferPage id={id} />;
  if (kind === 'shift') return <ShiftPage id={id} />;
  return kind === 'e-invoice' ? (
    <div className="m-page">
      <Facts>
        <EInvoiceFact invoice={id} />
      </Facts>
    </div>
  ) : null;
}

function TransferPage({ id }: { readonly id: string }): ReactElement {
  const t = useTexts(deskTexts);
  const can = useCan();
  const [reason, setReason] = useState('');
  const { rows } = useView<TransferRow>(
    'cashier.transfers',
    { state: ['under', 'over', 'unmatched', 'received', 'returned'] },
    { sort: '-receivedAt', limit: 200 },
  );
  const row = rows.find((one) => one.key === id);
  const back = useCommand<ResolveTransferInput, TransferResult>(resolveTransfer.name, {
    onDone: () => toast({ text: t('transferBack') }),
  });
  if (!row) return <Empty icon="transfer" title={t('noWork')} />;
  return (
    <div className="m-page">
      <Section title={`${t('transfer')} ${row.reference ?? ''}`}>
        <Facts>
          {row.name && <Fact label={t('qrRefer')}>{row.name}</Fact>}
          <Fact label={t('expectedBank')}>{money(row.expected)}</Fact>
          <Fact label={t('received')}>{money(row.received)}</Fact>
          <Fact label={t('bankContent')}>{row.content ?? '—'}</Fact>
        </Facts>
        {row.left > 0 && can('cashier.refund') && (
          <div className="cash-form">
            <TextArea
              label={t('reasonBack')}
              required
              maxLength={500}
              value={reason}
              onChange={setReason}
              issues={back.issuesByField.reason}
            />
            <Refusals issues={back.issues} except={['reason']} />
            <Button
              look="primary"
              icon="transfer"
              busy={back.running}
              disabled={reason.trim().length < 2}
              onClick={() => void back.run({ transfer: row.key, expectedAmount: row.left, reason: reason.trim() })}
            >
              {t('amountBack', { amount: money(row.left) })}
            </Button>
          </div>
        )}
      </Section>
    </div>
  );
}

function ShiftPage({ id }: { readonly id: string }): ReactElement {
  const t = useTexts(deskTexts);
  const can = useCan();
  const { user } = useSession();
  const { rows } = useView<ShiftRow>(
    'cashier.shifts',
    { state: ['closed', 'received'] },
    { sort: '-closedAt', limit: 200 },
  );
  const row = rows.find((one) => one.key === id);
  const receive = useCommand<ReceiveCashInput, ReceiveCashResult>(receiveCash.name, {
    onDone: ({ number }) => toast({ text: t('receivedDone', { number }) }),
  });
  if (!row) return <Empty icon="cash" title={t('noWork')} />;
  const difference = row.difference ?? 0;
  return (
    <div className="m-page">
      <Section title={`${t('shift')} ${row.number} · ${row.name}`}>
        <div className="cash-form">
          <Takings rows={JSON.parse(row.takings ?? '[]') as TakingRow[]} />
          <Facts>
            <Fact label={t('expectedBook')}>{money(row.expected ?? 0)}</Fact>
            <Fact label={t('counted')}>{money(row.counted ?? 0)}</Fact>
            <Fact label={t('difference')}>
              {difference === 0
                ? t('cashRight')
                : t(difference < 0 ? 'cashShort' : 'cashOver', { amount: money(Math.abs(difference)) })}
            </Fact>
            {row.reason && <Fact label={t('reasonDifference')}>{row.reason}</Fact>}
            {row.receivedBy && (
              <Fact label={t('received')}>
                {row.receivedBy} {row.receivedAt ? formatDateTime(row.receivedAt) : ''}
              </Fact>
            )}
          </Facts>
          <Refusals issues={receive.issues} />
          <div className="cash-actions">
            <PrintButton form="cashier.shift" id={row.key} label={t('printShift')} />
            {row.state === 'closed' && can('cashier.receive-cash') && row.login !== user.account && (
              <Button
                look="primary"
                icon="check"
                busy={receive.running}
                onClick={() => void receive.run({ shift: row.key, amount: row.counted ?? 0 })}
              >
                {t('receiveCash', { amount: money(row.counted ?? 0) })}
              </Button>
            )}
          </div>
        </div>
      </Section>
    </div>
  );
}
