import { DATE_MAX, DATE_MIN } from '@mach/fhir/dates.ts';
import type { SimpleQuery } from '@mach/fhir/search-syntax.ts';

/** Gives a value its place in the statement. */
interface Binder {
  bind(value: unknown): string;
}

type DateQuery = Extract<SimpleQuery, { kind: 'date' }>;
const DAY = 86_400_000;

/** Dates as intervals in milliseconds (search.html#prefix): the stored [low, high] against the asked [low, high]. */
export function dateSql(b: Binder, q: DateQuery, a: string): string {
  // Bound where used: PostgreSQL refuses a value that no place asks for.
  const low = (): string => b.bind(String(q.low));
  const high = (): string => b.bind(String(q.high));
  switch (q.prefix) {
    case 'eq':
      // The upper bound on `low` follows from the other two, and ends the walk of the index.
      return `${a}.low >= ${low()} and ${a}.low <= ${high()} and ${a}.high <= ${high()}`;
    case 'ne':
      return `not (${a}.low >= ${low()} and ${a}.high <= ${high()})`;
    case 'gt':
      return `${a}.high > ${high()}`;
    case 'lt':
      return `${a}.low < ${low()}`;
    case 'ge':
      return `${a}.high >= ${low()}`;
    case 'le':
      return `${a}.low <= ${high()}`;
    case 'sa':
      return `${a}.low > ${high()}`;
    case 'eb':
      return `${a}.high < ${low()}`;
    case 'po':
      return `${a}.low <= ${high()} and ${a}.high >= ${low()}`;
    case 'ap':
      return `${a}.low <= ${b.bind(String(q.high + DAY))} and ${a}.high >= ${b.bind(String(q.low - DAY))}`;
  }
}

/** The same on an instant in a column. */
export function instantSql(b: Binder, value: DateQuery, column: string): string {
  // Years 1 to 9999: what ISO text and PostgreSQL write alike.
  const at = (ms: number): string =>
    `${b.bind(new Date(Math.min(Math.max(ms, DATE_MIN), DATE_MAX)).toISOString())}::timestamptz`;
  switch (value.prefix) {
    case 'eq':
    case 'po':
      return `(${column} >= ${at(value.low)} and ${column} < ${at(value.high + 1)})`;
    case 'ap':
      return `(${column} >= ${at(value.low - DAY)} and ${column} <= ${at(value.high + DAY)})`;
    case 'ne':
      return `not (${column} >= ${at(value.low)} and ${column} < ${at(value.high + 1)})`;
    case 'gt':
    case 'sa':
      return `${column} >= ${at(value.high + 1)}`;
    case 'lt':
    case 'eb':
      return `${column} < ${at(value.low)}`;
    case 'ge':
      return `${column} >= ${at(value.low)}`;
    case 'le':
      return `${column} < ${at(value.high + 1)}`;
  }
}

/** Numbers with the precision that was written: [low, high) for eq and ne, the value itself for the others. */
export function numberSql(
  b: Binder,
  q: { prefix: string; value: number; low: number; high: number },
  a: string,
): string {
  const n = (value: number): string => b.bind(String(value));
  switch (q.prefix) {
    case 'eq':
      return `${a}.low >= ${n(q.low)} and ${a}.low < ${n(q.high)} and ${a}.high <= ${n(q.high)}`;
    case 'ne':
      return `(${a}.low < ${n(q.low)} or ${a}.low >= ${n(q.high)} or ${a}.high > ${n(q.high)})`;
    case 'gt':
      return `${a}.high > ${n(q.value)}`;
    case 'lt':
      return `${a}.low < ${n(q.value)}`;
    case 'ge':
      return `${a}.high >= ${n(q.value)}`;
    case 'le':
      return `${a}.low <= ${n(q.value)}`;
    case 'sa':
      return `${a}.low > ${n(q.value)}`;
    case 'eb':
      return `${a}.high < ${n(q.value)}`;
    default: {
      const margin = Math.abs(q.value) * 0.1;
      return `${a}.high >= ${n(q.value - margin)} and ${a}.low <= ${n(q.value + margin)}`;
    }
  }
}
