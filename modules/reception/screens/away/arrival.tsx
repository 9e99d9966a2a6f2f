import { PAYER_LABELS, type Payer } from '@mach/encounter/contract.ts';
import {
  AlertLine,
  Button,
  DateField,
  FinishBar,
  formatTime,
  OfflineNote,
  ScanField,
  Section,
  Segmented,
  Select,
  TextField,
  toast,
  useAway,
  useDraft,
  usePick,
  useTexts,
} from '@mach/ui';
import { parseBhytQr } from '@mach/vn/bhyt-qr.ts';
import { parseCccdQr } from '@mach/vn/cccd-qr.ts';
import { properName } from '@mach/vn/names.ts';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useState } from 'react';
import { type CheckInInput, checkIn, type TodayRow } from '../../contract.ts';
import type { RoomLoad } from '../../rooms.ts';
import './away.css';
import { awayTexts } from './texts.ts';

interface Arrival {
  readonly name: string;
  readonly born: string;
  readonly sex: 'male' | 'female' | null;
  readonly phone: string;
  readonly room: string | null;
  readonly reason: string;
  readonly payer: Payer;
  readonly cccdQr?: string;
  readonly bhytQr?: string;
  /** Somebody of today's list, seen before the server went away. */
  readonly patient?: string;
}

const NOBODY: Arrival = { name: '', born: '', sex: null, phone: '', room: null, reason: '', payer: 'fee' };

const isCard = (code: string): boolean => ['cccd', 'bhyt'].includes(scanRouter(code).kind);

/** What a card says, read on this device; undefined when it cannot be read. */
function fromCard(text: string, before: Arrival): Arrival | undefined {
  const cccd = scanRouter(text).kind === 'cccd';
  const read = cccd ? parseCccdQr(text) : parseBhytQr(text);
  if (!read.ok) return undefined;
  const { name, birthDate: born, sex } = read.value;
  // The second card of the same person joins the first.
  const same = before.born === born;
  return {
    ...(same ? before : { ...NOBODY, room: before.room }),
    name: properName(name),
    born,
    sex,
    ...(cccd ? { cccdQr: text } : { bhytQr: text, payer: 'bhyt' as const }),
    patient: undefined,
  };
}

