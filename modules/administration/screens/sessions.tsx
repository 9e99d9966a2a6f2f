import type { SessionRow } from '@mach/engine/identity/session-store.ts';
import { Button, Chip, Empty, formatDateTime, Table, toast, useCommand, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { endSessions } from '../contract.ts';
import { useRemote } from './api.ts';
import { Issues } from './issues.tsx';
import { texts } from './texts.ts';

/** Who is signed in now, from where, and the end of it. */
export function Sessions(): ReactElement {
  const t = useTexts(texts);
  const sessions = useRemote<{ rows: readonly SessionRow[] }>('/api/administration/sessions');
  const end = useCommand<{ session: string }>(endSessions.name, {
    onDone: () => {
      toast({ text: t('ended') });
      void sessions.reload();
    },
  });
  return (
    <>
      <div className="adm-tools">
        <Button icon="sync" onClick={() => void sessions.reload()}>
          {t('refresh')}
        </Button>
      </div>
      <Issues of={[...sessions.issues, ...end.issues]} />
      <Table<SessionRow>
        label={t('sessions')}
        rows={sessions.data?.rows ?? []}
        keyOf={(row) => row.key}
        state={sessions.loading ? 'loading' : 'ready'}
        empty={<Empty title={t('noSessions')} />}
        columns={[
          {
            key: 'person',
            head: t('person'),
            rowHead: true,
            cell: (row) => (
              <>
                {row.name}
                <span className="adm-two">{row.login}</span>
              </>
            ),
          },
          {
            key: 'place',
            head: t('place'),
            width: '180px',
            cell: (row) => (
              <>
                {row.place === 'outside' ? (
                  <Chip tone="warn">{t('place.outside')}</Chip>
                ) : (
                  row.place && t(`place.${row.place}`)
                )}
                <span className="adm-two">{row.device ?? row.address}</span>
              </>
            ),
          },
          { key: 'via', head: t('via'), width: '130px', wide: true, cell: (row) => row.via && t(`via.${row.via}`) },
          { key: 'since', head: t('since'), width: '160px', wide: true, cell: (row) => formatDateTime(row.createdAt) },
          {
            key: 'seen',
            head: t('lastSeen'),
            width: '160px',
            wide: true,
            cell: (row) => formatDateTime(row.lastSeenAt),
          },
          {
            key: 'end',
            head: '',
            width: '110px',
            cell: (row) => (
              <Button
                size="small"
                aria-label={`${t('end')} ${row.name}`}
                onClick={() => void end.run({ session: row.key })}
              >
                {t('end')}
              </Button>
            ),
          },
        ]}
      />
    </>
  );
}
