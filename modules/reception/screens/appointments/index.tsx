import {
  type AppointmentResult,
  type BookingRow,
  type MoveInput,
  move,
  type SlotRow,
} from '@mach/appointment/contract.ts';
import { addDays, fromLocal } from '@mach/base/time.ts';
import {
  AlertLine,
  Button,
  Chip,
  Drawer,
  Empty,
  formatDate,
  formatTime,
  IconButton,
  localDate,
  Segmented,
  Select,
  Skeleton,
  toast,
  useCommand,
  useDrawer,
  useNow,
  useRoute,
  useTexts,
  useView,
  Worklist,
  WorkRow,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useMemo, useState } from 'react';
import type { RoomRow } from '../../contract.ts';
import '../desk.css';
import { IssueLine } from '../insurance.tsx';
import './appointments.css';
import { BookingCard } from './booking-card.tsx';
import { BookingForm } from './booking-form.tsx';
import { SlotGrid } from './grid.tsx';
import { dayOfSlot, firstOpen, type GridCell, type GridColumn, gridOf, weekOf } from './grid-model.ts';
import { texts } from './texts.ts';

type Span = 'week' | 'day';
const DRAWER = 'apt-slot';
const WEEKDAYS = ['weekday1', 'weekday2', 'weekday3', 'weekday4', 'weekday5', 'weekday6', 'weekday7'] as const;
const OPEN: readonly string[] = ['booked', 'arrived', 'noshow'];

