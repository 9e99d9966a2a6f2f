import { extract, type IndexValue } from '@mach/fhir/search-values.ts';
import { emptyIndex, type IndexChange, type IndexRows } from './index-rows.ts';
import { number32, searchKey } from './keys.ts';
import type { AnyResource } from './resource.ts';
import { combined, indexedAs } from './search-aliases.ts';
import { postingStatements } from './search-postings.ts';

/** Longest folded text kept for prefix search; the rest of a name is found by `:exact` on the record itself. */
const STRING_LENGTH = 80;

function addKey(rows: IndexRows, param: string, value: string, qualifier: number): void {
  const key = searchKey(param, value);
  rows.byKey.add(key);
  rows.keys.set(`${key}/${qualifier}`, { key, qualifier });
}

/** Where a quantity's value in UCUM base units is kept. */
export const canonicalParam = (param: string): string => `${param}~`;

function addNumber(
  rows: IndexRows,
  param: string,
  qualifier: number,
  range: { low: number | null; high: number | null },
): void {
  const low = range.low === null ? '-Infinity' : String(range.low);
  const high = range.high === null ? 'Infinity' : String(range.high);
  rows.numbers.set(`${param}/${qualifier}/${low}/${high}`, { param: number32(param), qualifier, low, high });
}

/** These are columns of the record itself. */
const COLUMNS = new Set(['_id', '_lastUpdated']);

function add(rows: IndexRows, type: string, value: IndexValue): void {
  if (COLUMNS.has(value.param)) return;
  const param = `${type}.${value.param}`;
  if (combined(param) || (value.param === 'patient' && indexedAs(param) !== param)) return;
  switch (value.kind) {
    case 'token':
      addKey(rows, param, value.code ?? '', value.system ? number32(value.system) : 0);
      break;
    case 'reference':
      // What is elsewhere is known by its whole address, or the same id here would be taken for it; versions do not count.
      addKey(
        rows,
        param,
        value.url === null ? (value.id ?? '') : value.versionless,
        value.type ? number32(value.type) : 0,
      );
      break;
    case 'uri':
      addKey(rows, param, value.value, 0);
      break;
    case 'string': {
      const text = value.value.slice(0, STRING_LENGTH);
      rows.strings.set(`${param}/${text}`, { param: number32(param), value: text });
      break;
    }
    case 'date': {
      const [low, high] = [String(value.low), String(value.high)];
      rows.dates.set(`${param}/${low}/${high}`, { param: number32(param), low, high });
      break;
    }
    case 'number':
      addNumber(rows, param, 0, value);
      break;
    case 'quantity': {
      const unit = value.code ?? value.unit;
      addNumber(rows, param, unit ? number32(unit) : 0, value);
      // The same in base units, under a name of its own: a search without a unit means the number as written.
      if (value.canonical) addNumber(rows, canonicalParam(param), number32(value.canonical.unit), value.canonical);
      break;
    }
    case 'composite':
    case 'position':
      // A composite is answered from its components and a second look at the record.
      break;
  }
}

/** All index rows of a resource. A deleted one has none. */
export function indexRows(resource: AnyResource): IndexRows {
  const rows = emptyIndex();
  for (const value of extract(resource.resourceType, resource)) add(rows, resource.resourceType, value);
  return rows;
}

/** The patient whose record this is part of: label of the row, for policy and audit. */
export function patientOf(resource: AnyResource & { id: string }): string | null {
  if (resource.resourceType === 'Patient') return resource.id;
  for (const property of ['subject', 'patient', 'beneficiary', 'individual', 'for'] as const) {
    const value = (resource as unknown as Record<string, { reference?: string } | undefined>)[property];
    const match = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(value?.reference ?? '');
    if (match) return match[1] ?? null;
  }
  return null;
}

const TABLES = [
  { table: 'search_string', of: 'strings', columns: ['param', 'value'], types: ['integer', 'text'] },
  { table: 'search_date', of: 'dates', columns: ['param', 'low', 'high'], types: ['integer', 'bigint', 'bigint'] },
  {
    table: 'search_number',
    of: 'numbers',
    columns: ['param', 'qualifier', 'low', 'high'],
    types: ['integer', 'integer', 'numeric', 'numeric'],
  },
] as const;

/**
 * The statements that bring the search tables from `before` to `after`, touching only rows that differ. `again`: rows
 * may be there already.
 */
export function indexStatements(
  changes: readonly IndexChange[],
  again = false,
): { name: string; text: string; values: unknown[] }[] {
  const statements = postingStatements(changes);
  for (const { table, of, columns, types } of TABLES) {
    const added: unknown[][] = [[], ...columns.map(() => [])];
    const removed: unknown[][] = [[], ...columns.map(() => [])];
    for (const { rid, before, after } of changes) {
      const push = (to: unknown[][], row: Readonly<Record<string, unknown>>): void => {
        to[0]?.push(rid);
        columns.forEach((column, i) => {
          to[i + 1]?.push(row[column]);
        });
      };
      for (const [id, row] of after[of]) if (!before[of].has(id)) push(added, { ...row });
      for (const [id, row] of before[of]) if (!after[of].has(id)) push(removed, { ...row });
    }
    const arrays = ['bigint', ...types].map((type, i) => `$${i + 1}::${type}[]`).join(', ');
    const names = ['rid', ...columns];
    if (removed[0]?.length)
      statements.push({
        name: `${table}_del`,
        text: `delete from ${table} s using unnest(${arrays}) as n(${names.join(', ')})
               where s.tenant = mach_tenant() and ${names.map((c) => `s.${c} = n.${c}`).join(' and ')}`,
        values: removed,
      });
    if (added[0]?.length)
      statements.push({
        name: `${table}_${again ? 'again' : 'add'}`,
        text: `insert into ${table} (tenant, ${names.join(', ')}) select mach_tenant(), * from unnest(${arrays})${
          again ? ' on conflict do nothing' : ''
        }`,
        values: added,
      });
  }
  return statements;
}
