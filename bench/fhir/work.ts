import {
  birthOf,
  CCCD,
  cardOf,
  DIAGNOSES,
  familyOf,
  ICD,
  LOINC,
  observationOf,
  PULSE,
  patientOf,
  type Resource,
  visitBundle,
} from './data.ts';

/** A loaded patient as one side knows it. */
export interface Known {
  readonly n: number;
  readonly id: string;
  readonly resource: Resource;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Shown {
  resourceType?: string;
  total?: number;
  entry?: { resource?: Resource; response?: { status: string } }[];
}

export interface Workload {
  readonly name: string;
  /** Share of the floor's rate that is asked for. */
  readonly goal: number;
  readonly writes?: true;
  /** Status of the right answer, 200 where not given. */
  readonly status?: number;
  readonly request: (one: Known, count: number) => Request;
  /** What the right answer shows, so that nobody is fast at something else. */
  readonly right?: (shown: Shown) => boolean;
}

const e = encodeURIComponent;
const get = (path: string): Request => ({ method: 'GET', path });
const size = (shown: Shown): number => shown.entry?.length ?? 0;
const isNewestFirst = (shown: Shown): boolean => {
  const times = (shown.entry ?? []).map((x) => Date.parse(String(x.resource?.effectiveDateTime)));
  return times.length > 0 && times.every((t, i) => i === 0 || t <= (times[i - 1] ?? 0));
};
const tag = (count: number): string => `-${process.pid}-${count}`;
const JSON_PATCH = { 'Content-Type': 'application/json-patch+json' };
const isDone = (shown: Shown): boolean =>
  size(shown) === 50 && (shown.entry ?? []).every((x) => x.response?.status.startsWith('201') === true);

export const WORKLOADS: readonly Workload[] = [
  { name: 'read', goal: 0.75, request: ({ id }) => get(`/Patient/${id}`) },
  { name: 'vread', goal: 0.75, request: ({ id }) => get(`/Patient/${id}/_history/1`) },
  {
    name: 'search by identifier',
    goal: 0.6,
    request: ({ n }) => get(`/Patient?identifier=${e(`${CCCD}|${cardOf(n)}`)}`),
    right: (shown) => size(shown) === 1,
  },
  {
    name: 'search by name and birth date',
    goal: 0.6,
    request: ({ n }) => get(`/Patient?name=${e(familyOf(n))}&birthdate=${birthOf(n)}`),
    right: (shown) => size(shown) >= 1,
  },
  {
    name: 'search by patient and code, sorted',
    goal: 0.6,
    request: ({ id }) => get(`/Observation?patient=Patient/${id}&code=${e(`${LOINC}|${PULSE}`)}&_sort=-date&_count=20`),
    right: isNewestFirst,
  },
  {
    name: '_include',
    goal: 0.5,
    request: () => get('/Encounter?status=in-progress&_include=Encounter:patient&_sort=-date&_count=20'),
    right: (shown) => (shown.entry ?? []).some((x) => x.resource?.resourceType === 'Patient'),
  },
  {
    name: '_has',
    goal: 0.5,
    request: ({ n }) =>
      get(`/Patient?_has:Condition:patient:code=${e(`${ICD}|${DIAGNOSES[n % DIAGNOSES.length]}`)}&_count=20`),
    right: (shown) => size(shown) > 0,
  },
  {
    name: 'chained',
    goal: 0.5,
    request: ({ n }) => get(`/Observation?patient.identifier=${e(`${CCCD}|${cardOf(n)}`)}&_count=20`),
    right: (shown) => size(shown) === 18,
  },
  {
    name: '_total=accurate',
    goal: 0.5,
    request: () => get(`/Observation?code=${e(`${LOINC}|${PULSE}`)}&_total=accurate&_count=20`),
    right: (shown) => (shown.total ?? 0) >= size(shown) && size(shown) === 20,
  },
  {
    name: '$everything',
    goal: 0.5,
    request: ({ id }) => get(`/Patient/${id}/$everything`),
    right: (shown) => size(shown) >= 40,
  },
  {
    name: 'conditional create, found',
    goal: 0.5,
    writes: true,
    request: ({ n }) => ({
      ...{ method: 'POST', path: '/Patient', body: patientOf(n) },
      headers: { 'If-None-Exist': `identifier=${e(`${CCCD}|${cardOf(n)}`)}` },
    }),
  },
  {
    name: 'create',
    goal: 0.5,
    writes: true,
    status: 201,
    request: ({ id }, count) => ({
      ...{ method: 'POST', path: '/Observation' },
      body: observationOf(`Patient/${id}`, undefined, count, Date.now() - 1_000),
    }),
  },
  {
    name: 'update',
    goal: 0.5,
    writes: true,
    request: ({ id, resource }, count) => ({
      ...{ method: 'PUT', path: `/Patient/${id}` },
      body: { ...resource, id, telecom: [{ system: 'phone', value: `08${String(count).padStart(8, '0')}` }] },
    }),
  },
  {
    name: 'patch',
    goal: 0.5,
    writes: true,
    request: ({ id }, count) => ({
      ...{ method: 'PATCH', path: `/Patient/${id}`, headers: JSON_PATCH },
      body: [{ op: 'replace', path: '/telecom/0/value', value: `07${String(count).padStart(8, '0')}` }],
    }),
  },
  ...(['transaction', 'batch'] as const).map(
    (type): Workload => ({
      ...{ name: `${type} of 50`, goal: 0.35, writes: true },
      request: (_one, count) => ({ method: 'POST', path: '', body: visitBundle(type, 5_000_000 + count, tag(count)) }),
      right: isDone,
    }),
  ),
];