/** Reception without its server: a number from the desk's own block, and everything else when the server is back. */
export function AwayArrival(props: {
  readonly rooms: readonly RoomLoad[];
  readonly known: TodayRow | undefined;
}): ReactElement {
  const { rooms, known } = props;
  const t = useTexts(awayTexts);
  const pick = usePick();
  const { away, acts } = useAway();
  const draft = useDraft<Arrival>('reception:away', NOBODY);
  const [typed, setTyped] = useState('');
  const [failed, setFailed] = useState<'none' | 'card' | 'numbers' | 'full'>('none');
  const [given, setGiven] = useState<{ number: string; room: string; name: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const value = known && draft.value.patient !== known.patient && !draft.dirty ? ofRow(known) : draft.value;
  const put = (change: Partial<Arrival>): void => draft.set({ ...value, ...change });

  function look(text: string): void {
    setTyped('');
    const next = fromCard(text, value);
    setFailed(next ? 'none' : 'card');
    if (next) draft.set(next);
  }

  async function give(): Promise<void> {
    if (!away || busy || missing.length > 0) return;
    setBusy(true);
    try {
      const paper = await away.take('queue');
      if (!paper) {
        setFailed('numbers');
        return;
      }
      const room = rooms.find((one) => one.room.key === value.room)?.room.name ?? value.room ?? '';
      await away.keep({
        command: checkIn.name,
        input: { ...inputOf(value), paper },
        title: { vi: awayTexts.vi.act, en: awayTexts.en.act },
        detail: `${paper.number} · ${room}`,
        name: value.name,
        born: value.born,
        ticket: paper.number,
        lane: `ticket:${paper.number}`,
        paper,
      });
      setGiven({ number: paper.number, room, name: value.name });
      setFailed('none');
      toast({ text: t('keptHere') });
      draft.discard();
    } catch {
      setFailed('full');
    } finally {
      setBusy(false);
    }
  }

  const missing = [
    ...(value.name.trim() === '' ? [{ field: t('name') }] : []),
    ...(value.born === '' ? [{ field: t('born') }] : []),
    ...(value.sex === null ? [{ field: t('sex') }] : []),
    ...(value.room === null ? [{ field: t('room') }] : []),
    ...(value.reason.trim().length < 2 ? [{ field: t('reason') }] : []),
  ];
  const today = acts.filter((act) => act.command === checkIn.name);
  return (
    <div className="rec-away">
      <OfflineNote>{t('lead', { n: away?.left('queue') ?? 0 })}</OfflineNote>
      <ScanField
        label={t('scan')}
        placeholder={t('scanPlaceholder')}
        routes={[{ label: { vi: awayTexts.vi.scan, en: awayTexts.en.scan }, accepts: isCard, run: look }]}
        value={typed}
        onType={setTyped}
        onSubmit={look}
        autoFocus
      />
      {failed !== 'none' && <AlertLine level="stop" what={t(`failed_${failed}`)} />}
      {given && (
        <div className="rec-given" data-away-ticket={given.number}>
          <span className="rec-note">{t('write')}</span>
          <span className="rec-number">{given.number}</span>
          <span className="rec-lead">{given.room}</span>
          <span>{given.name}</span>
        </div>
      )}
      <Section title={t('person')} anchor={1}>
        <div className="rec-away-grid">
          <TextField label={t('name')} required value={value.name} onChange={(name) => put({ name })} maxLength={120} />
          <DateField
            label={t('born')}
            required
            partial
            value={value.born}
            onChange={(born) => put({ born: born ?? '' })}
          />
          <Segmented
            label={t('sex')}
            value={value.sex}
            options={[
              { value: 'male', label: t('male') },
              { value: 'female', label: t('female') },
            ]}
            onChange={(sex) => put({ sex })}
          />
          <TextField label={t('phone')} value={value.phone} onChange={(phone) => put({ phone })} inputMode="tel" />
        </div>
      </Section>
      <Section title={t('visit')} anchor={2}>
        <div className="rec-away-grid">
          <Select
            label={t('room')}
            required
            value={value.room ?? ''}
            empty={t('chooseRoom')}
            options={rooms.map(({ room }) => ({ value: room.key, label: room.name ?? room.code ?? room.key }))}
            onChange={(room) => put({ room })}
          />
          <TextField label={t('reason')} required value={value.reason} onChange={(reason) => put({ reason })} />
          <Segmented
            label={t('payer')}
            value={value.payer}
            options={(['bhyt', 'fee'] as const).map((one) => ({ value: one, label: pick(PAYER_LABELS[one]) }))}
            onChange={(payer) => put({ payer })}
          />
        </div>
        {value.payer === 'bhyt' && <p className="rec-note">{t('unverified')}</p>}
      </Section>
      {today.length > 0 && (
        <Section title={t('givenToday', { n: today.length })} anchor={3}>
          <ul className="rec-away-list">
            {today.toReversed().map((act) => (
              <li key={act.id}>
                <b>{act.ticket}</b> {act.name} · {formatTime(act.performedAt)}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {draft.dirty && (
        <Button look="quiet" onClick={draft.discard}>
          {t('clear')}
        </Button>
      )}
      <FinishBar
        missing={missing}
        finish={{
          label: { vi: awayTexts.vi.give, en: awayTexts.en.give },
          patient: value.name,
          busy,
          run: () => void give(),
        }}
      />
    </div>
  );
}

const ofRow = (row: TodayRow): Arrival => ({
  ...NOBODY,
  name: row.name ?? '',
  born: row.birthDate ?? '',
  sex: row.gender === 'male' || row.gender === 'female' ? row.gender : null,
  patient: row.patient,
});

/** What is handed in: the cards as they were scanned, so that the server reads them itself. */
function inputOf(value: Arrival): CheckInInput {
  const { name, born, sex, phone, cccdQr, bhytQr, patient } = value;
  const reach = phone.trim() === '' ? { noPhone: true } : { phone: phone.trim() };
  return {
    ...(patient ? { patient } : {}),
    ...(cccdQr ? { cccdQr } : {}),
    ...(bhytQr ? { bhytQr } : {}),
    ...(patient
      ? {}
      : cccdQr || bhytQr
        ? { person: reach }
        : { person: { name: name.trim(), birthDate: born, sex: sex ?? 'unknown', ...reach } }),
    room: value.room ?? '',
    reason: value.reason.trim(),
    payer: value.payer,
  };
}
