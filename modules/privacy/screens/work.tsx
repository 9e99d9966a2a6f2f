import type { UnusualRow } from '@mach/engine/policy/unusual-list.ts';
import {
  Button,
  Chip,
  Empty,
  formatDate,
  formatDateTime,
  formatTime,
  localDate,
  Section,
  Table,
  useCommand,
  useNow,
  usePick,
  useRoute,
  useTexts,
  useView,
} from '@mach/ui';
import type { ReactElement } from 'react';
import { type RequestRow, watch } from '../contract.ts';
import { useAsk } from './ask.ts';
import { RequestDrawer } from './request-drawer.tsx';
import { type BrokenRow, ReviewDrawer } from './review-drawer.tsx';
import { type Rules, useRules } from './rules.ts';
import { texts } from './texts.ts';
import { useOneDrawer } from './use-one-drawer.ts';

const OPEN = ['requested', 'accepted', 'in-progress'];

/** "Chờ xử lý": broken glasses, unusual looks, requests with their clocks. What is late stands first. */
export function WorkPage(): ReactElement {
  const rules = useRules();
  const { path, go } = useRoute();
  const open = path[0] === 'work' ? path[2] : undefined;
  const broken = useView<BrokenRow>('access.brokenGlass', { status: ['in-progress'] }, { sort: '-since' });
  const unusual = useAsk<{ rows: UnusualRow[] }>('/api/privacy/unusual');
  const requests = useView<RequestRow>('privacy.requests', { status: OPEN }, { sort: 'dueBy' });
  const held = useView<RequestRow>('privacy.requests', { restricts: ['yes'] }, { sort: '-receivedAt' });
  const glass = path[1] === 'glass' ? broken.rows.find((row) => row.key === open) : undefined;
  const look = path[1] === 'look' ? unusual.data?.rows.find((row) => row.id === open) : undefined;
  const request = path[1] === 'request' ? [...requests.rows, ...held.rows].find((row) => row.key === open) : undefined;
  const drawer = useOneDrawer('privacy-work', glass?.key ?? look?.id ?? request?.key, () => go(['work']));
  return (
    <>
      <Broken rows={broken.rows} loading={broken.state === 'loading'} onOpen={(key) => go(['work', 'glass', key])} />
      <Unusual
        rows={unusual.data?.rows ?? []}
        loading={unusual.loading}
        rules={rules}
        reload={unusual.reload}
        onOpen={(key) => go(['work', 'look', key])}
      />
      <Requests
        rows={requests.rows}
        loading={requests.state === 'loading'}
        rules={rules}
        onOpen={(key) => go(['work', 'request', key])}
      />
      <Restricted rows={held.rows} loading={held.state === 'loading'} onOpen={(key) => go(['work', 'request', key])} />
      {(glass || look) && (
        <ReviewDrawer
          key={glass?.key ?? look?.id}
          id={drawer.id}
          glass={glass}
          look={look}
          rules={rules}
          onDone={() => {
            drawer.close();
            void unusual.reload();
          }}
        />
      )}
      {request && (
        <RequestDrawer key={request.key} id={drawer.id} row={request} rules={rules} onClosed={drawer.close} />
      )}
    </>
  );
}

interface ListProps<R> {
  readonly rows: readonly R[];
  readonly loading: boolean;
  readonly onOpen: (key: string) => void;
}

function Broken({ rows, loading, onOpen }: ListProps<BrokenRow>): ReactElement {
  const t = useTexts(texts);
  const now = useNow();
  return (
    <Section anchor={1} title={t('brokenGlass')} side={<Chip>{rows.length}</Chip>}>
      <Table<BrokenRow>
        label={t('brokenGlass')}
        rows={rows}
        keyOf={(row) => row.key}
        state={loading ? 'loading' : 'ready'}
        onOpen={(row) => onOpen(row.key)}
        empty={<Empty icon="check" title={t('noBroken')} />}
        columns={[
          { key: 'when', head: t('when'), width: '160px', cell: (row) => formatDateTime(row.since) },
          { key: 'who', head: t('who'), rowHead: true, cell: (row) => row.by },
          { key: 'patient', head: t('patient'), cell: (row) => row.patientName ?? '—' },
          { key: 'reason', head: t('reason'), wide: true, cell: (row) => row.reason },
          {
            key: 'until',
            head: t('until'),
            width: '120px',
            wide: true,
            cell: (row) =>
              row.ended === null && row.until > now ? (
                <Chip tone="warn" icon="clock">
                  {t('lasting')}
                </Chip>
              ) : (
                formatTime(row.ended ?? row.until)
              ),
          },
        ]}
      />
    </Section>
  );
}

