import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { emptyIndex } from '../../packages/store/index-rows.ts';
import { writeStatements } from '../../packages/store/records.ts';
import type { AnyResource } from '../../packages/store/resource.ts';
import { indexRows, indexStatements } from '../../packages/store/search-index.ts';
import { typeName } from '../../packages/store/types.ts';
import { Copy, type CopyPlan, masked, Template } from './copy.ts';

/*
 * Makes some of the copies. What is written are the rows of the store's own statements, indexed by the store's own code;
 * they travel by COPY, since the tables have no index while they are filled.
 */

export interface Share {
  ownerUrl: string;
  tenant: number;
  plan: CopyPlan;
  /** Types that belong to the house and are not copied. */
  house: readonly number[];
  /** The newest record that is copied. */
  last: string;
  copies: readonly number[];
}

interface Source {
  rid: string;
  type: number;
  id: string;
  updated: Date;
  sealed: boolean;
  patient: string | null;
  content: string;
}

/** Records a transaction has at least; numbers of one block of the index are never parted. */
const LOT = 2_000;
const BLOCK = 64n;

/** Where the rows of each statement go. */
const TABLES: Readonly<Record<string, string>> = {
  record_insert: 'record (type, id, rid, version, updated, deleted, sealed, patient, content',
  search_posting_new: 'search_posting (key, qualifier, block, slots',
  search_string_add: 'search_string (rid, param, value',
  search_date_add: 'search_date (rid, param, low, high',
  search_number_add: 'search_number (rid, param, qualifier, low, high',
};

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const cell = (value: unknown): string =>
  value === null ? '\\N' : String(value).replace(/[\\\t\n\r]/g, (sign) => ESCAPED[sign] ?? sign);

/** Lines of COPY from columns, some hundred a piece. */
function* lines(columns: readonly (readonly unknown[])[], tenant: number): Generator<string> {
  const [first = []] = columns;
  let text = '';
  for (let i = 0; i < first.length; i++) {
    for (const column of columns) text += `${cell(column[i])}\t`;
    text += `${tenant}\n`;
    if (text.length > 256 * 1024) {
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}

function* lots(sources: readonly Source[]): Generator<Source[]> {
  let lot: Source[] = [];
  for (const source of sources) {
    const before = lot.at(-1);
    if (lot.length >= LOT && before && BigInt(before.rid) / BLOCK !== BigInt(source.rid) / BLOCK) {
      yield lot;
      lot = [];
    }
    lot.push(source);
  }
  if (lot.length > 0) yield lot;
}

async function work({ ownerUrl, tenant, plan, house, last, copies }: Share): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query(`select set_config('mach.tenant', $1, false)`, [String(tenant)]);
    const { rows } = await owner.query<Source>(
      `select rid, type, id, updated, sealed, patient, content from record
       where tenant = $1 and rid <= $2 and not deleted and not type = any($3) order by rid`,
      [tenant, last, house],
    );
    const probe = new Copy(plan, 1);
    const sources = rows.filter(({ id }) => probe.id(id) !== id);
    const templates = new Map(sources.map((source) => [source.rid, new Template(source.content, plan)]));
    const text = (source: Source, copy: Copy): string => templates.get(source.rid)?.of(copy) ?? '';
    const self = new Copy(plan, 0);
    const all = copies.map((number) => new Copy(plan, number));
    for (const source of sources) {
      if (text(source, self) !== source.content) throw new Error(`the copy of ${source.id} differs in its bytes`);
      for (const copy of [all[0], all.at(-1)])
        if (copy && masked(text(source, copy)) !== masked(source.content))
          throw new Error(`copy ${copy.number} of ${source.id} differs in more than ids, days and numbers`);
    }
    for (const copy of all)
      for (const lot of lots(sources)) {
        const made = lot.map((source) => {
          const content = text(source, copy);
          const write = {
            type: typeName(source.type),
            id: copy.id(source.id),
            rid: copy.rid(source.rid),
            replaces: 0,
            // Its former versions are not copied.
            version: 1,
            updated: copy.instant(source.updated),
            deleted: false,
            sealed: source.sealed,
            patient: source.patient === null ? null : copy.id(source.patient),
            text: content,
          };
          return { write, after: indexRows(JSON.parse(content) as AnyResource) };
        });
        const changes = made.map(({ write: { rid }, after }) => ({ rid, before: emptyIndex(), after, fresh: true }));
        await owner.query('begin');
        for (const { name = '', values } of [
          ...writeStatements(made.map(({ write }) => write)),
          ...indexStatements(changes),
        ]) {
          const place = TABLES[name];
          if (place === undefined) throw new Error(`nobody knows where the rows of ${name} go`);
          await pipeline(
            Readable.from(lines(values as unknown[][], tenant)),
            owner.query(copyFrom(`copy ${place}, tenant) from stdin`)),
          );
        }
        await owner.query('commit');
        parentPort?.postMessage({ written: made.length });
      }
    parentPort?.postMessage({ proved: sources.length });
  } finally {
    await owner.end();
  }
}

await work(workerData as Share);