/** "Lịch hẹn": a week of one room, or a day of all of them; the people of the day beside it. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const now = useNow();
  const { path, go } = useRoute();
  const drawer = useDrawer(DRAWER);
  const today = localDate(now);
  // /appointments/<day>/<span>/<room>
  const [day = today, spanText, roomText] = path;
  const span: Span = spanText === 'day' ? 'day' : 'week';
  const rooms = useView<RoomRow>('reception.rooms', {}, { sort: 'code', limit: 200 });
  const room = roomText ?? rooms.rows[0]?.key ?? '';
  const days = weekOf(day);
  const from = fromLocal(span === 'week' ? (days[0] ?? day) : day);
  const to = fromLocal(addDays(span === 'week' ? (days.at(-1) ?? day) : day, 1));
  const within = { 'startAt.from': from, 'startAt.to': to, ...(span === 'week' ? { room } : {}) };
  const slots = useView<SlotRow>('appointment.slots', within, { sort: 'startAt', limit: 1000, enabled: room !== '' });
  const bookings = useView<BookingRow>('appointment.bookings', within, {
    sort: 'startAt',
    limit: 1000,
    enabled: room !== '',
  });
  const proposed = useView<BookingRow>('appointment.bookings', { status: 'proposed' }, { sort: 'code', limit: 200 });

  const columns = useMemo((): GridColumn[] => {
    if (span === 'day') {
      const doctors = new Map(slots.rows.map((slot) => [slot.room, slot.doctorName]));
      return rooms.rows
        .filter((one) => doctors.has(one.key))
        .map((one) => ({ key: one.key, head: one.code ?? one.key, sub: doctors.get(one.key) ?? null }));
    }
    const used = new Set(slots.rows.map(dayOfSlot));
    return days.flatMap((one, i) => {
      if (i > 4 && !used.has(one)) return [];
      return [{ key: one, head: `${t(WEEKDAYS[i] ?? 'weekday1')} ${formatDate(one).slice(0, 5)}`, sub: null }];
    });
  }, [span, days, rooms.rows, slots.rows, t]);
  const grid = useMemo(
    () => gridOf(slots.rows, columns, span === 'day' ? (slot) => slot.room : dayOfSlot, now),
    [slots.rows, columns, span, now],
  );
  const codes = new Map(rooms.rows.map((one) => [one.key, one.code]));
  const [cell, setCell] = useState<string | null>(null);
  const at = cell !== null && grid.cells.has(cell) ? cell : (firstOpen(grid) ?? null);

  const [slotKey, setSlotKey] = useState<string | null>(null);
  const slot = slots.rows.find((one) => one.key === slotKey);
  const inSlot = bookings.rows.filter((one) => one.slot === slotKey && OPEN.includes(one.status));
  const [moving, setMoving] = useState<BookingRow | null>(null);
  const mover = useCommand<MoveInput, AppointmentResult>(move.name, {
    onDone: (done) => {
      toast({ text: t('movedTo', { time: `${formatTime(done.start ?? '')} ${formatDate(done.start ?? '')}` }) });
      setMoving(null);
    },
  });
  const [shown, setShown] = useState<BookingRow['key'] | null>(null);
  const chosen = [...bookings.rows, ...proposed.rows].find((one) => one.key === shown);

  function openCell({ slot: one }: GridCell): void {
    if (moving) {
      // The reason stands in the record, in the language of the house.
      const reason = texts.vi[moving.status === 'proposed' ? 'placeReason' : 'moveReason'];
      void mover.run({ appointment: moving.key, slot: one.key, reason });
      return;
    }
    setShown(null);
    setSlotKey(one.key);
    drawer.open();
  }
  const startMove = (row: BookingRow): void => {
    setMoving(row);
    drawer.close();
    if (row.room && row.room !== room) go([row.wanted && row.startAt === null ? row.wanted : day, span, row.room]);
    else if (row.startAt === null && row.wanted) go([row.wanted, span, room]);
  };
  const turn = (by: number): void => go([addDays(day, span === 'week' ? by * 7 : by), span, room]);
  const list = [
    ...proposed.rows,
    ...bookings.rows.filter((one) => one.status === 'booked' || one.status === 'arrived'),
  ];

  return (
    <WorkspaceFrame
      listTitle={t('list')}
      listCount={list.length}
      listTools={
        <div className="apt-to-grid">
          <Button size="small" icon="calendar" onClick={() => go([day, span, room])}>
            {t('toGrid')}
          </Button>
        </div>
      }
      list={
        <Worklist
          label={t('list')}
          rows={list}
          state={bookings.state}
          error={bookings.error}
          stale={bookings.stale}
          loadedAt={bookings.loadedAt}
          onRetry={bookings.reload}
          keyOf={(one) => one.key}
          textOf={(one) => one.name ?? ''}
          selected={shown}
          onOpen={(one) => {
            setSlotKey(null);
            setShown(one.key);
            drawer.open();
          }}
          empty={<Empty title={t('noList')} hint={t('noListHint')} />}
          render={(one) => (
            <WorkRow
              edge={one.status === 'proposed' ? 'warn' : one.status === 'arrived' ? 'ok' : undefined}
              mark={one.status === 'proposed' ? { text: t('proposed'), icon: 'clock' } : undefined}
              lead={one.startAt ? formatTime(one.startAt) : '—'}
              name={one.name ?? t('nobody')}
              next={[one.startAt ? formatDate(one.startAt).slice(0, 5) : null, one.reason].filter(Boolean).join(' · ')}
              clock={codes.get(one.room ?? '') ?? ''}
            />
          )}
        />
      }
      banner={
        <div className="apt-tools">
          <Segmented<Span>
            label={t('view')}
            value={span}
            onChange={(next) => go([day, next, room])}
            options={[
              { value: 'week', label: t('week') },
              { value: 'day', label: t('day') },
            ]}
          />
          {span === 'week' && (
            <Select
              label={t('room')}
              value={room}
              onChange={(next) => go([day, span, next])}
              options={rooms.rows.map((one) => ({ value: one.key, label: `${one.code ?? ''} ${one.name ?? ''}` }))}
            />
          )}
          <span className="apt-days">
            <IconButton icon="left" label={t('before')} onClick={() => turn(-1)} />
            <b>
              {span === 'week'
                ? `${formatDate(days[0] ?? day).slice(0, 5)}–${formatDate(days.at(-1) ?? day)}`
                : formatDate(day)}
            </b>
            <IconButton icon="right" label={t('after')} onClick={() => turn(1)} />
            <Chip onClick={() => go([today, span, room])}>{t('today')}</Chip>
          </span>
        </div>
      }
      open={path.length > 0}
      onBack={() => go([])}
      keys={[
        { chord: 'Alt+ArrowLeft', label: { vi: texts.vi.before, en: texts.en.before }, run: () => turn(-1) },
        { chord: 'Alt+ArrowRight', label: { vi: texts.vi.after, en: texts.en.after }, run: () => turn(1) },
        { chord: 'Escape', enabled: moving !== null, run: () => setMoving(null) },
      ]}
    >
      <div className="apt-page">
        {moving && (
          <AlertLine
            level="note"
            what={t('moving', { name: moving.name ?? t('nobody') })}
            instead={{ label: t('moveStop'), run: () => setMoving(null) }}
          />
        )}
        {mover.issues.map((issue) => (
          <IssueLine key={issue.code} issue={issue} />
        ))}
        {slots.state === 'loading' ? (
          <Skeleton shape="card" count={3} />
        ) : grid.times.length === 0 ? (
          <Empty icon="calendar" title={t('noSlots')} hint={t('noSlotsHint')} />
        ) : (
          <div className="apt-scroll m-scroll">
            <SlotGrid grid={grid} at={at} onMove={setCell} onOpen={openCell} choosing={moving !== null} />
          </div>
        )}
      </div>
      <Drawer
        id={DRAWER}
        title={
          slot ? t('slot', { time: `${formatTime(slot.startAt)} ${formatDate(slot.startAt).slice(0, 5)}` }) : t('title')
        }
      >
        {chosen && (
          <div className="rec-stack rec-pad">
            <BookingCard key={chosen.key} row={chosen} onMove={startMove} />
          </div>
        )}
        {!chosen && slot && (
          <>
            <div className="rec-stack rec-pad">
              <p className="rec-note">
                {[
                  slot.roomName,
                  slot.doctorName,
                  t('free', { free: Math.max(0, slot.places - slot.booked), places: slot.places }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
              {inSlot.map((one) => (
                <BookingCard key={one.key} row={one} onMove={startMove} />
              ))}
            </div>
            {slot.booked < slot.places && slot.status !== 'busy-unavailable' && slot.endAt > now && (
              <BookingForm key={slot.key} slot={slot} onDone={drawer.close} />
            )}
          </>
        )}
      </Drawer>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
