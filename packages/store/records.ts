import { parseJson } from '@mach/fhir/written-numbers.ts';
import type { Database, Query, Queryable, Row } from './database.ts';
import { freshKey, keysOf, number32, searchKey } from './keys.ts';
import type { AnyResource, StoredRecord } from './resource.ts';
import { posted } from './search-postings.ts';
import { FoundRecord, type LeanRow, PLAIN_TYPES } from './search-row.ts';
import { typeName, typeNumber } from './types.ts';

const COLUMNS = 'r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.sealed, r.patient, r.content';

interface RecordRow extends Row {
  type: number;
  id: string;
  rid: string;
  version: number;
  updated: Date;
  deleted: boolean;
  sealed: boolean;
  patient: string | null;
  content: string | null;
}

export function toStored(row: RecordRow): StoredRecord {
  const type = typeName(row.type);
  let resource: AnyResource | undefined;
  return {
    type,
    id: row.id,
    rid: row.rid,
    version: row.version,
    updated: row.updated.toISOString(),
    deleted: row.deleted,
    sealed: row.sealed,
    patient: row.patient,
    text: row.content,
    // Parsed when first asked for: the hot path sends the stored bytes.
    get resource() {
      resource ??= row.content === null ? { resourceType: type, id: row.id } : (parseJson(row.content) as AnyResource);
      return resource;
    },
  };
}

export function readQuery(type: string, id: string, lock = false): Query {
  return {
    name: lock ? 'record_lock' : 'record_read',
    text: `select ${COLUMNS} from record r where r.tenant = mach_tenant() and r.type = $1 and r.id = $2${
      lock ? ' for no key update' : ''
    }`,
    values: [typeNumber(type), id],
  };
}

/** One record, deleted ones too (the caller tells a stranger from a removed one). */
export async function readRecord(
  on: Queryable,
  type: string,
  id: string,
  lock = false,
): Promise<StoredRecord | undefined> {
  const { rows } = await on.query<RecordRow>(readQuery(type, id, lock));
  return rows[0] && toStored(rows[0]);
}

/** A question of the hot path, whose answer is taken as text. */
async function readOne(database: Database, tenant: number, query: Query): Promise<StoredRecord | undefined> {
  const lean = { ...query, types: PLAIN_TYPES };
  const { rows } = await database.reading(tenant).query<LeanRow>(lean);
  return rows[0] && new FoundRecord(rows[0]);
}

/** One record outside of a transaction, deleted ones too; asked together with what other requests ask at this moment. */
export function lookUp(
  database: Database,
  tenant: number,
  type: string,
  id: string,
): Promise<StoredRecord | undefined> {
  return readOne(database, tenant, { ...readQuery(type, id), name: 'record_look' });
}

/** `share`: nobody may write it until this transaction ends; `update`: nobody else may even lock it to write. */
export type Lock = 'none' | 'share' | 'update';
const LOCK_SQL: Readonly<Record<Lock, string>> = {
  none: '',
  share: ' order by r.rid for share of r',
  update: ' order by r.rid for no key update of r',
};

/** Several records in one round trip; locks are taken in a fixed order, so that two writers rarely deadlock. */
export async function readRecords(
  on: Queryable,
  keys: readonly { type: string; id: string }[],
  lock: Lock = 'none',
): Promise<StoredRecord[]> {
  if (keys.length === 0) return [];
  const { rows } = await on.query<RecordRow>({
    name: `records_${lock}`,
    text: `select ${COLUMNS} from record r join unnest($1::smallint[], $2::text[]) as k(type, id)
             on r.type = k.type and r.id = k.id where r.tenant = mach_tenant()${LOCK_SQL[lock]}`,
    values: [keys.map((k) => typeNumber(k.type)), keys.map((k) => k.id)],
  });
  return rows.map(toStored);
}

/** The same for what is only shown, asked like {@link lookUp}. */
export async function lookUpAll(on: Queryable, keys: readonly { type: string; id: string }[]): Promise<StoredRecord[]> {
  if (keys.length === 0) return [];
  const lean = {
    name: 'records_look',
    text: `select ${COLUMNS} from unnest($1::smallint[], $2::text[]) as k(type, id) cross join lateral
             (select * from record o where o.tenant = mach_tenant() and o.type = k.type and o.id = k.id offset 0) r`,
    values: [keys.map((k) => typeNumber(k.type)), keys.map((k) => k.id)],
    types: PLAIN_TYPES,
  };
  const { rows } = await on.query<LeanRow>(lean);
  return rows.map((row) => new FoundRecord(row));
}

