import { createHash } from 'node:crypto';
import type { Query, Queryable, Row } from './database.ts';

export interface OutboxMessage {
  id: string;
  destination: string;
  /** What it is to that destination: `claim`, `check-in`, `prescription`. */
  kind: string;
  /** The record that it tells about, `Encounter/…`. */
  subject: string;
  patient?: string | null;
  payload: string;
  createdAt: string;
  /** The legal or agreed clock. */
  deadline: string;
  /** Role or account that gets it as work when it fails. */
  owner: string;
  /** The message that this one corrects. */
  corrects?: string;
}

export interface OutboxRow extends OutboxMessage {
  state: 'pending' | 'sending' | 'accepted' | 'refused' | 'superseded';
  attempts: number;
  receipt: unknown;
  lastError: unknown;
}

export function outboxStatement(m: OutboxMessage): Query {
  return {
    name: 'outbox_write',
    text: `insert into outbox (tenant, id, destination, kind, subject, patient, payload, payload_hash, created_at, deadline,
             next_attempt_at, owner, corrects)
           values (mach_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10, $11)`,
    values: [
      m.id,
      m.destination,
      m.kind,
      m.subject,
      m.patient ?? null,
      m.payload,
      createHash('sha256').update(m.payload).digest(),
      m.createdAt,
      m.deadline,
      m.owner,
      m.corrects ?? null,
    ],
  };
}

interface OutboxSql extends Row {
  id: string;
  destination: string;
  kind: string;
  subject: string;
  patient: string | null;
  payload: string;
  created_at: Date;
  deadline: Date;
  owner: string;
  corrects: string | null;
  state: OutboxRow['state'];
  attempts: number;
  receipt: unknown;
  last_error: unknown;
}

const toRow = (r: OutboxSql): OutboxRow => ({
  id: r.id,
  destination: r.destination,
  kind: r.kind,
  subject: r.subject,
  patient: r.patient,
  payload: r.payload,
  createdAt: r.created_at.toISOString(),
  deadline: r.deadline.toISOString(),
  owner: r.owner,
  corrects: r.corrects ?? undefined,
  state: r.state,
  attempts: r.attempts,
  receipt: r.receipt,
  lastError: r.last_error,
});

/**
 * Neither a lease nor a pause before the next attempt is ever as long. What lies further ahead was written by a clock
 * that has been set back since: nobody waits for it.
 */
const NEVER_AHEAD = `interval '15 minutes'`;

/**
 * Takes messages that are due, with a lease: a worker that dies gives them back when the lease ends. A lease is taken
 * by a single statement, so two workers never hold the same message.
 */
export async function leaseOutbox(
  on: Queryable,
  worker: string,
  now: string,
  leaseUntil: string,
  limit: number,
): Promise<OutboxRow[]> {
  const { rows } = await on.query<OutboxSql>({
    name: 'outbox_lease',
    text: `update outbox o set state = 'sending', worker = $1, lease_until = $3, attempts = o.attempts + 1
           from (select id from outbox where tenant = mach_tenant() and (
                   (state = 'pending' and (next_attempt_at <= $2 or next_attempt_at > $2::timestamptz + ${NEVER_AHEAD}))
                   or (state = 'sending' and (lease_until <= $2 or lease_until > $2::timestamptz + ${NEVER_AHEAD})))
                 order by next_attempt_at limit $4 for update skip locked) due
           where o.tenant = mach_tenant() and o.id = due.id returning o.*`,
    values: [worker, now, leaseUntil, limit],
  });
  return rows
    .map(toRow)
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id < b.id ? -1 : 1));
}

export interface Settlement {
  state: 'accepted' | 'refused' | 'pending';
  receipt?: unknown;
  error?: unknown;
  nextAttemptAt?: string;
  at: string;
}

/** Writes down how an attempt ended. Only the worker that still holds the lease may: else the transaction ends. */
export function settleStatement(worker: string, id: string, end: Settlement): Query {
  return {
    name: 'outbox_settle',
    text: `with u as (update outbox set state = $3, receipt = coalesce($4::jsonb, receipt), last_error = $5::jsonb,
               next_attempt_at = coalesce($6::timestamptz, next_attempt_at), worker = null, lease_until = null,
               answered_at = case when $3 in ('accepted', 'refused') then $7::timestamptz end
             where tenant = mach_tenant() and id = $2 and worker = $1 and state = 'sending' returning 1)
           select mach_expect((select count(*) from u), 1, 'outbox lease')`,
    values: [
      worker,
      id,
      end.state,
      end.receipt === undefined ? null : JSON.stringify(end.receipt),
      end.error === undefined ? null : JSON.stringify(end.error),
      end.nextAttemptAt ?? null,
      end.at,
    ],
  };
}

/** Makes a message due now. One that is under way or was accepted ends the transaction. */
export function retryStatement(id: string, now: string): Query {
  return {
    name: 'outbox_retry',
    text: `with u as (update outbox set state = 'pending', next_attempt_at = $2, answered_at = null
             where tenant = mach_tenant() and id = $1 and state in ('refused', 'pending') returning 1)
           select mach_expect((select count(*) from u), 1, 'outbox message')`,
    values: [id, now],
  };
}

/** Newest first; `states` narrows. */
export async function listOutbox(
  on: Queryable,
  query: { states?: readonly string[]; subject?: string; destination?: string; limit?: number },
): Promise<OutboxRow[]> {
  const { rows } = await on.query<OutboxSql>({
    name: 'outbox_list',
    text: `select * from outbox where tenant = mach_tenant() and ($1::text[] is null or state = any($1))
             and ($2::text is null or subject = $2) and ($3::text is null or destination = $3)
           order by created_at desc, id desc limit $4`,
    values: [query.states ?? null, query.subject ?? null, query.destination ?? null, query.limit ?? 200],
  });
  return rows.map(toRow);
}
