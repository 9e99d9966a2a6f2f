import { type Queryable, Rollback, referringRecords, SET_PLANS, sqlState } from '@mach/store';
import type { Engine } from '../engine.ts';

/** One look at (or change of) a person's record. */
export interface AccessRow {
  key: string;
  at: string;
  /** `account:…`, `client:…`, `system:…` */
  actor: string;
  login: string | null;
  name: string | null;
  kind: string;
  action: string;
  outcome: string;
  purpose: string | null;
  origin: string | null;
  /** What was read or written, as ids. */
  entities: string[];
  /** The person stood in a list or an answer about several people. */
  among: boolean;
}

export interface AccessQuery {
  patient: string;
  from: string;
  to: string;
  limit: number;
}

export interface AccessPage {
  rows: AccessRow[];
  /** More rows than the limit, or lists that could not be looked through in time: narrow the days. */
  partial: boolean;
}

/** Lists have no index by person: they are looked through for this long at most, ms. */
const PATIENCE = 8_000;
const QUERY_CANCELED = '57014';

const COLUMNS = 'id, at, actor, kind, action, outcome, purpose, origin, entities';

interface Found {
  id: string;
  at: Date;
  actor: string;
  kind: string;
  action: string;
  outcome: string;
  purpose: string | null;
  origin: string | null;
  entities: string[];
  among: boolean;
}

/** Who looked at a person's record, newest first: by the record itself, and in lists that were asked about this person. */
export async function recordAccess(engine: Engine, tenant: number, query: AccessQuery): Promise<AccessPage> {
  const on = engine.database.tenant(tenant);
  await engine.audits.flush();
  const direct = await on.query<Found & Record<string, unknown>>({
    name: 'access_direct',
    text: `select ${COLUMNS}, false as among from audit
           where tenant = mach_tenant() and patient = $1 and at >= $2 and at < $3 order by at desc limit $4`,
    values: [query.patient, query.from, query.to, query.limit + 1],
  });
  const visits = await referringRecords(on, [{ param: 'Encounter.subject', value: query.patient }]);
  const lists = await among(engine, tenant, query, [query.patient, ...visits.map((visit) => visit.record.id)]);
  const found = [...direct.rows, ...(lists ?? [])].sort((a, b) => b.at.getTime() - a.at.getTime());
  const rows = found.slice(0, query.limit);
  const names = await namesOf(engine, rows);
  return {
    rows: rows.map(({ id, at, ...row }) => ({
      key: id,
      at: at.toISOString(),
      login: names.get(row.actor)?.login ?? null,
      name: names.get(row.actor)?.name ?? null,
      ...row,
    })),
    partial: lists === undefined || found.length > query.limit,
  };
}

async function among(
  engine: Engine,
  tenant: number,
  query: AccessQuery,
  ids: readonly string[],
): Promise<Found[] | undefined> {
  try {
    return await engine.database.transaction(tenant, async (client: Queryable) => {
      await client.query({ text: SET_PLANS });
      await client.query({ text: `set local statement_timeout = ${PATIENCE}` });
      const { rows } = await client.query<Found & Record<string, unknown>>({
        text: `select ${COLUMNS}, true as among from audit
               where tenant = mach_tenant() and at >= $2 and at < $3 and patient is null and kind in ('view', 'search')
                 and (entities ? ('Patient/' || $1) or exists (
                   select 1 from jsonb_array_elements(case when jsonb_typeof(detail->'filters') = 'array' then detail->'filters' else '[]' end) f,
                     jsonb_array_elements_text(case when jsonb_typeof(f->'values') = 'array' then f->'values' else '[]' end) v
                   where v = any($4::text[])))
               order by at desc limit $5`,
        values: [query.patient, query.from, query.to, ids, query.limit + 1],
      });
      return rows;
    });
  } catch (error) {
    const cause = error instanceof Rollback ? error.cause : error;
    if (sqlState(cause) === QUERY_CANCELED) return undefined;
    throw cause;
  }
}

async function namesOf(engine: Engine, rows: readonly Found[]): Promise<Map<string, { login: string; name: string }>> {
  const ids = [...new Set(rows.flatMap((row) => (row.actor.startsWith('account:') ? [row.actor.slice(8)] : [])))];
  const accounts = await engine.database.system.query<{ id: string; login: string; name: string }>({
    name: 'access_names',
    text: 'select id, login, display_name as name from system.account where id = any($1::uuid[])',
    values: [ids],
  });
  return new Map(accounts.rows.map(({ id, login, name }) => [`account:${id}`, { login, name }]));
}

/** A cell that a spreadsheet takes as text: quotes doubled, and no formula begins it. */
function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

/** The same rows as a file for an inspector (RFC 4180, UTF-8 with the mark that spreadsheets look for). */
export function accessCsv(rows: readonly AccessRow[]): string {
  const head = ['at', 'account', 'name', 'kind', 'action', 'outcome', 'purpose', 'origin', 'records'];
  const lines = rows.map((row) => [
    row.at,
    row.login ?? row.actor,
    row.name ?? '',
    row.kind,
    row.action,
    row.outcome,
    row.purpose ?? '',
    row.origin ?? '',
    row.entities.join(' '),
  ]);
  return `\ufeff${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}
