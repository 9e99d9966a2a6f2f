import type { Text } from '@mach/base/problem.ts';
import type { PatientLogRow } from '@mach/engine/policy/patient-log.ts';
import { Chip, Empty, formatDateTime, Table, usePick, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { useAsk } from './ask.ts';
import { Refusals } from './parts.tsx';
import { texts } from './texts.ts';

/** A line with the names of the roles. */
type Row = Omit<PatientLogRow, 'roles'> & { readonly roles: readonly Text[]; readonly key: string };

/** Who looked, in the lines that the patient is given: an emergency opening is named as such, with its reason. */
export function PatientLog({ request }: { readonly request: string }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const log = useAsk<{ rows: readonly Omit<Row, 'key'>[] }>(`/api/privacy/requests/${request}/log`);
  return (
    <>
      <Refusals of={log.issues} />
      <Table<Row>
        label={t('whoLooked')}
        rows={(log.data?.rows ?? []).slice(0, 50).map((row, i) => ({ ...row, key: `${row.at} ${i}` }))}
        keyOf={(row) => row.key}
        state={log.loading ? 'loading' : 'ready'}
        empty={<Empty title={t('noLooks')} />}
        columns={[
          { key: 'at', head: t('when'), width: '150px', cell: (row) => formatDateTime(row.at) },
          {
            key: 'who',
            head: t('whoLooked'),
            rowHead: true,
            cell: (row) => (
              <>
                {row.who}{' '}
                {row.emergency && (
                  <Chip tone="warn" icon="warn">
                    {t('emergency')}
                  </Chip>
                )}
                <span className="prv-two">{row.reason ?? row.roles.map(pick).join(', ')}</span>
              </>
            ),
          },
        ]}
      />
    </>
  );
}