/*
 * From the index to the records, never the other way: on a database whose statistics are still empty the planner would
 * else begin with every record of the tenant. The keys are found first, then each record by its number. The index is
 * read as it is (see `INDEX`): what may not be seen has no record in the end.
 */
const byKeys = (where: string): string =>
  `with k as materialized (select key, ${posted('p')} from public.search_posting p where tenant = mach_tenant() and ${where})`;
const RECORDS_OF_KEYS = `from k cross join lateral
  (select * from record where tenant = mach_tenant() and rid = k.rid offset 0) r where not r.deleted`;

/** Records whose search parameter has this token or points at this id: `('ServiceRequest.encounter', id)`. */
export async function referringRecords(
  on: Queryable,
  wanted: readonly { param: string; value: string }[],
): Promise<{ param: string; value: string; record: StoredRecord }[]> {
  if (wanted.length === 0) return [];
  const byKey = new Map(wanted.map((w) => [searchKey(w.param, w.value), w]));
  const { rows } = await on.query<RecordRow & { key: string }>({
    name: 'records_referring',
    text: `${byKeys('key = any($1::bigint[])')} select k.key, ${COLUMNS} ${RECORDS_OF_KEYS} order by r.rid`,
    values: [[...byKey.keys()]],
  });
  // One record may carry a code under several systems; sorting whole contents to say so in SQL would cost more.
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const found = byKey.get(row.key);
    const slot = `${row.key}/${row.rid}`;
    if (!found || seen.has(slot)) return [];
    seen.add(slot);
    return [{ ...found, record: toStored(row) }];
  });
}

/**
 * Records that refer to this id by one of the parameters, in no order; the keys are of the moment, so none is remembered.
 * A key says the id and not the type: the asker looks at what it found.
 */
export async function recordsAround(on: Queryable, params: readonly string[], id: string): Promise<StoredRecord[]> {
  const lean = {
    name: 'records_around',
    text: `${byKeys('key = any($1::bigint[])')} select ${COLUMNS} ${RECORDS_OF_KEYS}`,
    values: [`{${params.map((param) => freshKey(param, id)).join()}}`],
    types: PLAIN_TYPES,
  };
  const { rows } = await on.query<LeanRow>(lean);
  const found = new Map(rows.map((row) => [row.rid, row]));
  return [...found.values()].map((row) => new FoundRecord(row));
}

/**
 * Which of the types the facility has any record of, whoever asks: said to no one, it only saves looks for what cannot be
 * there.
 */
export async function typesPresent(on: Queryable, types: readonly string[]): Promise<string[]> {
  const { rows } = await on.query<{ type: number }>({
    name: 'records_types',
    text: `select t.type from unnest($1::smallint[]) t(type)
           where exists (select 1 from public.record where tenant = mach_tenant() and type = t.type offset 0)`,
    values: [types.map(typeNumber)],
  });
  return rows.map((row) => typeName(row.type));
}

/** Records that carry an exact token, `system|code` with one of the codes: an identity number, a business code. */
export async function recordsByToken(
  on: Queryable,
  param: string,
  system: string,
  codes: readonly string[],
): Promise<StoredRecord[]> {
  if (codes.length === 0) return [];
  const { rows } = await on.query<RecordRow>({
    name: 'records_token',
    text: `${byKeys('key = any($1::bigint[]) and qualifier = $2')} select ${COLUMNS} ${RECORDS_OF_KEYS} order by r.rid`,
    values: [[...keysOf(param, codes)], number32(system)],
  });
  // Who carries two of the codes is found twice.
  return [...new Map(rows.map((row) => [row.rid, row])).values()].map(toStored);
}

const HISTORY = `select r.type, r.id, r.rid, r.version, r.updated, r.deleted, false as sealed, null as patient, r.content
  from record_history r where r.tenant = mach_tenant() and r.type = $1 and r.id = $2`;

/** Older versions, newest first, without the current one. */
export async function readHistory(on: Queryable, type: string, id: string): Promise<StoredRecord[]> {
  const { rows } = await on.query<RecordRow>({
    name: 'record_history',
    text: `${HISTORY} order by r.version desc`,
    values: [typeNumber(type), id],
  });
  return rows.map(toStored);
}

