import { type AuditEntry, auditStatement } from './audit.ts';
import type { Query } from './database.ts';
import type { IndexChange } from './index-rows.ts';
import { type Movement, postStatements } from './ledger.ts';
import { type OutboxMessage, outboxStatement } from './outbox.ts';
import { type RecordWrite, writeStatements } from './records.ts';
import type { AnyResource, IdentifiedResource, StoredRecord } from './resource.ts';
import { indexStatements } from './search-index.ts';
import type { RowChange, Written } from './views/maintain.ts';
import { rowStatements } from './views/table.ts';

export interface Event {
  name: string;
  payload: Readonly<Record<string, unknown>>;
}

/** What the command log keeps of the deed that this transaction is. */
export interface CommandEntry {
  key: string;
  name: string;
  version: number;
  bodyHash: Buffer;
  actor: string;
  performedAt: string;
  receivedAt: string;
  device?: string;
  deviceSequence?: number;
  rulePacks: readonly string[];
  overrides?: unknown;
  result: unknown;
}

/** A record that is written: as it was, as it will be, and its rows of the search index. */
export interface Change {
  write: RecordWrite;
  before?: AnyResource;
  /** Undefined when it is deleted. */
  resource?: IdentifiedResource;
  index: IndexChange;
  /** Versions between the one replaced and this one, when several commands commit together. */
  between?: readonly RecordWrite[];
}

/** What one command leaves behind. */
export interface Unit {
  entry: CommandEntry;
  changes: ReadonlyMap<string, Change>;
  movements: readonly Movement[];
  messages: readonly OutboxMessage[];
  events: readonly Event[];
  audits: readonly AuditEntry[];
  /** Further statements of the engine's own tables. */
  extra: readonly Query[];
}

export function storedOf({ write, resource }: Change): StoredRecord {
  return {
    type: write.type,
    id: write.id,
    rid: write.rid,
    version: write.version,
    updated: write.updated,
    deleted: write.deleted,
    sealed: write.sealed,
    patient: write.patient,
    text: write.text,
    resource: resource ?? { resourceType: write.type, id: write.id },
  };
}

export const writtenOf = ({ write, before, resource }: Change): Written => ({
  type: write.type,
  id: write.id,
  before,
  after: resource,
});

/** Everything that units leave, in one transaction: `changes` are theirs, each record once; `rows` follow from them. */
export function unitStatements(
  units: readonly Unit[],
  changes: readonly Change[],
  rows: readonly RowChange[],
): Query[] {
  const audits = units.flatMap((unit) => unit.audits);
  const movements = units.flatMap(({ entry, movements: all }) => all.map((m) => ({ ...m, commandKey: entry.key })));
  return [
    commandStatement(units, rows),
    ...writeStatements(
      changes.map((change) => change.write),
      changes.flatMap((change) => change.between ?? []),
    ),
    ...indexStatements(changes.map((change) => change.index)),
    ...postStatements(movements),
    ...rowStatements(rows),
    ...units.flatMap((unit) => unit.messages).map(outboxStatement),
    ...units.flatMap((unit) => unit.extra),
    ...(audits.length > 0 ? [auditStatement(audits)] : []),
  ];
}

/** [type, id, version, what] of each record that a unit wrote. */
const recordsOf = (unit: Unit): unknown[] =>
  [...unit.changes.values()].map(({ write: w }) => [
    w.type,
    w.id,
    w.version,
    w.deleted ? 'delete' : w.replaces === 0 ? 'create' : 'update',
  ]);

/** One row a command; the rows of views that changed are told with the last one, when all are visible. */
function commandStatement(units: readonly Unit[], rows: readonly RowChange[]): Query {
  const dirty: Record<string, string[]> = {};
  for (const { view, key } of rows) {
    const keys = dirty[view.name] ?? [];
    dirty[view.name] = keys;
    keys.push(key);
  }
  const column = (value: (entry: CommandEntry, unit: Unit, index: number) => unknown): unknown[] =>
    units.map((unit, index) => value(unit.entry, unit, index));
  return {
    name: 'command_write',
    text: `insert into command_log (tenant, key, name, version, body_hash, actor, performed_at, received_at, device,
             device_sequence, rule_packs, overrides, result, records, events, dirty)
           select mach_tenant(), key, name, version, decode(body_hash, 'hex'), actor, performed_at, received_at, device,
             device_sequence, string_to_array(rule_packs, ' '), overrides, result, records, events, dirty
           from unnest($1::text[], $2::text[], $3::smallint[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
             $8::text[], $9::bigint[], $10::text[], $11::jsonb[], $12::jsonb[], $13::jsonb[], $14::jsonb[], $15::jsonb[])
             as n(key, name, version, body_hash, actor, performed_at, received_at, device, device_sequence, rule_packs,
               overrides, result, records, events, dirty)`,
    values: [
      column((e) => e.key),
      column((e) => e.name),
      column((e) => e.version),
      column((e) => e.bodyHash.toString('hex')),
      column((e) => e.actor),
      column((e) => e.performedAt),
      column((e) => e.receivedAt),
      column((e) => e.device ?? null),
      column((e) => e.deviceSequence ?? null),
      column((e) => e.rulePacks.join(' ')),
      column((e) => (e.overrides === undefined ? null : JSON.stringify(e.overrides))),
      column((e) => JSON.stringify(e.result ?? null)),
      column((_, unit) => JSON.stringify(recordsOf(unit))),
      column((_, unit) => JSON.stringify(unit.events)),
      column((_e, _u, index) => JSON.stringify(index === units.length - 1 ? dirty : {})),
    ],
  };
}
