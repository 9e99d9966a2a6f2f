import {
  Empty,
  openPatient,
  useCan,
  useLanguage,
  useNow,
  useRoute,
  useTexts,
  useView,
  Worklist,
  WorkRow,
  type Workspace,
  WorkspaceFrame,
  waited,
} from '@mach/ui';
import { type ReactElement, useEffect } from 'react';
import type { BoardRow } from '../contract.ts';
import { clockOf, ON_BOARD, ranked } from '../rules/board.ts';
import { ArrivePage } from './arrive-page.tsx';
import { Board } from './board.tsx';
import './emergency.css';
import { EmergencyPatient } from './patient.tsx';
import { texts } from './texts.ts';
import { TriagePage } from './triage-page.tsx';
import { useEmergencyRules } from './use-rules.ts';

/** The emergency room: the board, an arrival, a triage, a patient with running bundles. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const language = useLanguage();
  const { path, go } = useRoute();
  const can = useCan();
  const now = useNow();
  const { rules } = useEmergencyRules();
  const board = useView<BoardRow>('emergency.board', { state: ON_BOARD }, { sort: 'doorAt', limit: 300 });
  const [page, id, part] = path;
  const row = page === 'v' ? board.rows.find((one) => one.key === id) : undefined;
  const people = ranked(board.rows, now);
  const open = (one: BoardRow | undefined): void =>
    go(one ? (one.level === null ? ['v', one.key, 'triage'] : ['v', one.key]) : []);

  useEffect(() => {
    if (row)
      openPatient({
        key: row.key,
        name: row.name ?? '',
        place: row.bed ?? undefined,
        workspace: 'emergency',
        path: ['v', row.key],
      });
  }, [row]);

  const keys = [
    ...(can('emergency.arrive')
      ? [{ chord: 'F10' as const, label: { vi: texts.vi.arrive, en: texts.en.arrive }, run: () => go(['new']) }]
      : []),
    {
      chord: 'F2' as const,
      label: { vi: texts.vi.mostUrgent, en: texts.en.mostUrgent },
      run: () => open(people.find((one) => one.key !== row?.key)),
    },
    ...(row
      ? [
          {
            chord: 'F4' as const,
            label: { vi: texts.vi.triage, en: texts.en.triage },
            run: () => go(['v', row.key, 'triage']),
          },
        ]
      : []),
  ];
  if (page !== 'v' && page !== 'new')
    return (
      <WorkspaceFrame keys={keys}>
        <Board view={board} pack={rules?.triage} onOpen={open} onNew={() => go(['new'])} />
      </WorkspaceFrame>
    );
  const list = (
    <Worklist
      label={t('board')}
      rows={people}
      state={board.state}
      error={board.error}
      stale={board.stale}
      loadedAt={board.loadedAt}
      onRetry={board.reload}
      keyOf={(one) => one.key}
      textOf={(one) => one.name ?? ''}
      selected={row?.key ?? null}
      onOpen={open}
      empty={<Empty title={t('nobody')} hint={t('nobodyHint')} />}
      render={(one) => {
        const clock = clockOf(one, now);
        return (
          <WorkRow
            edge={clock.lateness === 'overdue' ? 'critical' : clock.lateness === 'late' ? 'warn' : 'none'}
            lead={one.level === null ? '?' : String(one.level)}
            name={one.name ?? ''}
            next={[one.bed, one.complaint].filter(Boolean).join(' · ')}
            clock={waited(clock.stay * 60_000, language)}
            lateness={clock.lateness === 'none' ? undefined : clock.lateness}
          />
        );
      }}
    />
  );
  const frame = { list, keys, listTitle: t('board'), listCount: people.length };
  if (page === 'new')
    return <ArrivePage frame={frame} onDone={(encounter) => go(['v', encounter, 'triage'])} onBack={() => go([])} />;
  const back = (): void => go(row && part === 'triage' && row.level !== null ? ['v', row.key] : []);
  if (!row || !rules)
    return (
      <WorkspaceFrame {...frame} onBack={() => go([])}>
        <Empty title={board.state === 'loading' || !rules ? t('loading') : t('gone')} hint={t('goneHint')} />
      </WorkspaceFrame>
    );
  if (part === 'triage')
    return (
      <TriagePage
        key={row.key}
        row={row}
        rules={rules}
        frame={frame}
        onDone={(bundles) =>
          go(['v', row.key], bundles.length > 0 ? { query: { bundle: bundles.join(',') } } : undefined)
        }
        onBack={back}
      />
    );
  return <EmergencyPatient key={row.key} row={row} rules={rules} frame={frame} onBack={back} />;
}

export default { Home } satisfies Workspace;
