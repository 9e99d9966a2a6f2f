import { localDate, startOfLocalDay } from '@mach/base';
import { PRIORITY_LABELS, type PriorityReason } from '@mach/encounter/contract.ts';
import {
  age,
  Chip,
  Empty,
  FinishBar,
  toast,
  useCommand,
  useDrawer,
  useLanguage,
  useNow,
  usePick,
  useRoute,
  useTexts,
  useView,
  Worklist,
  WorkRow,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useMemo, useRef, useState } from 'react';
import {
  absent,
  type CallInput,
  type CallResult,
  type CallRow,
  call,
  type QueueEntry,
  type RoomRow,
  roomPace,
  roomQueue,
  type TodayRow,
} from '../../contract.ts';
import { loads, openRooms } from '../../rooms.ts';
import '../desk.css';
import { IssueLine } from '../insurance.tsx';
import { useQueueRules } from '../use-rules.ts';
import { MOVE_DRAWER, MoveDrawer } from './move-drawer.tsx';
import { texts } from './texts.ts';

/** Queues of all rooms; of one room the people in the order in which they are called. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const now = useNow();
  const rules = useQueueRules();
  const day = startOfLocalDay(now);
  const today = useView<TodayRow>('reception.today', { 'arrivedAt.from': day }, { sort: '-arrivedAt', limit: 1000 });
  const calls = useView<CallRow>('reception.calls', { 'at.from': day }, { sort: '-at', limit: 1000 });
  const rooms = useView<RoomRow>('reception.rooms', {}, { sort: 'code', limit: 200 });
  const load = useMemo(() => (rules ? loads(rooms.rows, today.rows, rules) : []), [rooms.rows, today.rows, rules]);
  const open = useMemo(() => {
    const keys = new Set(openRooms(rooms.rows, localDate(now)).map((one) => one.key));
    return load.filter((one) => keys.has(one.room.key));
  }, [rooms.rows, load, now]);
  const [roomKey] = path;
  const room = load.find((one) => one.room.key === roomKey);
  const here = today.rows.filter((row) => row.room === roomKey);
  const inside = here.filter((row) => row.state === 'in-exam');
  const line = rules && room ? roomQueue(here, calls.rows, rules) : [];
  const pace = rules && room ? roomPace(here, rules) : undefined;
  const entries: QueueEntry<TodayRow>[] = [
    ...inside.map((row) => ({ row, ahead: -1, wait: { from: 0, to: 0 }, absent: 0 })),
    ...line,
  ];
  const [picked, setPicked] = useState<string | null>(null);
  const current = entries.find(({ row }) => row.key === picked) ?? line[0] ?? entries[0];
  const number = current?.row.queueNumber ?? '';

  // Whom the deed was about: the list may have moved on before the answer is here.
  const meant = useRef('');
  const caller = useCommand<CallInput, CallResult>(call.name, {
    onDone: () => toast({ text: t('called', { number: meant.current }) }),
  });
  const misser = useCommand<CallInput, CallResult>(absent.name, {
    onDone: ({ places, times }) => {
      setPicked(null);
      const of = { number: meant.current };
      toast({ text: places < 0 ? t('absentEnd', { ...of, times }) : t('absentDone', { ...of, places }) });
    },
  });
  const drawer = useDrawer(MOVE_DRAWER);
  const act = (command: typeof caller): void => {
    if (!current || caller.running || misser.running) return;
    meant.current = number;
    void command.run({ encounter: current.row.key });
  };

  return (
    <WorkspaceFrame
      listTitle={t('rooms')}
      listCount={load.length}
      list={
        <Worklist
          label={t('rooms')}
          rows={load}
          state={rooms.state}
          error={rooms.error}
          stale={rooms.stale || today.stale}
          loadedAt={today.loadedAt}
          onRetry={rooms.reload}
          keyOf={(one) => one.room.key}
          textOf={(one) => one.room.name ?? ''}
          selected={roomKey ?? null}
          onOpen={(one) => {
            setPicked(null);
            go([one.room.key]);
          }}
          empty={<Empty title={t('noRooms')} hint={t('noRoomsHint')} />}
          render={(one) => (
            <WorkRow
              lead={one.room.code ?? ''}
              name={one.room.name ?? ''}
              next={[
                one.waiting + one.ready === 0
                  ? t('free')
                  : t('line', { waiting: one.waiting + one.ready, ...one.wait }),
                one.doctorName,
              ]
                .filter(Boolean)
                .join(' · ')}
            />
          )}
        />
      }
      banner={
        room && (
          <h2 className="rec-queue-head">
            <b>{room.room.code}</b> {room.room.name}
          </h2>
        )
      }
      open={room !== undefined}
      onBack={() => go([])}
      finish={
        current && (
          <FinishBar
            left={
              pace &&
              t('pace', {
                minutes: Math.round(pace.middle),
                from: t(pace.measured ? 'paceMeasured' : 'paceUsual'),
              })
            }
            actions={[
              {
                label: { vi: texts.vi.absent, en: texts.en.absent },
                chord: 'F4',
                busy: misser.running,
                run: () => act(misser),
              },
              { label: { vi: texts.vi.move, en: texts.en.move }, chord: 'F6', run: drawer.open },
            ]}
            finish={{
              label: { vi: texts.vi.call.replace('{number}', number), en: texts.en.call.replace('{number}', number) },
              chord: 'F2',
              busy: caller.running,
              run: () => act(caller),
            }}
          />
        )
      }
    >
      {room === undefined ? (
        <Empty icon="users" title={t('choose')} hint={t('chooseHint')} />
      ) : (
        <>
          {[...caller.issues, ...misser.issues].map((issue) => (
            <IssueLine key={issue.code} issue={issue} />
          ))}
          <Worklist
            label={t('queue', { room: room.room.code ?? '' })}
            rows={entries}
            keyOf={({ row }) => row.key}
            textOf={({ row }) => row.name ?? ''}
            selected={current?.row.key ?? null}
            onOpen={({ row }) => setPicked(row.key)}
            empty={<Empty title={t('nobody')} hint={t('nobodyHint')} />}
            render={(entry) => <QueueLine entry={entry} now={now} />}
          />
          {current && <MoveDrawer key={current.row.key} row={current.row} rooms={open} />}
        </>
      )}
    </WorkspaceFrame>
  );
}

function QueueLine({ entry, now }: { readonly entry: QueueEntry<TodayRow>; readonly now: string }): ReactElement {
  const { row, ahead, wait, absent: times } = entry;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const reason = row.priorityReason as PriorityReason | null;
  return (
    <WorkRow
      edge={ahead < 0 ? 'info' : reason === 'emergency' ? 'critical' : reason ? 'warn' : undefined}
      mark={reason ? { text: pick(PRIORITY_LABELS[reason]), icon: reason === 'emergency' ? 'warn' : 'up' } : undefined}
      lead={row.queueNumber ?? ''}
      name={row.name ?? t('unknown')}
      age={row.birthDate ? age(row.birthDate, now, language) : undefined}
      next={[
        ahead < 0 ? t('inside', { number: '' }).trim() : null,
        row.state === 'results-ready' ? t('ready') : null,
        row.reason,
      ]
        .filter(Boolean)
        .join(' · ')}
      clock={ahead < 0 ? '' : ahead === 0 ? t('next') : t('wait', wait)}
      chips={times > 0 && <Chip tone="warn">{t('absentTimes', { n: times })}</Chip>}
    />
  );
}

export default { Home } satisfies Workspace;
