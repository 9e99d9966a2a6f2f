import type { TableSource } from '@mach/engine/module.ts';
import type { OutboxRow } from '@mach/store';
import type { StuckKind, StuckRow } from '../contract.ts';
import type { Days } from './day.ts';

const MINUTE = 60_000;
/** A message that waits longer is not just on its way. */
const MESSAGE_MINUTES = 15;
/** A result that takes longer holds somebody in the house. */
const RESULT_HOURS = 4;
/** Rows of one kind; a house with more of them has one problem, not so many. */
const MOST = 1_000;

interface Found extends Record<string, unknown> {
  key: string;
  title: string | null;
  note: string | null;
  since: Date | null;
  owner?: string | null;
  owner_name?: string | null;
}

/** What hangs in one view. `$1` is now, `$2` the start of today. */
interface Source {
  kind: StuckKind;
  view: string;
  owner: string;
  /** Columns `title`, `note`, `since` and optionally `owner`, `owner_name` of the rows that hang. */
  select: string;
  where: string;
  command?: (row: Found) => StuckRow['command'];
  /** Where somebody mends it. */
  path: (row: Found) => string | null;
}

const OPEN_STATES = `('arrived', 'waiting', 'in-exam', 'awaiting-results', 'results-ready', 'concluded', 'awaiting-payment')`;
const order = (view: string): Source => ({
  kind: 'order',
  view,
  owner: view === 'lab.imaging' ? 'radiographer' : 'lab-technician',
  select: `"patientName" as title, concat_ws(' · ', "name", "orderCode", "roomName") as note, "orderedAt" as since`,
  where: `"state" in ('signed', 'accepted', 'in-progress', 'performed', 'preliminary')
    and "visitState" in ('waiting', 'in-exam', 'awaiting-results', 'results-ready')
    and "orderedAt" < $1::timestamptz - interval '${RESULT_HOURS} hours'`,
  path: () => null,
});

const SOURCES: readonly Source[] = [
  {
    kind: 'visit',
    view: 'reception.today',
    owner: 'reception',
    select: `"name" as title, concat_ws(' · ', "visitCode", "roomName") as note, "arrivedAt" as since,
      case when "state" in ('concluded', 'awaiting-payment') then 'cashier'
           when "state" in ('in-exam', 'awaiting-results', 'results-ready') then 'doctor' else 'reception' end as owner,
      case when "state" in ('in-exam', 'awaiting-results', 'results-ready') then "doctorName" end as owner_name`,
    where: `"arrivedAt" < $2::timestamptz and "state" in ${OPEN_STATES}`,
    command: (row) =>
      row.owner === 'reception'
        ? {
            name: 'encounter.leave',
            permission: 'encounter.leave',
            input: { encounter: row.key, reason: 'Lượt khám ngày trước còn treo: người bệnh đã về' },
          }
        : null,
    path: (row) => (row.owner === 'cashier' ? `/cashier/visit/${row.key}` : null),
  },
  order('lab.worklist'),
  order('lab.imaging'),
  {
    kind: 'prescription',
    view: 'pharmacy.queue',
    owner: 'pharmacist',
    select: `"patientName" as title, concat_ws(' · ', "code", "roomName") as note, "prescribedAt" as since`,
    where: `"rank" in (1, 2) and "visitState" = 'settled' and "prescribedAt" < $2::timestamptz`,
    path: () => '/pharmacy',
  },
  {
    kind: 'claim',
    view: 'claims.list',
    owner: 'claims-officer',
    select: `"name" as title, "visitCode" as note, coalesce("endedAt", "deadline") as since, "deadline" as deadline`,
    where: `"state" = 'returned' or ("state" in ('has-findings', 'checked') and "deadline" < $1::timestamptz + interval '24 hours')`,
    path: () => '/claims',
  },
  {
    kind: 'e-invoice',
    view: 'cashier.e-invoices',
    owner: 'cashier',
    select: `concat_ws(' ', "series", "number") as title, "issue" as note, "at" as since, "invoice" as invoice`,
    where: `"state" = 'failed' or ("state" = 'pending' and "at" < $1::timestamptz - interval '1 hour')`,
    command: (row) => ({
      name: 'cashier.issueEInvoice',
      permission: 'cashier.e-invoice',
      input: { invoice: String(row.invoice) },
    }),
    path: () => null,
  },
  {
    kind: 'transfer',
    view: 'cashier.transfers',
    owner: 'cashier',
    select: `coalesce("name", "content") as title, "reference" as note, coalesce("receivedAt", "askedAt") as since`,
    where: `"left" > 0`,
    path: () => '/cashier/work',
  },
  {
    kind: 'cancel-asked',
    view: 'cashier.invoices',
    owner: 'cashier',
    select: `"name" as title, concat_ws(' · ', "number", "cancelAsked") as note, "date" as since, "cancelAskedBy" as asked_by`,
    where: `"cancelAsked" is not null and "status" is distinct from 'cancelled'`,
    command: (row) => ({
      name: 'cashier.approveCancel',
      permission: 'cashier.approve-cancel',
      input: { invoice: row.key },
    }),
    path: () => null,
  },
  {
    kind: 'refund',
    view: 'cashier.invoices',
    owner: 'cashier',
    select: `"name" as title, concat_ws(' · ', "number", "adjustedReason") as note, "date" as since`,
    where: `"refund" = 'due' and "date" < $2::timestamptz`,
    path: () => '/cashier/work',
  },
  {
    kind: 'shift',
    view: 'cashier.shifts',
    owner: 'cashier',
    select: `"name" as title, "number" as note, "openedAt" as since, "name" as owner_name`,
    where: `"state" = 'open' and "openedAt" < $2::timestamptz`,
    path: () => null,
  },
  {
    kind: 'cash',
    view: 'cashier.shifts',
    owner: 'treasurer',
    select: `"name" as title, "number" as note, "closedAt" as since`,
    where: `"state" = 'closed' and "counted" > 0 and "closedAt" < $2::timestamptz`,
    path: () => null,
  },
];

