import { age, Chip, useLanguage, useNow, WorkRow, waited } from '@mach/ui';
import type { ReactElement } from 'react';
import type { Waiting } from './people.ts';

export function QueueRow({ row }: { readonly row: Waiting }): ReactElement {
  const language = useLanguage();
  const now = useNow();
  const ms = Date.parse(now) - Date.parse(row.since);
  const marks = {
    appointed: undefined,
    waiting: undefined,
    results: { text: '3/4', icon: 'flask' as const },
    ready: { text: 'KQ đủ', icon: 'check' as const },
    emergency: { text: 'Ưu tiên', icon: 'warn' as const },
  };
  const edges = { appointed: 'none', waiting: 'none', results: 'none', ready: 'ok', emergency: 'critical' } as const;
  return (
    <WorkRow
      edge={edges[row.status]}
      lead={row.number || 'hẹn'}
      name={row.name}
      age={age(row.birth, now, language)}
      mark={marks[row.status]}
      next={row.next}
      clock={row.status === 'appointed' ? undefined : waited(ms, language)}
      lateness={ms > 60 * 60_000 ? 'overdue' : ms > 40 * 60_000 ? 'late' : undefined}
      chips={row.sameName && <Chip tone="warn" icon="users">{`Sinh ${row.birth.slice(0, 4)}`}</Chip>}
    />
  );
}
