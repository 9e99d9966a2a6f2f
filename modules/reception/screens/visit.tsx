import { type CheckCardInput, type CheckCardResult, checkCard } from '@mach/claims/contract.ts';
import {
  cancelVisit,
  type EncounterReasonInput,
  leave,
  PAYER_LABELS,
  type TransferRoomInput,
  type TransferRoomResult,
  transferRoom,
  VISIT_LABELS,
  type VisitResult,
} from '@mach/encounter/contract.ts';
import {
  Button,
  Card,
  Chip,
  Fact,
  Facts,
  formatTime,
  localDate,
  Select,
  TextField,
  toast,
  useCommand,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type ChangePayerInput,
  type ChangePayerResult,
  changePayer,
  type PersonSummary,
  type TodayRow,
} from '../contract.ts';
import type { RoomLoad } from '../rooms.ts';
import { cardInForce } from './check-in.tsx';
import { ClockFact } from './clock-fact.tsx';
import { IssueLine } from './insurance.tsx';
import { texts } from './texts.ts';

/** A visit of today as the desk sees it: where it stands, another room, taken back. */
export function VisitPage(props: {
  readonly row: TodayRow;
  readonly rooms: readonly RoomLoad[];
  /** Undefined while it is being read. */
  readonly person: PersonSummary | undefined;
  readonly reload: () => void;
  readonly onPrint: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { row, rooms, person, reload, onPrint, onDone } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [reason, setReason] = useState('');
  const [room, setRoom] = useState('');
  const transfer = useCommand<TransferRoomInput, TransferRoomResult>(transferRoom.name, {
    onDone: (done) => {
      const to = rooms.find((load) => load.room.key === room)?.room.name ?? room;
      toast({ text: t('moved', { room: to, number: done.queueNumber }) });
      onDone();
    },
  });
  const cancel = useCommand<EncounterReasonInput, VisitResult>(cancelVisit.name, { onDone });
  const left = useCommand<EncounterReasonInput, VisitResult>(leave.name, { onDone });
  const payer = useCommand<ChangePayerInput, ChangePayerResult>(changePayer.name, { onDone });
  const other = row.payer === 'bhyt' ? 'fee' : 'bhyt';
  const issues = [...payer.issues, ...transfer.issues, ...cancel.issues, ...left.issues];
  const early = row.state === 'waiting' || row.state === 'arrived' || row.state === 'booked';
  const present = early || ['in-exam', 'awaiting-results', 'results-ready'].includes(row.state);
  const enough = reason.trim().length >= 2;
  const change = (overrides: readonly { rule: string; reason: string }[] = []): void =>
    void payer.run(
      { encounter: row.key, payer: other, reason: reason.trim() },
      overrides.length > 0 ? { overrides } : undefined,
    );
  return (
    <div className="rec-grid">
      {issues.map((issue) => (
        <IssueLine key={issue.code} issue={issue} onOverride={(rule, why) => change([{ rule, reason: why }])} />
      ))}
      <Card
        title={t('visit')}
        side={
          <Button size="small" look="quiet" icon="print" chord="F8" onClick={onPrint}>
            {t('print')}
          </Button>
        }
      >
        <p className="rec-number">{row.queueNumber}</p>
        <Facts>
          <Fact label={t('room')}>{row.roomName ?? t('unknown')}</Fact>
          <Fact label={t('visit')}>{pick(VISIT_LABELS[row.state])}</Fact>
          <Fact label={t('reason')}>{row.reason ?? t('unknown')}</Fact>
          <Fact label={t('arrivedAt')}>{formatTime(row.arrivedAt)}</Fact>
          <Fact label={t('visitCode')} wide>
            <span className="m-code">{row.visitCode}</span>
          </Fact>
          <Fact label={t('payer')}>{pick(PAYER_LABELS[row.payer ?? 'fee'])}</Fact>
          <ClockFact encounter={row.key} />
          {row.payer === 'bhyt' && person && <CardFact row={row} person={person} reload={reload} />}
        </Facts>
      </Card>
      {present && (
        <Card title={t('change')}>
          <div className="rec-stack">
            <TextField label={t('reasonChange')} required value={reason} onChange={setReason} />
            <Select
              label={t('moveTo')}
              value={room}
              empty="—"
              onChange={setRoom}
              options={rooms
                .filter((load) => load.room.key !== row.room)
                .map((load) => ({
                  value: load.room.key,
                  label: `${load.room.code ?? ''} ${load.room.name ?? ''} · ${t('roomLine', { waiting: load.waiting + load.ready, ...load.wait })}`,
                }))}
            />
            <div className="rec-actions">
              <Button
                icon="transfer"
                busy={transfer.running}
                disabled={!enough || room === ''}
                onClick={() => void transfer.run({ encounter: row.key, room, reason: reason.trim() })}
              >
                {t('move')}
              </Button>
              <Button
                icon="leave"
                busy={left.running}
                disabled={!enough}
                onClick={() => void left.run({ encounter: row.key, reason: reason.trim() })}
              >
                {t('leave')}
              </Button>
              <Button icon="shield" busy={payer.running} disabled={!enough} onClick={() => change()}>
                {t('payerTo', { payer: pick(PAYER_LABELS[other]) })}
              </Button>
              {early && (
                <Button
                  look="danger"
                  icon="trash"
                  busy={cancel.running}
                  disabled={!enough}
                  onClick={() => void cancel.run({ encounter: row.key, reason: reason.trim() })}
                >
                  {t('cancelVisit')}
                </Button>
              )}
            </div>
          </div>
        </Card>
      )}
    </div>
  );
}

/** What the portal has said of the card of this visit, and the way to ask it again. */
function CardFact(props: {
  readonly row: TodayRow;
  readonly person: PersonSummary;
  readonly reload: () => void;
}): ReactElement | null {
  const { row, person, reload } = props;
  const t = useTexts(texts);
  const ask = useCommand<CheckCardInput, CheckCardResult>(checkCard.name, { onDone: reload });
  const day = localDate(row.arrivedAt);
  const card = cardInForce(person.cards, day);
  const { name, birthDate } = person.person;
  if (!card) return null;
  const kept = card.portal && localDate(card.portal.at) >= day ? card.portal : undefined;
  const status = kept?.status ?? 'unverified';
  return (
    <Fact label={t('insurance')} wide>
      <span className="rec-card-fact">
        <span className="m-code">{card.number}</span>
        <Chip
          tone={status === 'verified' ? 'ok' : status === 'refused' ? 'critical' : 'warn'}
          icon={status === 'verified' ? 'check' : status === 'refused' ? 'warn' : 'clock'}
        >
          {status === 'verified'
            ? t('checked', { time: formatTime(kept?.at ?? '') })
            : t(status === 'refused' ? 'refused' : 'unverified')}
        </Chip>
        {status !== 'verified' && name !== undefined && birthDate !== undefined && (
          <Button
            size="small"
            look="quiet"
            icon="sync"
            busy={ask.running}
            onClick={() => void ask.run({ card: card.number, name, birthDate, coverage: card.coverage })}
          >
            {t('checkCard')}
          </Button>
        )}
      </span>
    </Fact>
  );
}
