import { startOfLocalDay } from '@mach/base';
import {
  type CashierQueueRow,
  type CloseShiftInput,
  type CloseShiftResult,
  closeShift,
  type InvoiceRow,
  NOTES,
} from '@mach/cashier/contract.ts';
import type { DispenseRow } from '@mach/pharmacy/contract.ts';
import {
  AlertLine,
  Fact,
  Facts,
  FinishBar,
  formatDateTime,
  money,
  PrintButton,
  Section,
  TextField,
  useCommand,
  useNow,
  usePick,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { dayNumbers } from '../rules/day.ts';
import { useMyShift } from './shift.tsx';
import { texts } from './texts.ts';

interface OutboxRow {
  key: string;
  destination: string;
  state: string;
  createdAt: string;
}

/** Rows that one question to the server brings at most. */
const PAGE = 1_000;

/** A sum is of all rows: loads them to the last. */
function useWhole({
  hasMore,
  loadMore,
  rows,
}: {
  hasMore: boolean;
  loadMore: () => void;
  rows: readonly unknown[];
}): void {
  useEffect(() => {
    if (hasMore && rows.length > 0) loadMore();
  }, [hasMore, loadMore, rows.length]);
}

/** The end of the day: what was taken, who came, what was handed over, what has not reached its destination; the count. */
export function DayClose({
  visits,
  children,
}: {
  readonly visits: readonly CashierQueueRow[];
  readonly children: (page: ReactElement, finish: ReactElement) => ReactElement;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const since = startOfLocalDay(useNow());
  const invoices = useView<InvoiceRow>('cashier.invoices', { 'date.from': since }, { sort: '-date', limit: PAGE });
  const drugs = useView<DispenseRow>('pharmacy.dispenses', { 'at.from': since }, { sort: '-at', limit: PAGE });
  const unsent = useView<OutboxRow>(
    'exchange.outbox',
    { state: ['pending', 'refused'] },
    { sort: 'createdAt', live: false, limit: 100 },
  );
  useWhole(invoices);
  useWhole(drugs);
  const day = dayNumbers({ visits, invoices: invoices.rows, drugs: drugs.rows });
  const shift = useMyShift();
  const [pieces, setPieces] = useState<Readonly<Record<number, string>>>({});
  const [reason, setReason] = useState('');
  const [closed, setClosed] = useState<CloseShiftResult | null>(null);
  const count = NOTES.map((note) => ({ note, pieces: Number(pieces[note] || 0) }));
  const counted = count.reduce((sum, row) => sum + row.note * row.pieces, 0);
  const close = useCommand<CloseShiftInput, CloseShiftResult>(closeShift.name, { onDone: setClosed });
  const page = (
    <div className="m-page clinic-page">
      <Section anchor={1} title={t('today')}>
        <Facts>
          <Fact label={t('visits')}>{String(day.visits)}</Fact>
          <Fact label={t('openVisits')}>{String(day.open)}</Fact>
          <Fact label={t('taken')}>{money(day.taken)}</Fact>
          <Fact label={t('unsent')}>{unsent.rows.length === 0 ? t('noUnsent') : String(unsent.rows.length)}</Fact>
        </Facts>
        {unsent.rows.length > 0 && (
          <ul className="clinic-lines">
            {unsent.rows.map((one) => (
              <li key={one.key}>
                <span>{one.destination}</span>
                <span className="clinic-number">{formatDateTime(one.createdAt)}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section anchor={2} title={t('drugsSold')}>
        {day.drugs.length === 0 ? (
          <p>{t('nothingSold')}</p>
        ) : (
          <ul className="clinic-lines">
            {day.drugs.map((one) => (
              <li key={one.name}>
                <span>{one.name}</span>
                <span className="clinic-number">{`${one.quantity} ${one.unit}`}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      {close.issues.map((issue) => (
        <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
      ))}
      {closed && (
        <div className="clinic-row">
          <p role="status">{t('closed', { amount: money(closed.counted) })}</p>
          <PrintButton form="cashier.shift" id={closed.shift} label={t('printReceipt')} />
        </div>
      )}
      {shift.row && (
        <Section anchor={3} title={t('counted')}>
          <div className="clinic-notes">
            {count.map((row) => (
              <TextField
                key={row.note}
                label={t('note', { note: money(row.note) })}
                inputMode="numeric"
                value={pieces[row.note] ?? ''}
                onChange={(text) => setPieces({ ...pieces, [row.note]: text.replaceAll(/\D/g, '').slice(0, 5) })}
              />
            ))}
          </div>
          {close.issuesByField.reason && (
            <TextField label={t('reasonDifference')} required value={reason} onChange={setReason} maxLength={500} />
          )}
        </Section>
      )}
    </div>
  );
  return children(
    page,
    <FinishBar
      left={
        <span className="clinic-due">
          {t('counted')} <strong>{money(counted)}</strong>
        </span>
      }
      finish={{
        label: { vi: texts.vi.closeDay, en: texts.en.closeDay },
        icon: 'check',
        busy: close.running,
        disabled: !shift.row,
        run: () =>
          void close.run({
            count: count.filter((row) => row.pieces > 0),
            ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
          }),
      }}
    />,
  );
}