async function ofView(source: TableSource, days: Days, one: Source): Promise<StuckRow[]> {
  if (!source.sees(one.view)) return [];
  const rows = await source.figures<Found>(
    { rows: { view: one.view } },
    `select key, ${one.select} from rows
     where $1::timestamptz is not null and $2::timestamptz is not null and (${one.where}) order by since limit ${MOST}`,
    [days.now, days.start(days.today)],
  );
  return rows.map((row) => ({
    key: `${one.kind}:${row.key}`,
    kind: one.kind,
    title: row.title ?? row.key,
    note: row.note ?? '',
    owner: row.owner ?? one.owner,
    ownerName: row.owner_name ?? null,
    since: row.since?.toISOString() ?? null,
    deadline: row.deadline instanceof Date ? row.deadline.toISOString() : null,
    reason: null,
    remedy: null,
    command: one.command?.(row) ?? null,
    path: one.path(row),
  }));
}

/** The person or visit that a message speaks of, by the id that stands in it. */
async function namesOf(source: TableSource, messages: readonly OutboxRow[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const of = async (view: string, columns: string, wanted: readonly string[]): Promise<void> => {
    if (wanted.length === 0 || !source.sees(view)) return;
    const rows = await source.figures<{ key: string; name: string | null; code: string | null }>(
      { rows: { view } },
      `select key, ${columns} from rows where key = any($1::text[])`,
      [wanted],
    );
    for (const { key, name, code } of rows) names.set(key, [name, code].filter(Boolean).join(' · '));
  };
  const ids = (type: string): string[] => [
    ...new Set(
      messages.flatMap(({ subject }) => (subject.startsWith(`${type}/`) ? [subject.slice(type.length + 1)] : [])),
    ),
  ];
  await Promise.all([
    of('reception.today', `"name" as name, "visitCode" as code`, ids('Encounter')),
    of('reception.people', `"name" as name, "patientCode" as code`, [
      ...ids('Patient'),
      ...new Set(messages.flatMap((message) => message.patient ?? [])),
    ]),
    of('claims.list', `"name" as name, "visitCode" as code`, ids('Claim')),
    of('cashier.invoices', `"name" as name, "number" as code`, ids('Invoice')),
  ]);
  return names;
}

interface LastError {
  reason?: string;
  issues?: { text: { vi: string; en: string }; remedy?: { vi: string; en: string } }[];
}

async function messages(source: TableSource, { now }: Days): Promise<StuckRow[]> {
  if (!source.may('exchange.read')) return [];
  const late = new Date(Date.parse(now) - MESSAGE_MINUTES * MINUTE).toISOString();
  const open = await source.outbox({ states: ['pending', 'sending', 'refused'], limit: MOST });
  const stuck = open.filter((one) => one.state === 'refused' || one.createdAt < late || one.deadline < now);
  const [names, people] = await Promise.all([
    namesOf(source, stuck),
    source.people([...new Set(stuck.map((one) => one.owner))]),
  ]);
  return stuck.map((one) => {
    const error = one.lastError as LastError | null;
    const issue = error?.issues?.[0];
    return {
      key: `message:${one.id}`,
      kind: 'message' as const,
      title: names.get(one.subject.split('/')[1] ?? '') ?? names.get(one.patient ?? '') ?? '',
      note: source.message(one.destination, one.kind).vi,
      owner: one.owner,
      ownerName: people.get(one.owner) ?? null,
      since: one.createdAt,
      deadline: one.deadline,
      reason: issue?.text ?? (error?.reason ? { vi: error.reason, en: error.reason } : null),
      remedy: issue?.remedy ?? null,
      command:
        one.state === 'sending'
          ? null
          : { name: 'exchange.retry', permission: 'exchange.retry', input: { message: one.id } },
      path: null,
    };
  });
}

async function jobs(source: TableSource): Promise<StuckRow[]> {
  if (!source.may('jobs.read')) return [];
  const [rows, schedules] = await Promise.all([source.jobs(), source.schedules()]);
  const titles = new Map(schedules.map(({ schedule }) => [schedule.name, schedule.title.vi]));
  return rows
    .filter((row) => row.state === 'failed')
    .map((row) => ({
      key: `job:${row.id}`,
      kind: 'job' as const,
      title: titles.get(String(row.kind)) ?? String(row.kind),
      note: `${row.done_count}/${row.total_count ?? '—'}`,
      owner: 'administrator',
      ownerName: null,
      since: row.finished_at instanceof Date ? row.finished_at.toISOString() : null,
      deadline: null,
      reason: { vi: String(row.error ?? '').split('\n')[0] ?? '', en: String(row.error ?? '').split('\n')[0] ?? '' },
      remedy: null,
      command: { name: 'jobs.retry', permission: 'jobs.manage', input: { job: String(row.id) } },
      path: null,
    }));
}

/** What is wrong with the house itself: whoever runs it is told, also the director. */
async function alarms(source: TableSource): Promise<StuckRow[]> {
  if (!source.may('operations.overview')) return [];
  return (await source.alarms()).map((alarm) => ({
    key: `backup:${alarm.code}`,
    kind: 'backup' as const,
    title: alarm.title,
    note: '',
    owner: 'administrator',
    ownerName: null,
    since: alarm.since,
    deadline: null,
    reason: alarm.reason,
    remedy: alarm.remedy,
    command: null,
    path: '/administration/backups',
  }));
}

/** Everything that hangs and that this person may know of, the oldest first. */
export async function stuckRows(source: TableSource, days: Days): Promise<StuckRow[]> {
  const parts = await Promise.all([
    messages(source, days),
    jobs(source),
    alarms(source),
    ...SOURCES.map((one) => ofView(source, days, one)),
  ]);
  return parts
    .flat()
    .sort((a, b) =>
      (a.since ?? '') === (b.since ?? '') ? (a.key < b.key ? -1 : 1) : (a.since ?? '') < (b.since ?? '') ? -1 : 1,
    );
}
