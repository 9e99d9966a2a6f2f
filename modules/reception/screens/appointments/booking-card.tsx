import {
  type AppointmentResult,
  type BookingRow,
  type CancelInput,
  cancel,
  markNoShow,
  type NoShowInput,
} from '@mach/appointment/contract.ts';
import {
  Button,
  Chip,
  formatDate,
  formatTime,
  TextField,
  toast,
  useCommand,
  useNow,
  useRoute,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { IssueLine } from '../insurance.tsx';
import { texts } from './texts.ts';

/** One appointment with what can be done to it. */
export function BookingCard(props: {
  readonly row: BookingRow;
  readonly onMove: (row: BookingRow) => void;
}): ReactElement {
  const { row, onMove } = props;
  const t = useTexts(texts);
  const now = useNow();
  const { goTo } = useRoute();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const off = useCommand<CancelInput, AppointmentResult>(cancel.name, {
    onDone: () => toast({ text: t('cancelled') }),
  });
  const gone = useCommand<NoShowInput, AppointmentResult>(markNoShow.name, {
    onDone: () => toast({ text: t('noShowDone') }),
  });
  const open = row.status === 'booked' || row.status === 'proposed';
  const late = row.status === 'booked' && (row.startAt ?? '') < now;
  const stop = (): void => {
    if (reason.trim().length > 1 && !off.running) void off.run({ appointment: row.key, reason: reason.trim() });
  };
  return (
    <article className="apt-card">
      <header className="apt-card-head">
        <b>{row.name ?? t('nobody')}</b>
        <Chip tone={row.status === 'arrived' ? 'ok' : row.status === 'booked' ? 'info' : 'neutral'}>
          {t(`status${row.status}`)}
        </Chip>
      </header>
      <p className="rec-note">
        {[row.birthDate && formatDate(row.birthDate), row.patientCode, row.phone].filter(Boolean).join(' · ')}
      </p>
      <p>{row.reason}</p>
      <p className="rec-note">
        {t('code')} <span className="m-code">{row.code}</span>
        {row.remindedAt && ` · ${t('reminded')} ${formatTime(row.remindedAt)}`}
        {row.status === 'proposed' && row.wanted && ` · ${t('wanted', { date: formatDate(row.wanted) })}`}
        {open && !row.phone && ` · ${t('noPhone')}`}
        {row.changedReason && ` · ${row.changedReason}`}
      </p>
      {[...off.issues, ...gone.issues].map((issue) => (
        <IssueLine key={issue.code} issue={issue} />
      ))}
      {open && (
        <div className="rec-actions">
          <Button
            size="small"
            icon="desk"
            onClick={() => goTo('reception', row.patientId ? ['person', row.patientId] : ['new'])}
          >
            {t('checkIn')}
          </Button>
          <Button size="small" icon="transfer" onClick={() => onMove(row)}>
            {t('move')}
          </Button>
          {late && (
            <Button
              size="small"
              icon="leave"
              busy={gone.running}
              onClick={() => void gone.run({ appointment: row.key })}
            >
              {t('noShow')}
            </Button>
          )}
          <Button size="small" look="quiet" icon="close" onClick={() => setAsking(true)}>
            {t('cancel')}
          </Button>
        </div>
      )}
      {asking && open && (
        <div className="apt-ask">
          <TextField
            label={t('cancelReason')}
            required
            autoFocus
            value={reason}
            onChange={setReason}
            onKeyDown={(event) => event.key === 'Enter' && !event.nativeEvent.isComposing && stop()}
          />
          <Button size="small" look="danger" busy={off.running} disabled={reason.trim().length < 2} onClick={stop}>
            {t('cancel')}
          </Button>
        </div>
      )}
    </article>
  );
}
