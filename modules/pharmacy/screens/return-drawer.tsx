import {
  AlertLine,
  Button,
  Checkbox,
  Drawer,
  Empty,
  formatDate,
  formatDateTime,
  money,
  quantity,
  Segmented,
  Select,
  TextField,
  toast,
  useCommand,
  useDrawer,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type DispenseRow,
  type PharmacyRow,
  type ReturnDispenseInput,
  type ReturnDispenseResult,
  returnDispense,
} from '../contract.ts';
import { texts } from './texts.ts';

export const RETURN_DRAWER = 'rx-return';
const REASONS = [
  'backAllergy',
  'backStopped',
  'backAdmitted',
  'backWrongDrug',
  'backWrongAmount',
  'backOther',
] as const;
type Reason = (typeof REASONS)[number];
/** Drugs that were handed over wrongly are exchanged; the others are given back for good. */
const WRONG: readonly Reason[] = ['backWrongDrug', 'backWrongAmount'];

/** "Nhận lại thuốc": which lots came back, why, in what state; the money waits at the cashier's desk. */
export function ReturnDrawer(props: {
  readonly row: PharmacyRow;
  readonly rows: readonly DispenseRow[];
  readonly onReturned: () => void;
}): ReactElement {
  const { row, rows, onReturned } = props;
  const t = useTexts(texts);
  const drawer = useDrawer(RETURN_DRAWER);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [reason, setReason] = useState<Reason | ''>('');
  const [words, setWords] = useState('');
  const [purpose, setPurpose] = useState<'refund' | 'exchange' | null>(null);
  const [damaged, setDamaged] = useState(false);
  const pick = usePick();
  const command = useCommand<ReturnDispenseInput, ReturnDispenseResult>(returnDispense.name, {
    onDone: ({ refund, place }) => {
      const where = place === 'BIET-TRU' ? t('backApart') : t('backShelf');
      toast({ text: refund === null || refund === 0 ? where : t('backRefund', { where, amount: money(refund) }) });
      setChosen(undefined);
      setDamaged(false);
      onReturned();
    },
  });

  const open = rows.filter((one) => one.status === 'completed');
  // One lot is chosen by itself, so that nothing is taken back by a hasty key when there are several.
  const one = open.find((candidate) => candidate.key === chosen) ?? (open.length === 1 ? open[0] : undefined);
  const aim = purpose ?? (reason !== '' && WRONG.includes(reason) ? 'exchange' : 'refund');
  const said = reason === 'backOther' ? words.trim() : reason === '' ? '' : texts.vi[reason];
  const ready = one !== undefined && said.length >= 2;

  function run(): void {
    if (!ready || command.running) return;
    void command.run({ dispense: one.key, reason: said, purpose: aim, damaged });
  }

  return (
    <Drawer
      id={RETURN_DRAWER}
      title={t('back')}
      patient={row.patientName ?? undefined}
      foot={
        open.length > 0 ? (
          <>
            <Button onClick={drawer.close}>{t('backKeep')}</Button>
            <Button look="primary" icon="undo" busy={command.running} disabled={!ready} onClick={run}>
              {aim === 'refund' ? t('backAndRefund') : t('backAndAgain')}
            </Button>
          </>
        ) : undefined
      }
    >
      <div className="rx-return">
        {command.issues.map((issue) => (
          <AlertLine
            key={issue.code}
            level="stop"
            what={pick(issue.text)}
            why={issue.remedy ? pick(issue.remedy) : undefined}
          />
        ))}
        {open.length === 0 && <Empty icon="pill" title={t('backNone')} />}
        {open.length > 0 && (
          <>
            <fieldset className="rx-return-lots">
              <legend>{t('backWhich')}</legend>
              {open.map((lot) => (
                <label key={lot.key} className="rx-return-lot" data-chosen={lot.key === one?.key || undefined}>
                  <input
                    type="radio"
                    name="rx-return-lot"
                    checked={lot.key === one?.key}
                    onChange={() => setChosen(lot.key)}
                  />
                  <span className="rx-return-what">
                    <span>{lot.name ?? lot.drug}</span>
                    <span className="rx-muted">
                      <span className="m-code">{lot.lot}</span> · {lot.expiry ? formatDate(lot.expiry) : '—'} ·{' '}
                      {lot.at ? formatDateTime(lot.at) : '—'}
                    </span>
                  </span>
                  <strong>{quantity(String(lot.quantity), lot.unit ?? '')}</strong>
                </label>
              ))}
            </fieldset>
            <p className="rx-muted">{t('backWhole')}</p>
            <Select<Reason>
              label={t('backReason')}
              required
              value={reason}
              empty={t('backChoose')}
              onChange={(next) => {
                setReason(next);
                setPurpose(null);
              }}
              options={REASONS.map((value) => ({ value, label: t(value) }))}
            />
            {reason === 'backOther' && (
              <TextField label={t('backWords')} required value={words} onChange={setWords} maxLength={300} />
            )}
            <Segmented<'refund' | 'exchange'>
              label={t('backPurpose')}
              value={aim}
              onChange={setPurpose}
              options={[
                { value: 'refund', label: t('backForGood') },
                { value: 'exchange', label: t('backExchange') },
              ]}
            />
            <p className="rx-muted">{aim === 'refund' ? t('backForGoodHint') : t('backExchangeHint')}</p>
            <Checkbox checked={damaged} onChange={setDamaged} hint={t('backDamagedHint')}>
              {t('backDamaged')}
            </Checkbox>
          </>
        )}
      </div>
    </Drawer>
  );
}
