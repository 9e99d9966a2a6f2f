import type { Query, Queryable, Row } from '@mach/store';
import type { Engine } from '../engine.ts';
import type { UnusualRule } from './unusual-rules.ts';

/** An unusual access as the reviewer sees it. */
export interface UnusualRow {
  readonly id: string;
  readonly day: string;
  readonly rule: UnusualRule;
  readonly actor: string;
  readonly login: string | null;
  readonly name: string | null;
  /** Null: the rule is about the person's day. */
  readonly patient: string | null;
  readonly patientName: string | null;
  readonly looks: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly detail: { readonly people?: number; readonly median?: number | null };
  readonly state: 'open' | 'justified' | 'unjustified';
  readonly note: string | null;
  readonly reviewer: string | null;
  readonly reviewedAt: string | null;
}

interface Found extends Row {
  id: string;
  day: string;
  rule: UnusualRule;
  actor: string;
  patient: string;
  patient_name: string | null;
  looks: number;
  first_at: Date;
  last_at: Date;
  detail: UnusualRow['detail'];
  state: UnusualRow['state'];
  note: string | null;
  reviewer: string | null;
  reviewed_at: Date | null;
}

/** Newest day first; 103 is the number of the type Patient (a test of the store holds it). */
export async function listUnusual(
  engine: Engine,
  tenant: number,
  query: { state: 'open' | 'closed'; limit: number },
): Promise<UnusualRow[]> {
  const { rows } = await engine.database.tenant(tenant).query<Found>({
    name: `unusual_${query.state}`,
    text: `select u.id, u.day::text, u.rule, u.actor, u.patient, r.content::jsonb #>> '{name,0,text}' as patient_name, u.looks,
             u.first_at, u.last_at, u.detail, u.state, u.note, u.reviewer, u.reviewed_at
           from access_unusual u left join record r on r.tenant = u.tenant and r.type = 103 and r.id = u.patient and not r.deleted
           where u.tenant = mach_tenant() and u.state ${query.state === 'open' ? '=' : '<>'} 'open'
           order by u.day desc, u.rule, u.looks desc, u.id limit $1`,
    values: [query.limit],
  });
  const { rows: people } = await engine.database.system.query<{ id: string; login: string; name: string }>({
    name: 'unusual_names',
    text: `select 'account:' || id as id, login, display_name as name from system.account where id = any($1::uuid[])`,
    values: [[...new Set(rows.map((row) => row.actor.slice('account:'.length)))]],
  });
  const names = new Map(people.map((one) => [one.id, one]));
  return rows.map((row) => ({
    id: row.id,
    day: row.day,
    rule: row.rule,
    actor: row.actor,
    login: names.get(row.actor)?.login ?? null,
    name: names.get(row.actor)?.name ?? null,
    patient: row.patient === '' ? null : row.patient,
    patientName: row.patient_name,
    looks: row.looks,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    detail: row.detail,
    state: row.state,
    note: row.note,
    reviewer: row.reviewer,
    reviewedAt: row.reviewed_at?.toISOString() ?? null,
  }));
}

/** Whose access waits for a review under this id. */
export async function unusualActor(on: Queryable, id: string): Promise<string | undefined> {
  const { rows } = await on.query<{ actor: string }>({
    name: 'unusual_actor',
    text: `select actor from access_unusual where tenant = mach_tenant() and id = $1 and state = 'open'`,
    values: [id],
  });
  return rows[0]?.actor;
}

/** Closes it; ends the command when somebody else was faster. */
export function closeUnusual(found: {
  id: string;
  finding: 'justified' | 'unjustified';
  note: string | null;
  reviewer: string;
  at: string;
}): Query {
  return {
    name: 'unusual_close',
    text: `with closed as (
             update access_unusual set state = $2, note = $3, reviewer = $4, reviewed_at = $5
             where tenant = mach_tenant() and id = $1 and state = 'open' returning 1)
           select mach_expect(count(*), 1, 'unusual access') from closed`,
    values: [found.id, found.finding, found.note, found.reviewer, found.at],
  };
}
