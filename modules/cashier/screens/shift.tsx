import {
  AlertLine,
  Button,
  Drawer,
  Fact,
  Facts,
  formatTime,
  MoneyField,
  money,
  moneyDigits,
  PrintButton,
  TextArea,
  TextField,
  toast,
  useCommand,
  useDrawer,
  useSession,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type CloseShiftInput,
  type CloseShiftResult,
  closeShift,
  NOTES,
  type OpenShiftInput,
  type OpenShiftResult,
  openShift,
  type ShiftRow,
  type TakingRow,
} from '../contract.ts';
import { deskTexts } from './desk/texts.ts';
import { Refusals } from './issues.tsx';

export const SHIFT_DRAWER = 'cashier-shift';

/** The open shift of the one who works here: null while none is, undefined until it is known. */
export function useShift(): ShiftRow | null | undefined {
  const { user } = useSession();
  const open = useView<ShiftRow>(
    'cashier.shifts',
    { login: user.account, state: 'open' },
    { sort: '-openedAt', limit: 1 },
  );
  return open.state === 'loading' ? undefined : (open.rows[0] ?? null);
}

const KIND_TEXT = {
  payment: 'kindPayment',
  deposit: 'kindDeposit',
  'deposit-return': 'kindDepositReturn',
  refund: 'kindRefund',
  cancel: 'kindCancel',
} as const;

type WayKey = 'cash' | 'qr' | 'card' | 'deposit';
const wayKey = (method: string): WayKey =>
  method === 'qr' || method === 'card' || method === 'deposit' ? method : 'cash';

/** What a shift took and gave back, a row for a kind and a way. */
export function Takings({ rows }: { readonly rows: readonly TakingRow[] }): ReactElement {
  const t = useTexts(deskTexts);
  if (rows.length === 0) return <p className="cash-nothing">{t('noTakings')}</p>;
  return (
    <table className="cash-takings">
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.kind}${row.method}`}>
            <th scope="row">{t(KIND_TEXT[row.kind])}</th>
            <td>{t(wayKey(row.method))}</td>
            <td className="cash-number">{money(row.amount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One key to open a shift: what the desk says when cash is about to be taken without one. */
export function NeedShift(): ReactElement {
  const t = useTexts(deskTexts);
  const drawer = useDrawer(SHIFT_DRAWER);
  return (
    <AlertLine
      level="warn"
      what={t('needShift')}
      why={t('needShiftWhy')}
      instead={{ label: t('openShift'), run: drawer.open }}
    />
  );
}

/** Opens or closes the shift of the one who works here. */
export function ShiftDrawer({ shift }: { readonly shift: ShiftRow | null | undefined }): ReactElement {
  const t = useTexts(deskTexts);
  const [closed, setClosed] = useState<CloseShiftResult | null>(null);
  return (
    <Drawer id={SHIFT_DRAWER} title={t('myShift')}>
      <div className="cash-shift">
        {shift ? (
          <CloseForm key={shift.key} shift={shift} onClosed={setClosed} />
        ) : (
          <>
            {closed && <JustClosed closed={closed} />}
            <OpenForm onOpened={() => setClosed(null)} />
          </>
        )}
      </div>
    </Drawer>
  );
}

function JustClosed({ closed }: { readonly closed: CloseShiftResult }): ReactElement {
  const t = useTexts(deskTexts);
  return (
    <>
      <p role="status">{t('closedDone', { number: closed.number, amount: money(closed.counted) })}</p>
      <Takings rows={closed.takings} />
      <PrintButton form="cashier.shift" id={closed.shift} label={t('printShift')} />
    </>
  );
}

function OpenForm({ onOpened }: { readonly onOpened: () => void }): ReactElement {
  const t = useTexts(deskTexts);
  const { close } = useDrawer(SHIFT_DRAWER);
  const [float, setFloat] = useState('');
  const open = useCommand<OpenShiftInput, OpenShiftResult>(openShift.name, {
    onDone: ({ number }) => {
      toast({ text: t('opened', { number }) });
      onOpened();
      close();
    },
  });
  const run = (): void => void open.run({ float: Number(float || 0) });
  return (
    <form
      className="cash-form"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <MoneyField label={t('float')} hint={t('floatHint')} value={float} onChange={setFloat} autoFocus />
      <Refusals issues={open.issues} />
      <Button look="primary" icon="cash" busy={open.running} type="submit">
        {t('openShift')}
      </Button>
    </form>
  );
}

function CloseForm({
  shift,
  onClosed,
}: {
  readonly shift: ShiftRow;
  readonly onClosed: (closed: CloseShiftResult) => void;
}): ReactElement {
  const t = useTexts(deskTexts);
  const [pieces, setPieces] = useState<Readonly<Record<number, string>>>({});
  const [reason, setReason] = useState('');
  const count = NOTES.map((note) => ({ note, pieces: Number(pieces[note] || 0) }));
  const counted = count.reduce((sum, row) => sum + row.note * row.pieces, 0);
  const close = useCommand<CloseShiftInput, CloseShiftResult>(closeShift.name, { onDone: onClosed });
  const off = close.issuesByField.reason ?? [];
  return (
    <>
      <Facts>
        <Fact label={t('shift')}>
          <span className="m-code">{shift.number}</span> {formatTime(shift.openedAt)}
        </Fact>
        <Fact label={t('float')}>{money(shift.float)}</Fact>
      </Facts>
      <fieldset className="cash-count">
        <legend className="cash-heading">{t('count')}</legend>
        <div className="cash-notes-grid">
          {count.map((row, i) => (
            <div key={row.note} className="cash-note">
              <TextField
                label={t('note', { note: money(row.note) })}
                inputMode="numeric"
                value={pieces[row.note] ?? ''}
                onChange={(typed) => setPieces({ ...pieces, [row.note]: moneyDigits(typed).slice(0, 5) })}
                autoFocus={i === 0}
              />
              <span className="cash-number">{row.pieces > 0 ? money(row.note * row.pieces) : '—'}</span>
            </div>
          ))}
        </div>
        <p className="cash-counted">
          {t('counted')} <strong>{money(counted)}</strong>
        </p>
      </fieldset>
      <Refusals issues={close.issues} except={['reason']} />
      {(off.length > 0 || reason !== '') && (
        <TextArea
          label={t('reasonDifference')}
          required
          maxLength={500}
          value={reason}
          onChange={setReason}
          issues={off}
        />
      )}
      <Button
        look="primary"
        icon="check"
        busy={close.running}
        onClick={() =>
          void close.run({
            count: count.filter((row) => row.pieces > 0),
            ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
          })
        }
      >
        {t('closeShift')}
      </Button>
    </>
  );
}