function Unusual(
  props: ListProps<UnusualRow> & { readonly rules: Rules | undefined; readonly reload: () => Promise<unknown> },
): ReactElement {
  const { rows, loading, rules, reload, onOpen } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const today = localDate(useNow());
  const look = useCommand<{ day: string }>(watch.name, { onDone: () => void reload() });
  return (
    <Section
      anchor={2}
      title={t('unusual')}
      side={
        <>
          <Chip>{rows.length}</Chip>
          <Button
            look="quiet"
            size="small"
            icon="sync"
            busy={look.running}
            onClick={() => void look.run({ day: today })}
          >
            {t('watchNow')}
          </Button>
        </>
      }
    >
      <Table<UnusualRow>
        label={t('unusual')}
        rows={rows}
        keyOf={(row) => row.id}
        state={loading ? 'loading' : 'ready'}
        onOpen={(row) => onOpen(row.id)}
        empty={<Empty icon="check" title={t('noUnusual')} />}
        columns={[
          { key: 'when', head: t('when'), width: '110px', cell: (row) => formatDate(row.day) },
          { key: 'who', head: t('who'), rowHead: true, cell: (row) => row.name ?? row.actor },
          {
            key: 'why',
            head: t('why'),
            cell: (row) => (rules ? pick(rules.unusual[row.rule] ?? { vi: row.rule, en: row.rule }) : row.rule),
          },
          {
            key: 'patient',
            head: t('patient'),
            cell: (row) => row.patientName ?? t('peopleSeen', { n: row.detail.people ?? 0 }),
          },
          {
            key: 'looks',
            head: '',
            width: '90px',
            align: 'right',
            wide: true,
            cell: (row) => t('looks', { n: row.looks }),
          },
        ]}
      />
    </Section>
  );
}

function Requests({
  rows,
  loading,
  rules,
  onOpen,
}: ListProps<RequestRow> & { readonly rules: Rules | undefined }): ReactElement {
  const t = useTexts(texts);
  const now = useNow();
  return (
    <Section anchor={3} title={t('requests')} side={<Chip>{rows.length}</Chip>}>
      <Table<RequestRow>
        label={t('requests')}
        rows={rows}
        keyOf={(row) => row.key}
        state={loading ? 'loading' : 'ready'}
        onOpen={(row) => onOpen(row.key)}
        tone={(row) => (row.dueBy < now ? 'critical' : undefined)}
        empty={<Empty icon="check" title={t('noRequests')} />}
        columns={[
          { key: 'code', head: t('code'), width: '130px', cell: (row) => <span className="m-code">{row.code}</span> },
          { key: 'kind', head: t('kind'), cell: (row) => t(`kind.${row.kind}`) },
          { key: 'patient', head: t('patient'), rowHead: true, cell: (row) => row.patientName ?? '—' },
          { key: 'assignee', head: t('assignee'), wide: true, cell: (row) => row.accountName ?? t('nobody') },
          {
            key: 'due',
            head: t('due'),
            width: '190px',
            cell: (row) => (
              <>
                {formatDate(row.dueBy)}{' '}
                {row.dueBy < now ? (
                  <Chip tone="critical" icon="warn">
                    {t('overdue')}
                  </Chip>
                ) : (
                  row.answeredAt === null &&
                  row.answerBy < now && (
                    <Chip tone="warn" icon="clock">
                      {t('answerOverdue')}
                    </Chip>
                  )
                )}
              </>
            ),
          },
        ]}
      />
      {rules && <p className="prv-note">{t('clockSource', { n: rules.answerWorkingDays })}</p>}
    </Section>
  );
}

/** What is not used for everything, and until when nobody has said otherwise: lifted from here. */
function Restricted({ rows, loading, onOpen }: ListProps<RequestRow>): ReactElement {
  const t = useTexts(texts);
  return (
    <Section anchor={4} title={t('restricted')} side={<Chip>{rows.length}</Chip>}>
      <Table<RequestRow>
        label={t('restricted')}
        rows={rows}
        keyOf={(row) => row.key}
        state={loading ? 'loading' : 'ready'}
        onOpen={(row) => onOpen(row.key)}
        empty={<Empty icon="check" title={t('noRestricted')} />}
        columns={[
          { key: 'code', head: t('code'), width: '130px', cell: (row) => <span className="m-code">{row.code}</span> },
          { key: 'patient', head: t('patient'), rowHead: true, cell: (row) => row.patientName ?? '—' },
          { key: 'when', head: t('when'), width: '140px', cell: (row) => formatDate(row.receivedAt) },
          { key: 'detail', head: t('detail'), wide: true, cell: (row) => row.detail },
        ]}
      />
    </Section>
  );
}
