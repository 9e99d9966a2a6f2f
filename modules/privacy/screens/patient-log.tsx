import type { PatientLogRow } from '@mach/engine/policy/patient-log.ts';
import { Chip, Empty, formatDateTime, Table, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { useAsk } from './ask.ts';
import { Refusals } from './parts.tsx';
import { texts } from './texts.ts';

/** Who looked, in the lines that the patient is given: an emergency opening is named as such, with its reason. */
export function PatientLog({ request }: { readonly request: string }): ReactElement {
  const t = useTexts(texts);
  const log = useAsk<{ rows: PatientLogRow[] }>(`/api/privacy/requests/${request}/log`);
  return (
    <>
      <Refusals of={log.issues} />
      <Table<PatientLogRow & { readonly key: string }>
        label={t('whoLooked')}
        rows={(log.data?.rows ?? []).slice(0, 50).map((row, i) => ({ ...row, key: `${row.at} ${i}` }))}
        keyOf={(row) => row.key}
        state={log.loading ? 'loading' : 'ready'}
        empty={<Empty title={t('noLooks')} />}
        columns={[
          { key: 'at', head: t('when'), width: '130px', cell: (row) => formatDateTime(row.at) },
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
                <span className="prv-two">{row.reason ?? row.roles.join(', ')}</span>
              </>
            ),
          },
        ]}
      />
    </>
  );
}
