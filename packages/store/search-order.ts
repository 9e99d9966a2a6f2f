import { refuse } from '@mach/base/problem.ts';
import type { SortKey } from '@mach/fhir/search-syntax.ts';
import { number32 } from './keys.ts';
import { combined, indexedAs } from './search-aliases.ts';
import { INDEX, type SqlBuilder, type Subject, TENANT } from './search-sql.ts';

/** Where a page ended: the values of the sort keys as text, and the number (or id) that decides between equals. */
export interface Cursor {
  /** `r`: by number, which is the order of creation; `i`: by id, for a list of a whole type. */
  readonly by: 'r' | 'i';
  readonly values: readonly (string | null)[];
  readonly last: string;
}

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.by, cursor.last, ...cursor.values])).toString('base64url');
}

/** @throws Problem 400 on anything that this server did not write */
export function decodeCursor(text: string, keys: number): Cursor {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(value) && value.every((v) => v === null || (typeof v === 'string' && !v.includes('\0')))) {
      const [by, last, ...values] = value as (string | null)[];
      const whole =
        by === 'r' ? /^-?\d{1,18}$/.test(last ?? '') : by === 'i' && /^[A-Za-z0-9.-]{1,64}$/.test(last ?? '');
      if (whole && values.length === keys && typeof last === 'string')
        return { by: by === 'i' ? 'i' : 'r', values, last };
    }
  } catch {
    // Said below.
  }
  throw badCursor();
}

export function badCursor(): Error {
  return refuse(
    400,
    'bad-cursor',
    { vi: 'Con trỏ trang không hợp lệ', en: 'The page cursor is not valid' },
    { field: '_after' },
  );
}

/** A sort key that the index or the record's row has. */
export interface SqlSort {
  readonly descending: boolean;
  readonly cast: string;
  /** What a value in a cursor must look like to be given to PostgreSQL. */
  readonly pattern: RegExp;
  readonly expression: (b: SqlBuilder, subject: Subject) => string;
  /** The index table that can be walked in this order, with the number of its parameter. */
  readonly walk?: { readonly table: string; readonly column: string; readonly param: number; readonly also: string };
}

const KINDS: Readonly<Record<string, [table: string, column: string, cast: string, also: string]>> = {
  date: ['search_date', 'low', 'bigint', '(e.low = k.low and e.high > k.high)'],
  string: ['search_string', 'value', 'text', 'false'],
  number: ['search_number', 'low', 'numeric', '(e.low = k.low and (e.qualifier, e.high) > (k.qualifier, k.high))'],
  quantity: ['search_number', 'low', 'numeric', '(e.low = k.low and (e.qualifier, e.high) > (k.qualifier, k.high))'],
};

/** Sort keys in SQL; undefined where one of them is kept as a hash only (tokens, references, uris). */
export function sqlSorts(sort: readonly SortKey[], type: string | null): SqlSort[] | undefined {
  const result: SqlSort[] = [];
  for (const { param, descending } of sort) {
    if (param.code === '_id' || param.code === '_lastUpdated') {
      const column = param.code === '_id' ? 'id' : 'updated';
      result.push({
        descending,
        cast: column === 'id' ? 'text' : 'timestamptz',
        pattern: column === 'id' ? /^/ : /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/,
        expression: (_b, subject) => subject.column(column),
      });
      continue;
    }
    const kind = KINDS[param.type];
    if (!kind || type === null || combined(`${type}.${param.code}`)) return undefined;
    const [table, column, cast, also] = kind;
    const number = number32(indexedAs(`${type}.${param.code}`));
    result.push({
      descending,
      cast,
      pattern: cast === 'text' ? /^/ : /^-?(\d+(\.\d+)?|Infinity)$/,
      // The lowest value decides when ascending, the highest when descending (search.html#sort).
      expression: (b, { rid }) => {
        const a = b.alias();
        return `(select ${descending ? 'max' : 'min'}(${a}.${column}) from ${INDEX}${table} ${a} where ${a}.${TENANT} and ${a}.rid = ${rid} and ${a}.param = ${b.bind(number)})`;
      },
      walk: { table, column, param: number, also },
    });
  }
  return result;
}

/** Direction of what decides between equals: that of the first key, so that an index can be read backwards. */
export const tieDirection = (sorts: readonly SqlSort[]): 'asc' | 'desc' => (sorts[0]?.descending ? 'desc' : 'asc');

/**
 * `order by` over columns `s1`, `s2`, … and the deciding column; missing values come last. Along an index the first key
 * is never missing, and saying where it would stand would keep the planner from reading the index backwards.
 */
export function orderBy(sorts: readonly SqlSort[], alias: string, tie: string, walked = false): string {
  const keys = sorts.map(
    (s, i) => `${alias}.s${i + 1} ${s.descending ? 'desc' : 'asc'}${walked && i === 0 ? '' : ' nulls last'}`,
  );
  return [...keys, `${tie} ${tieDirection(sorts)}`].join(', ');
}

/** The rows after a cursor, in the order of {@link orderBy}. */
export function after(b: SqlBuilder, sorts: readonly SqlSort[], cursor: Cursor, alias: string, tie: string): string {
  const same: string[] = [];
  const ways: string[] = [];
  sorts.forEach((sort, i) => {
    const column = `${alias}.s${i + 1}`;
    const value = cursor.values[i] ?? null;
    if (value === null) {
      same.push(`${column} is null`);
      return;
    }
    if (!sort.pattern.test(value)) throw badCursor();
    const at = `${b.bind(value)}::${sort.cast}`;
    ways.push([...same, `(${column} ${sort.descending ? '<' : '>'} ${at} or ${column} is null)`].join(' and '));
    same.push(`${column} = ${at}`);
  });
  const beyond = `${tie} ${tieDirection(sorts) === 'desc' ? '<' : '>'} ${b.bind(cursor.last)}::${cursor.by === 'i' ? 'text' : 'bigint'}`;
  ways.push([...same, beyond].join(' and '));
  return ways.length === 1 ? (ways[0] ?? '') : `(${ways.map((w) => `(${w})`).join(' or ')})`;
}