function versionQuery(type: string, id: string, version: number): Query {
  return {
    name: 'record_version',
    text: `select ${COLUMNS} from record r where r.tenant = mach_tenant() and r.type = $1 and r.id = $2 and r.version = $3
           union all
           select r.type, r.id, r.rid, r.version, r.updated, r.deleted, false, null, r.content
           from record_history r where r.tenant = mach_tenant() and r.type = $1 and r.id = $2 and r.version = $3`,
    values: [typeNumber(type), id, version],
  };
}

export async function readVersion(
  on: Queryable,
  type: string,
  id: string,
  version: number,
): Promise<StoredRecord | undefined> {
  const { rows } = await on.query<RecordRow>(versionQuery(type, id, version));
  return rows[0] && toStored(rows[0]);
}

/**
 * One version, asked like {@link lookUp}. Nearly always it is the current one, whose row alone is the shorter question;
 * what has been replaced is asked for after it.
 */
export async function lookUpVersion(
  database: Database,
  tenant: number,
  type: string,
  id: string,
  version: number,
): Promise<StoredRecord | undefined> {
  const current = await lookUp(database, tenant, type, id);
  if (!current || current.version <= version) return current?.version === version ? current : undefined;
  return readOne(database, tenant, {
    name: 'record_look_replaced',
    text: `${HISTORY} and r.version = $3`,
    values: [typeNumber(type), id, version],
  });
}

export interface RecordWrite {
  type: string;
  id: string;
  rid: string;
  /** Version that this write replaces; 0 for a new record. */
  replaces: number;
  version: number;
  updated: string;
  deleted: boolean;
  sealed: boolean;
  patient: string | null;
  text: string | null;
}

/**
 * Inserts and updates in two statements at most; a version that is no longer the current one ends the transaction.
 * `between`: versions that were replaced before they were ever current in the database.
 */
export function writeStatements(writes: readonly RecordWrite[], between: readonly RecordWrite[] = []): Query[] {
  const statements: Query[] = [];
  const columns = (list: readonly RecordWrite[]): unknown[] => [
    list.map((w) => typeNumber(w.type)),
    list.map((w) => w.id),
    list.map((w) => w.rid),
    list.map((w) => w.version),
    list.map((w) => w.updated),
    list.map((w) => w.deleted),
    list.map((w) => w.sealed),
    list.map((w) => w.patient),
    list.map((w) => w.text),
  ];
  const arrays =
    '$1::smallint[], $2::text[], $3::bigint[], $4::integer[], $5::timestamptz[], $6::boolean[], $7::boolean[], $8::text[], $9::text[]';
  const created = writes.filter((w) => w.replaces === 0);
  if (created.length > 0)
    statements.push({
      name: 'record_insert',
      text: `insert into record (tenant, type, id, rid, version, updated, deleted, sealed, patient, content)
             select mach_tenant(), * from unnest(${arrays})`,
      values: columns(created),
    });
  if (between.length > 0)
    statements.push({
      name: 'record_between',
      text: `insert into record_history (tenant, type, id, rid, version, updated, deleted, content)
             select mach_tenant(), type, id, rid, version, updated, deleted, content
             from unnest(${arrays}) as n(type, id, rid, version, updated, deleted, sealed, patient, content)`,
      values: columns(between),
    });
  const changed = writes.filter((w) => w.replaces > 0);
  if (changed.length > 0)
    statements.push({
      name: 'record_update',
      text: `with n as (select * from unnest(${arrays}, $10::integer[])
                 as n(type, id, rid, version, updated, deleted, sealed, patient, content, replaces)),
             h as (insert into record_history (tenant, type, id, version, rid, updated, deleted, content)
                 select r.tenant, r.type, r.id, r.version, r.rid, r.updated, r.deleted, r.content
                 from record r join n on r.type = n.type and r.id = n.id and r.version = n.replaces
                 where r.tenant = mach_tenant()),
             u as (update record r set version = n.version, updated = n.updated, deleted = n.deleted, sealed = n.sealed,
                 patient = n.patient, content = n.content
                 from n where r.tenant = mach_tenant() and r.type = n.type and r.id = n.id and r.version = n.replaces
                 returning 1)
             select mach_expect((select count(*) from u), $11::bigint, 'record')`,
      values: [...columns(changed), changed.map((w) => w.replaces), changed.length],
    });
  return statements;
}
