import type { Position } from '@mach/base/position.ts';
import { type Problem, refuse } from '@mach/base/problem.ts';
import {
  Conversation,
  type Filter,
  feedHead,
  type PlainRow,
  queryViewText,
  sqlState,
  type ViewQuery,
} from '@mach/store';
import type { Actor } from './actor.ts';
import type { Engine } from './engine.ts';
import type { Table, View } from './module.ts';
import { viewSieve } from './policy/view-sieve.ts';
import { tableSource } from './table-source.ts';

export interface ViewPage {
  rows: PlainRow[];
  next: string | null;
  asOf: Position;
}

/** Finds a view that the actor may read. @throws Problem 404, 403 */
export function requireView(engine: Engine, actor: Actor, name: string): View {
  const view = engine.views.get(name);
  if (!view) throw refuse(404, 'unknown-view', { vi: `Không có khung nhìn ${name}`, en: `There is no view ${name}` });
  engine.policy.require(actor, view.permission);
  return view;
}

/** One page of a view, read under policy and audited as one read with its query. */
export async function readView(
  engine: Engine,
  actor: Actor,
  name: string,
  query: ViewQuery,
  origin?: string,
): Promise<ViewPage> {
  const table = engine.tables.get(name);
  if (table) return readTable(engine, actor, table, query, origin);
  const page = await readPage(engine, actor, name, query, origin);
  return { ...page, rows: page.rows.map((row) => JSON.parse(row) as PlainRow) };
}

/** The same as the JSON text that a door sends. */
export async function readViewText(
  engine: Engine,
  actor: Actor,
  name: string,
  query: ViewQuery,
  origin?: string,
): Promise<string> {
  const table = engine.tables.get(name);
  if (table) return JSON.stringify(await readTable(engine, actor, table, query, origin));
  const { rows, next, asOf } = await readPage(engine, actor, name, query, origin);
  return `{"rows":[${rows.join(',')}],"next":${JSON.stringify(next)},"asOf":${JSON.stringify(asOf)}}`;
}

async function readPage(
  engine: Engine,
  actor: Actor,
  name: string,
  query: ViewQuery,
  origin?: string,
): Promise<{ rows: string[]; next: string | null; asOf: Position }> {
  const view = requireView(engine, actor, name);
  const sieve = await viewSieve(engine, actor, view);
  try {
    checkQuery(view, query);
    // The head first, then the rows: what changes between the two is told again, never missed.
    const [asOf, page] = await engine.database.withClient(actor.tenant, (client) => {
      const together = new Conversation(client);
      const sorted = { ...query, sort: query.sort ?? view.sort };
      return Promise.all([
        feedHead(together),
        sieve ? sieve.page(together, sorted) : queryViewText(together, view.definition, sorted),
      ]);
    });
    await engine.audits.read(actor, `view ${name}`, engine.clock.now().toISOString(), {
      kind: 'view',
      detail: { filters: query.filters, rows: page.rows.length },
      origin,
    });
    return { ...page, asOf };
  } catch (error) {
    if (error instanceof RangeError) throw unknownColumn(view, error.message);
    if (error instanceof SyntaxError)
      throw refuse(
        400,
        'bad-cursor',
        { vi: 'Con trỏ trang không hợp lệ', en: 'The page cursor is not valid' },
        { field: 'after' },
      );
    // Class 22: a value that the column's type does not have. Only what was asked for is cast here.
    if (sqlState(error)?.startsWith('22')) throw badValue();
    throw error;
  }
}

async function readTable(
  engine: Engine,
  actor: Actor,
  table: Table,
  query: ViewQuery,
  origin?: string,
): Promise<ViewPage> {
  engine.policy.require(actor, table.permission);
  const rows = await table.read(tableSource(engine, actor), query);
  await engine.audits.read(actor, `view ${table.name}`, engine.clock.now().toISOString(), {
    kind: 'view',
    detail: { rows: rows.length },
    origin,
  });
  return { rows, next: null, asOf: await feedHead(engine.database.tenant(actor.tenant)) };
}

/** More values of one filter are no question that a screen asks. */
const MAX_VALUES = 1_000;
/** Columns that every view has. */
const USUAL_COLUMNS = new Set(['key', 'patient', 'unit']);

/** @throws Problem 400: what the database would only stumble over */
function checkQuery(view: View, { filters = [], sort, after }: ViewQuery): void {
  const { columns } = view.definition;
  for (const column of [
    ...filters.map((filter) => filter.column),
    ...(sort === undefined ? [] : [sort.replace(/^-/, '')]),
  ])
    if (!Object.hasOwn(columns, column) && !USUAL_COLUMNS.has(column)) throw unknownColumn(view, column.slice(0, 64));
  for (const { values } of filters)
    if (values.length > MAX_VALUES || values.some((value) => value.includes('\0'))) throw badValue();
  if (after !== undefined && !isCursor(after)) throw new SyntaxError('cursor');
}

function isCursor(after: string): boolean {
  const parts: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
  return (
    Array.isArray(parts) &&
    parts.length === 2 &&
    (parts[0] === null || typeof parts[0] === 'string') &&
    typeof parts[1] === 'string' &&
    !parts.some((part) => typeof part === 'string' && part.includes('\0'))
  );
}

const badValue = (): Problem =>
  refuse(
    400,
    'bad-value',
    { vi: 'Giá trị lọc không đúng kiểu của cột', en: 'A filter has a value that its column cannot have' },
    { remedy: { vi: 'Ngày giờ: 2026-11-22T08:00:00Z; số: 12.5', en: 'Instants: 2026-11-22T08:00:00Z; numbers: 12.5' } },
  );

function unknownColumn(view: View, column: string): Problem {
  const names = Object.keys(view.definition.columns).join(', ');
  return refuse(
    400,
    'unknown-column',
    { vi: `Khung nhìn không có cột "${column}"`, en: `The view has no column "${column}"` },
    {
      field: column,
      remedy: { vi: `Các cột: ${names}`, en: `Columns: ${names}` },
    },
  );
}

const RESERVED = new Set(['sort', 'limit', 'after']);

/** `status=waiting,called&arrived.from=2026-11-22&room.missing=true` → a query. */
export function parseViewQuery(params: Readonly<Record<string, string | string[] | undefined>>): ViewQuery {
  const filters: Filter[] = [];
  for (const [name, raw] of Object.entries(params)) {
    if (raw === undefined || RESERVED.has(name)) continue;
    const values = (Array.isArray(raw) ? raw : [raw]).flatMap((v) => v.split(','));
    const match = /^(.+)\.(from|to|missing)$/.exec(name);
    filters.push(
      match ? { column: match[1] ?? '', op: match[2] as Filter['op'], values } : { column: name, op: 'eq', values },
    );
  }
  const one = (name: string): string | undefined => {
    const value = params[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const limit = one('limit');
  if (limit !== undefined && !/^[1-9]\d{0,3}$/.test(limit))
    throw refuse(
      400,
      'bad-limit',
      { vi: 'limit phải là số từ 1 đến 1000', en: 'limit must be a number from 1 to 1000' },
      { field: 'limit' },
    );
  return { filters, sort: one('sort'), after: one('after'), limit: limit === undefined ? undefined : Number(limit) };
}
