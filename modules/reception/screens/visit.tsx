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
  Fact,
  Facts,
  formatTime,
  Select,
  TextField,
  toast,
  useCommand,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type ChangePayerInput, type ChangePayerResult, changePayer, type TodayRow } from '../contract.ts';
import type { RoomLoad } from '../rooms.ts';
import { IssueLine } from './insurance.tsx';
import { texts } from './texts.ts';

/** A visit of today as the desk sees it: where it stands, another room, taken back. */
export function VisitPage(props: {
  readonly row: TodayRow;
  readonly rooms: readonly RoomLoad[];
  readonly onPrint: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { row, rooms, onPrint, onDone } = props;
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
  return (
    <div className="rec-grid">
      {issues.map((issue) => (
        <IssueLine key={issue.code} issue={issue} />
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
          <Fact label={t('visitCode')}>
            <span className="m-code">{row.visitCode}</span>
          </Fact>
          <Fact label={t('payer')}>{pick(PAYER_LABELS[row.payer ?? 'fee'])}</Fact>
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
                  label: `${load.room.code ?? ''} ${load.room.name ?? ''} · ${t('roomLine', { waiting: load.waiting + load.ready, minutes: load.minutes })}`,
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
              <Button
                icon="shield"
                busy={payer.running}
                disabled={!enough}
                onClick={() => void payer.run({ encounter: row.key, payer: other, reason: reason.trim() })}
              >
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
