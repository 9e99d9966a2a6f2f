import type { Text } from '@mach/base/problem.ts';
import {
  AlertLine,
  Button,
  Chip,
  Empty,
  Fact,
  Facts,
  formatDateTime,
  Skeleton,
  Table,
  usePick,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import { useRemote } from './api.ts';
import { Issues } from './issues.tsx';
import { texts } from './texts.ts';

const KINDS = ['file', 'base', 'drill', 'restore', 'upgrade', 'alarm'] as const;

interface Done {
  readonly at: string;
  readonly kind: (typeof KINDS)[number];
  readonly sound: boolean;
  readonly seconds: number | null;
}

/** Answer of `GET /api/administration/backups`. */
interface Backups {
  /** Null where nobody keeps backups: a house under test. */
  readonly facts: {
    readonly on: boolean;
    readonly root: string | null;
    readonly days: number;
    readonly coveredUntil: string | null;
    readonly newest: Partial<Record<Done['kind'], Done>>;
    readonly warnings: readonly { severity: 'error' | 'warning'; code: string; text: Text; remedy: Text }[];
  } | null;
  readonly events: readonly Done[];
}

/** How far the house could go back to now, what somebody must look at, and what was done lately. */
export function BackupsPage(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const { data, issues, reload } = useRemote<Backups>('/api/administration/backups');
  if (!data) return issues.length > 0 ? <Issues of={issues} /> : <Skeleton count={4} />;
  const { facts, events } = data;
  const when = (at: string | null | undefined): string => (at ? formatDateTime(at) : t('backupNone'));
  return (
    <>
      <div className="adm-tools">
        <Button icon="sync" onClick={() => void reload()}>
          {t('refresh')}
        </Button>
      </div>
      {facts?.warnings.map((warning) => (
        <AlertLine
          key={warning.code}
          level={warning.severity === 'error' ? 'stop' : 'warn'}
          what={pick(warning.text)}
          why={pick(warning.remedy)}
        />
      ))}
      {facts && !facts.on && facts.warnings.length === 0 && <AlertLine level="note" what={t('backupDemo')} />}
      {facts?.on && (
        <div className="adm-facts">
          <Facts>
            <Fact label={t('backupFolder')}>{facts.root ?? '–'}</Fact>
            <Fact label={t('backupCovered')}>{when(facts.coveredUntil ?? facts.newest.file?.at)}</Fact>
            <Fact label={t('backup.base')}>{when(facts.newest.base?.at)}</Fact>
            <Fact label={t('backup.drill')}>{when(facts.newest.drill?.at)}</Fact>
            <Fact label={t('backupKept')}>{t('days', { n: facts.days })}</Fact>
          </Facts>
        </div>
      )}
      <Table<Done>
        label={t('backups')}
        rows={events}
        keyOf={(row) => `${row.at} ${row.kind}`}
        empty={<Empty title={t('backupNothing')} hint={t('backupNothingHint')} />}
        columns={[
          { key: 'at', head: t('at'), width: '170px', rowHead: true, cell: (row) => formatDateTime(row.at) },
          { key: 'kind', head: t('backupWhat'), cell: (row) => t(`backup.${row.kind}`) },
          {
            key: 'sound',
            head: t('backupResult'),
            width: '120px',
            cell: (row) => (
              <Chip tone={row.sound ? 'ok' : 'critical'}>{t(row.sound ? 'backupSound' : 'backupFailed')}</Chip>
            ),
          },
          {
            key: 'seconds',
            head: t('backupTook'),
            width: '90px',
            align: 'right',
            wide: true,
            cell: (row) => (row.seconds === null ? '' : t('seconds', { n: Math.round(row.seconds) })),
          },
        ]}
      />
    </>
  );
}
