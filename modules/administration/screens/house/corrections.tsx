import { localDate } from '@mach/base';
import {
  Button,
  Chip,
  Empty,
  formatDate,
  formatDateTime,
  Table,
  useDrawer,
  useKeys,
  useNow,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { useFreshDrawer } from '../use-fresh-drawer.ts';
import { ChangeDrawer } from './change-drawer.tsx';
import type { ChangeRow } from './change-row.ts';
import { ProposeDrawer } from './propose-drawer.tsx';
import { texts } from './texts.ts';

/** What the facility says differently from the rule packs: its lists, and corrections that two people agree on. */
export function Corrections(): ReactElement {
  const t = useTexts(texts);
  const today = localDate(useNow());
  const [open, setOpen] = useState<string | null>(null);
  const one = useFreshDrawer('house-change');
  const propose = useFreshDrawer('house-propose');
  const isOpen = useDrawer('house-change').isOpen;
  const changes = useView<ChangeRow>('administration.changes', {}, { sort: '-proposedAt', limit: 500 });
  useKeys([{ chord: 'F10', label: { vi: texts.vi.propose, en: texts.en.propose }, run: propose.show }]);
  return (
    <>
      <p className="adm-note">{t('twoPeople')}</p>
      <div className="adm-tools">
        <Button look="primary" icon="plus" chord="F10" onClick={propose.show}>
          {t('propose')}
        </Button>
      </div>
      <Table<ChangeRow>
        label={t('corrections')}
        rows={changes.rows}
        keyOf={(row) => row.key}
        state={changes.state === 'loading' ? 'loading' : 'ready'}
        selected={isOpen ? open : null}
        onOpen={(row) => {
          setOpen(row.key);
          one.show();
        }}
        textOf={(row) => row.title ?? row.key}
        tone={(row) => (row.status === 'retired' || (row.endedFrom && row.endedFrom <= today) ? 'muted' : undefined)}
        empty={<Empty title={t('noCorrections')} />}
        columns={[
          {
            key: 'title',
            head: t('titleOf'),
            rowHead: true,
            cell: (row) => (
              <>
                {row.title}
                <span className="adm-two">
                  {t(row.kind === 'correction' ? 'kindCorrection' : 'kindList')} · {row.document}
                </span>
              </>
            ),
          },
          {
            key: 'from',
            head: t('from'),
            width: '150px',
            wide: true,
            cell: (row) => (
              <span className="hou-number">
                {formatDate(row.from ?? '')}
                {row.endedFrom && <span className="adm-two">{t('endedFrom', { day: formatDate(row.endedFrom) })}</span>}
              </span>
            ),
          },
          {
            key: 'by',
            head: t('by'),
            width: '210px',
            wide: true,
            cell: (row) => (
              <>
                {row.proposedByName}
                <span className="adm-two">{row.proposedAt && formatDateTime(row.proposedAt)}</span>
              </>
            ),
          },
          { key: 'state', head: t('state'), width: '160px', cell: (row) => <State row={row} today={today} /> },
        ]}
      />
      <ChangeDrawer key={`one/${one.round}/${open}`} row={changes.rows.find((row) => row.key === open)} today={today} />
      <ProposeDrawer key={`propose/${propose.round}`} today={today} />
    </>
  );
}

function State({ row, today }: { readonly row: ChangeRow; readonly today: string }): ReactElement {
  const t = useTexts(texts);
  if (row.status === 'draft') return <Chip tone="warn">{t('proposed')}</Chip>;
  if (row.status === 'retired') return <Chip>{t('rejected')}</Chip>;
  if (row.endedFrom && row.endedFrom <= today) return <Chip>{t('ended')}</Chip>;
  return <Chip tone="ok">{t('active')}</Chip>;
}
