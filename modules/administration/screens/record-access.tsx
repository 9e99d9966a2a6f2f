import { localDate, searchKeys, startOfLocalDay } from '@mach/base';
import type { AccessPage, AccessRow } from '@mach/engine/identity/record-access.ts';
import type { Bundle, Patient } from '@mach/fhir/types.ts';
import {
  Button,
  Chip,
  Combobox,
  DateField,
  Empty,
  formatDate,
  formatDateTime,
  Section,
  Table,
  useNow,
  useRoute,
  useTexts,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { SID } from '@mach/vn/systems.ts';
import { type ReactElement, useState } from 'react';
import './administration.css';
import { call, useRemote } from './api.ts';
import { Issues } from './issues.tsx';
import { texts } from './texts.ts';

const DAY = 86_400_000;
/** Days that are looked at unless asked otherwise. */
const DAYS = 30;
const FOUND = 12;

interface Found {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
}

const toFound = (patient: Patient): Found => ({
  id: patient.id ?? '',
  name: patient.name?.[0]?.text ?? '—',
  detail: [
    patient.birthDate && formatDate(patient.birthDate),
    patient.identifier?.find((i) => i.system === SID.patientCode)?.value,
  ]
    .filter(Boolean)
    .join(' · '),
});

/** "tran lan 1964": each word begins a part of the name, four digits are the year of birth. */
async function findPeople(query: string): Promise<Found[]> {
  const words = query.split(/\s+/).filter(Boolean);
  const names = words.filter((word) => /^\p{L}/u.test(word));
  if (names.join('').length < 2) return [];
  const params = new URLSearchParams({ _count: String(FOUND) });
  for (const name of names) params.append('name', searchKeys(name).join(','));
  const year = words.find((word) => /^(19|20)\d{2}$/.test(word));
  if (year) params.set('birthdate', year);
  const bundle = await call<Bundle>('GET', `/fhir/Patient?${params}`);
  return (bundle.entry ?? []).flatMap((e) => (e.resource?.resourceType === 'Patient' ? [toFound(e.resource)] : []));
}

/** "Ai đã xem hồ sơ này": every look at a person's record, by whom, when, from where; as a file for an inspector. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const today = localDate(new Date(useNow()).toISOString());
  const [person, setPerson] = useState<Found | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [options, setOptions] = useState<readonly Found[]>([]);
  const [answered, setAnswered] = useState('');
  const patient = path[0] ?? null;
  const first = from ?? localDate(new Date(Date.parse(`${today}T12:00:00Z`) - DAYS * DAY).toISOString());
  const start = startOfLocalDay(`${first}T12:00:00.000Z`);
  const end = new Date(Date.parse(startOfLocalDay(`${to ?? today}T12:00:00.000Z`)) + DAY).toISOString();
  const query = patient && new URLSearchParams({ patient, from: start, to: end }).toString();
  const address = query && `/api/administration/record-access?${query}`;
  const access = useRemote<AccessPage>(address);
  return (
    <WorkspaceFrame>
      <Section anchor={1} title={t('recordAccess')}>
        <div className="adm-tools adm-tools-top">
          <Combobox<Found>
            label={t('patient')}
            hint={t('patientHint')}
            autoFocus
            value={person}
            onChange={(found) => {
              setPerson(found);
              go(found ? [found.id] : []);
            }}
            options={options}
            answered={answered}
            onQuery={(text) =>
              void findPeople(text)
                .catch(() => [])
                .then((found) => {
                  setOptions(found);
                  setAnswered(text);
                })
            }
            keyOf={(one) => one.id}
            textOf={(one) => one.name}
            renderOption={(one) => (
              <>
                {one.name}
                <span className="adm-two">{one.detail}</span>
              </>
            )}
          />
          <DateField label={t('fromDay')} value={first} onChange={setFrom} max={to ?? today} />
          <DateField label={t('toDay')} value={to ?? today} onChange={setTo} max={today} />
          {address && (
            <Button icon="transfer" onClick={() => window.location.assign(`${address}&format=csv`)}>
              {t('exportCsv')}
            </Button>
          )}
        </div>
        <Issues of={access.issues} />
        {access.data?.partial && <p className="adm-note">{t('partial')}</p>}
        {patient ? (
          <AccessTable rows={access.data?.rows ?? []} loading={access.loading} />
        ) : (
          <Empty icon="eye" title={t('choosePatient')} hint={t('choosePatientHint')} />
        )}
      </Section>
    </WorkspaceFrame>
  );
}

function AccessTable({
  rows,
  loading,
}: {
  readonly rows: readonly AccessRow[];
  readonly loading: boolean;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <Table<AccessRow>
      label={t('recordAccess')}
      rows={rows}
      keyOf={(row) => row.key}
      state={loading ? 'loading' : 'ready'}
      empty={<Empty title={t('noAccess')} />}
      columns={[
        { key: 'at', head: t('at'), width: '150px', cell: (row) => formatDateTime(row.at) },
        {
          key: 'who',
          head: t('who'),
          rowHead: true,
          cell: (row) => (
            <>
              {row.name ?? (row.actor.startsWith('system:') ? t('program') : row.actor)}
              <span className="adm-two">{row.login ?? row.actor}</span>
            </>
          ),
        },
        {
          key: 'what',
          head: t('what'),
          cell: (row) => (
            <>
              <Chip tone={row.kind === 'command' ? 'info' : 'neutral'}>
                {row.kind === 'command' ? t('wrote') : row.among ? t('among') : t('direct')}
              </Chip>{' '}
              {row.purpose === 'BTG' && (
                <Chip tone="warn" icon="warn">
                  {t('emergencyLook')}
                </Chip>
              )}
              <span className="adm-two m-code adm-clip">{row.action}</span>
            </>
          ),
        },
        {
          key: 'from',
          head: t('from'),
          width: '220px',
          wide: true,
          cell: (row) => <span className="adm-clip">{row.origin?.split(' ')[0] ?? '—'}</span>,
        },
      ]}
    />
  );
}

export default { Home } satisfies Workspace;
