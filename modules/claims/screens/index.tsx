import { Empty, ListFrame, openPatient, useRoute, useTexts, useView, type Workspace } from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import type { ClaimRow, ClaimState } from '../contract.ts';
import { ClaimHead, ClaimPage } from './claim.tsx';
import { ClaimListRow } from './claim-row.tsx';
import './claims.css';
import { texts } from './texts.ts';

type Which = 'listWork' | 'listReady' | 'listQueue' | 'listReceived' | 'listDraft';
const STATES: Readonly<Record<Which, readonly ClaimState[]>> = {
  listWork: ['returned', 'has-findings'],
  listReady: ['checked'],
  listQueue: ['signed', 'sent'],
  listReceived: ['received'],
  listDraft: ['draft'],
};
const EMPTY = {
  listWork: 'noneWork',
  listReady: 'noneReady',
  listQueue: 'noneQueue',
  listReceived: 'noneReceived',
  listDraft: 'noneDraft',
} as const;

/** The claims officer's desk (journeys a17): only what needs a person, worst money first. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const [which, setWhich] = useState<Which>('listWork');
  const list = useView<ClaimRow>(
    'claims.list',
    { state: STATES[which] },
    { sort: which === 'listWork' ? '-atRisk' : '-endedAt', limit: 300 },
  );
  const open = path[0] === 'claim' ? path[1] : undefined;
  const inList = list.rows.find((one) => one.key === open);
  // A claim that has been mended leaves the list, and stays open until another is chosen.
  const single = useView<ClaimRow>(
    'claims.list',
    { visitCode: path[2] ?? inList?.visitCode ?? '' },
    { sort: 'visitCode', enabled: open !== undefined },
  );
  const row = single.rows.find((one) => one.key === open) ?? inList;

  useEffect(() => {
    if (row)
      openPatient({
        key: row.patient,
        name: row.name,
        workspace: 'claims',
        path: ['claim', row.key, row.visitCode],
      });
  }, [row]);

  /** The claim after the one that is open, else the first: as at every other desk. */
  function openNext(): void {
    const at = list.rows.findIndex((one) => one.key === open);
    const next = list.rows[at + 1] ?? list.rows[0];
    if (next) go(['claim', next.key, next.visitCode]);
  }

  const frame = (page: ReactElement, finish?: ReactElement): ReactElement => (
    <ListFrame
      listTitle={t('listTitle')}
      view={list}
      choices={(Object.keys(STATES) as Which[]).map((one) => ({ key: one, label: t(one) }))}
      choice={which}
      onChoice={(one) => setWhich(one as Which)}
      worklist={{
        label: t(which),
        keyOf: (one) => one.key,
        textOf: (one) => one.name,
        selected: open ?? null,
        onOpen: (one) => go(['claim', one.key, one.visitCode]),
        autoFocus: open === undefined,
        empty: (
          <Empty icon="shield" title={t(EMPTY[which])} hint={which === 'listWork' ? t('noneWorkHint') : undefined} />
        ),
        render: (one) => <ClaimListRow row={one} />,
      }}
      open={open !== undefined}
      onBack={() => go([])}
      banner={row && <ClaimHead row={row} />}
      finish={finish}
      keys={[{ chord: 'F2', label: { vi: texts.vi.nextClaim, en: texts.en.nextClaim }, run: openNext }]}
    >
      {page}
    </ListFrame>
  );
  if (!row) return frame(<Empty icon="shield" title={t('chooseOne')} />);
  return (
    <ClaimPage key={row.key} row={row}>
      {frame}
    </ClaimPage>
  );
}

export default { Home } satisfies Workspace;
