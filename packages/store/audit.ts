import { encode } from './burst.ts';
import type { Query } from './database.ts';

/** Who did what to whose data, and how it ended. Ids only, never content. */
export interface AuditEntry {
  id: string;
  at: string;
  kind: 'command' | 'read' | 'search' | 'view' | 'sign-in' | 'refusal' | 'exchange';
  /** `reception.checkIn`, `GET Patient`, … */
  action: string;
  actor: string;
  outcome: 'done' | 'refused';
  patient?: string | null;
  purpose?: string;
  origin?: string;
  entities?: readonly string[];
  detail?: unknown;
}

/** One statement for any number of entries. */
export function auditStatement(entries: readonly AuditEntry[]): Query {
  return {
    name: 'audit_write',
    text: `insert into audit (tenant, id, at, kind, action, actor, outcome, patient, purpose, origin, entities, detail)
           select mach_tenant(), * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],
             $7::text[], $8::text[], $9::text[], $10::jsonb[], $11::jsonb[])`,
    values: [
      entries.map((e) => e.id),
      entries.map((e) => e.at),
      entries.map((e) => e.kind),
      entries.map((e) => e.action),
      entries.map((e) => e.actor),
      entries.map((e) => e.outcome),
      entries.map((e) => e.patient ?? null),
      entries.map((e) => e.purpose ?? null),
      entries.map((e) => e.origin ?? null),
      entries.map((e) => JSON.stringify(e.entities ?? [])),
      entries.map((e) => (e.detail === undefined ? null : JSON.stringify(e.detail))),
      // Written here: the driver would look at each text sign by sign.
    ].map(encode),
  };
}
