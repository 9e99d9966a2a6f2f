import { startOfLocalDay } from '@mach/base/time.ts';
import { type EncounterInput, startExam, type VisitResult } from '@mach/encounter/contract.ts';
import {
  Button,
  Chip,
  closePatient,
  Empty,
  ErrorState,
  openPatient,
  Select,
  Skeleton,
  toast,
  useAway,
  useCommand,
  useNow,
  usePick,
  useRoute,
  useTexts,
  useView,
  Worklist,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import type { QueueRow } from '../../contract.ts';
import { PaperRx } from './away/paper-rx.tsx';
import { useVisit } from './data/use-visit.ts';
import './doctor.css';
import { useCheckPacks } from './prescription/use-packs.ts';
import { isCallable, isOwn, nextToCall, orderQueue, QUEUE_STATES, sameNames } from './queue/order.ts';
import { QueueLine } from './queue/queue-row.tsx';
import { useDesk } from './queue/use-desk.ts';
import { useLine } from './queue/use-line.ts';
import { texts } from './texts.ts';
import { VisitBanner } from './visit/banner.tsx';
import { ExamPage } from './visit/exam-page.tsx';
import { ClosedPage, WaitingPage } from './visit/summary-page.tsx';
import { VisitMenu } from './visit/visit-menu.tsx';

const NO_ONE: readonly QueueRow[] = [];
const EXAM_STATES = ['in-exam', 'awaiting-results', 'results-ready'];

/** Khám ngoại trú (design language W2): the queue, and one page a patient. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const { path, go } = useRoute();
  const day = startOfLocalDay(useNow());
  const queue = useView<QueueRow>(
    'outpatient.queue',
    { state: QUEUE_STATES, 'arrivedAt.from': day },
    { sort: 'arrivedAt', limit: 500 },
  );
  const { desk, rooms, sit } = useDesk();
  const [everyRoom, setEveryRoom] = useState(false);
  const line = useLine(desk.room, day, queue.rows);
  const ordered = useMemo(() => orderQueue(queue.rows, desk, line), [queue.rows, desk, line]);
  const shown = everyRoom ? ordered : ordered.filter((row) => isOwn(row, desk));
  const twins = useMemo(() => sameNames(queue.rows), [queue.rows]);

  const open = path[0] === 'visit' ? path[1] : undefined;
  const row = queue.rows.find((one) => one.key === open);
  const load = useVisit(open, row);
  const { visit } = load;
  const packs = useCheckPacks();
  const name = visit?.patient.name?.[0]?.text ?? row?.name ?? '';
  const call = useCommand<EncounterInput, VisitResult>(startExam.name, {
    onFailed: (issues) => {
      const [first] = issues;
      if (first) toast({ text: pick(first.text), tone: 'warn' });
    },
  });

  const birthYear = visit?.patient.birthDate?.slice(0, 4);
  const place = [row?.queueNumber, birthYear].filter(Boolean).join(' · ');
  useEffect(() => {
    if (open !== undefined && name !== '')
      openPatient({ key: open, name, place, workspace: 'kham', path: ['visit', open] });
  }, [open, name, place]);

  async function callIn(target: QueueRow | undefined): Promise<void> {
    if (!target) {
      toast({ text: t('noOneToCall') });
      return;
    }
    go(['visit', target.key]);
    if (await call.run({ encounter: target.key })) visit?.refresh('encounter');
  }

  /** The patient who is shown, while they wait to be called; else the next one. */
  function callNext(): void {
    const previewed = row && row.state === 'waiting' ? row : undefined;
    void callIn(
      previewed ??
        nextToCall(
          ordered.filter((one) => one.key !== open),
          desk,
        ),
    );
  }

  function onDone(): void {
    if (open !== undefined) closePatient(open);
    const next = nextToCall(
      ordered.filter((one) => one.key !== open),
      desk,
    );
    go(next ? ['visit', next.key] : []);
  }

  const { down, away } = useAway();
  // A record that is not on the screen already cannot be opened without its server.
  const alone = down && away !== undefined;
  const others = ordered.length - ordered.filter((one) => isOwn(one, desk)).length;
  return (
    <WorkspaceFrame
      listTitle={t('queue')}
      listCount={shown.length}
      listTools={
        <>
          <Button size="small" look="quiet" chord="F2" busy={call.running} onClick={callNext}>
            {t('callNext')}
          </Button>
          <div className="doc-room">
            <Select
              label={t('room')}
              labelHidden
              value={desk.room ?? ''}
              empty={t('allRooms')}
              options={rooms.map((room) => ({ value: room.id, label: room.name }))}
              onChange={sit}
            />
            {desk.room !== null && others > 0 && (
              <Chip pressed={everyRoom} onClick={() => setEveryRoom(!everyRoom)} count={others}>
                {t('otherRooms')}
              </Chip>
            )}
          </div>
        </>
      }
      list={
        <Worklist
          label={t('queue')}
          rows={shown}
          state={queue.state}
          error={queue.error}
          stale={queue.stale}
          loadedAt={queue.loadedAt}
          onRetry={queue.reload}
          hasMore={queue.hasMore}
          onMore={queue.loadMore}
          keyOf={(one) => one.key}
          textOf={(one) => `${one.queueNumber ?? ''} ${one.name ?? ''}`}
          selected={open ?? null}
          onOpen={(one) => go(['visit', one.key])}
          empty={
            <Empty
              icon="users"
              title={t('noOne')}
              hint={others > 0 ? t('othersWait', { n: others }) : t('noOneHint')}
            />
          }
          render={(one) => <QueueLine row={one} twins={twins.get(one.key) ?? NO_ONE} place={line?.get(one.key)} />}
        />
      }
      open={open !== undefined}
      onBack={() => go([])}
      banner={
        visit?.allergies && (
          <VisitBanner
            visit={visit}
            twins={twins.get(visit.id) ?? NO_ONE}
            menu={<VisitMenu key={visit.id} visit={visit} name={name} onGone={() => go([])} />}
          />
        )
      }
      keys={[{ chord: 'F2', label: { vi: texts.vi.callNext, en: texts.en.callNext }, run: callNext }]}
    >
      {alone && (open === undefined || !visit?.loaded) ? (
        <PaperRx
          key={open ?? 'ticket'}
          whose={row && { encounter: row.key, name: row.name ?? '', born: row.birthDate, ticket: row.queueNumber }}
        />
      ) : open === undefined ? (
        <Empty icon="stethoscope" title={t('chooseOne')} hint={t('chooseOneHint')} />
      ) : load.state === 'error' ? (
        <ErrorState error={load.error} onRetry={load.reload} />
      ) : !visit?.loaded ? (
        <Skeleton shape="lines" count={8} />
      ) : visit.state === 'waiting' || visit.state === 'arrived' ? (
        <WaitingPage
          key={visit.id}
          visit={visit}
          name={name}
          calling={call.running}
          onCall={() => row && isCallable(row) && void callIn(row)}
        />
      ) : EXAM_STATES.includes(visit.state) ? (
        <ExamPage key={visit.id} visit={visit} name={name} packs={packs} twin={twins.has(visit.id)} onDone={onDone} />
      ) : (
        <ClosedPage key={visit.id} visit={visit} name={name} />
      )}
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
