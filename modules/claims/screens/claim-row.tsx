import {
  age,
  Chip,
  type Edge,
  formatDate,
  formatTime,
  money,
  useLanguage,
  useNow,
  usePick,
  useTexts,
  WorkRow,
} from '@mach/ui';
import type { ReactElement } from 'react';
import { CLAIM_LABELS, type ClaimRow as Row } from '../contract.ts';
import { texts } from './texts.ts';

const EDGES: Readonly<Partial<Record<Row['state'], Edge>>> = {
  returned: 'critical',
  'has-findings': 'warn',
  checked: 'info',
  received: 'ok',
};

/** One claim in the list: person, money at stake, clock. */
export function ClaimListRow({ row }: { readonly row: Row }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const now = useNow();
  const late = row.deadline !== null && row.deadline < now;
  const work = row.state === 'returned' || row.state === 'has-findings';
  return (
    <WorkRow
      edge={EDGES[row.state]}
      name={row.name}
      age={row.birthDate ? age(row.birthDate, now, language) : undefined}
      mark={{ text: pick(CLAIM_LABELS[row.state]), icon: row.state === 'returned' ? 'warn' : undefined }}
      next={money(work ? row.atRisk : (row.money ?? 0))}
      clock={
        row.deadline !== null && row.state !== 'received'
          ? t('deadlineMark', { date: formatDate(row.deadline) })
          : row.endedAt
            ? formatTime(row.endedAt)
            : undefined
      }
      lateness={late && row.state !== 'received' ? 'overdue' : undefined}
      chips={row.errors > 0 ? <Chip tone="warn">{t('errorsN', { n: row.errors })}</Chip> : undefined}
    />
  );
}
