import {
  AlertLine,
  FinishBar,
  formatTime,
  MoneyField,
  money,
  OfflineNote,
  paperTicket,
  Section,
  TextField,
  TicketField,
  toast,
  useAway,
  useDraft,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type CashierQueueRow, takePaperReceipt } from '../../contract.ts';
import './away.css';
import { awayTexts } from './texts.ts';

interface Taking {
  readonly amount: string;
  readonly ticket: string;
  readonly name: string;
}
const NOTHING: Taking = { amount: '', ticket: '', name: '' };
/** The least that a receipt is written for, đồng. */
const LEAST = 1_000;

/**
 * The cashier without the server: no bill can be worked out, so no bill is settled. Cash is taken against a numbered
 * paper receipt, and becomes an advance of the visit under that number when it is handed in.
 */
export function AwayTill({ row }: { readonly row: CashierQueueRow | undefined }): ReactElement {
  const t = useTexts(awayTexts);
  const { away, acts } = useAway();
  const draft = useDraft<Taking>(`cashier:away:${row?.key ?? 'paper'}`, NOTHING);
  const { value } = draft;
  const [given, setGiven] = useState<{ number: string; amount: number; name: string } | null>(null);
  const [failed, setFailed] = useState<'none' | 'numbers' | 'full'>('none');
  const [busy, setBusy] = useState(false);
  const put = (change: Partial<Taking>): void => draft.set({ ...value, ...change });
  const amount = Number(value.amount || 0);
  const ticket = paperTicket(value.ticket);
  const name = row?.name ?? value.name.trim().toUpperCase();
  const missing = [
    ...(row === undefined && ticket === undefined ? [{ field: t('ticket') }] : []),
    ...(name === '' ? [{ field: t('name') }] : []),
    ...(amount < LEAST ? [{ field: t('amount') }] : []),
  ];

  async function take(): Promise<void> {
    if (!away || busy || missing.length > 0) return;
    setBusy(true);
    try {
      const paper = await away.take('receipt');
      if (!paper) {
        setFailed('numbers');
        return;
      }
      const held = row?.queueNumber ?? ticket;
      await away.keep({
        command: takePaperReceipt.name,
        input: { encounter: row?.key ?? `paper-${ticket}`, amount, paper },
        title: { vi: awayTexts.vi.act, en: awayTexts.en.act },
        detail: `${paper.number} · ${money(amount)}`,
        name,
        ...(held ? { ticket: held } : {}),
        ...(row ? { lane: `visit:${row.key}` } : { lane: `ticket:${ticket}`, encounterOf: ticket ?? '' }),
        paper,
      });
      setGiven({ number: paper.number, amount, name });
      setFailed('none');
      toast({ text: t('keptHere') });
      draft.discard();
    } catch {
      setFailed('full');
    } finally {
      setBusy(false);
    }
  }

  const taken = acts.filter((act) => act.command === takePaperReceipt.name);
  const total = taken.reduce((sum, act) => sum + (act.input as { amount: number }).amount, 0);
  return (
    <div className="m-page cash-away">
      <OfflineNote>{t('lead', { n: away?.left('receipt') ?? 0 })}</OfflineNote>
      {failed !== 'none' && <AlertLine level="stop" what={t(`failed_${failed}`)} />}
      {given && (
        <div className="cash-away-given" data-away-receipt={given.number}>
          <span>{t('write')}</span>
          <strong>{given.number}</strong>
          <span>
            {given.name} · {money(given.amount)}
          </span>
        </div>
      )}
      <Section title={row ? t('takeOf', { name: row.name }) : t('takePaper')} anchor={1}>
        <div className="cash-away-grid">
          {!row && (
            <>
              <TicketField value={value.ticket} onChange={(next) => put({ ticket: next })} />
              <TextField label={t('name')} required value={value.name} onChange={(next) => put({ name: next })} />
            </>
          )}
          <MoneyField label={t('amount')} required value={value.amount} onChange={(next) => put({ amount: next })} />
        </div>
        <p className="cash-away-note">{t('noBill')}</p>
      </Section>
      {taken.length > 0 && (
        <Section title={t('takenToday', { n: taken.length, total: money(total) })} anchor={2}>
          <ul className="cash-away-list">
            {taken.toReversed().map((act) => (
              <li key={act.id}>
                <b>{act.detail}</b> {act.name} · {formatTime(act.performedAt)}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <FinishBar
        missing={missing}
        finish={{
          label: { vi: awayTexts.vi.take, en: awayTexts.en.take },
          patient: name,
          icon: 'cash',
          busy,
          run: () => void take(),
        }}
      />
    </div>
  );
}
