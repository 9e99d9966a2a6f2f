/** From nodes to PostgreSQL values, and from values to cells. */
import { isPrimitiveType } from '@mach/fhir/fhirpath/values.ts';
import { type CellKind, fits, kindOfType } from '@mach/fhir/view-definition/values.ts';
import { jsonOf, type PlanItem, type SystemType, type ValueItem } from './plan.ts';
import { NotCompiled } from './sql-text.ts';

const SYSTEM: Readonly<Record<string, SystemType>> = {
  boolean: 'boolean',
  integer: 'integer',
  unsignedInt: 'integer',
  positiveInt: 'integer',
  decimal: 'decimal',
  date: 'date',
  dateTime: 'dateTime',
  instant: 'dateTime',
  time: 'time',
};

/** The System type of a FHIR primitive; undefined for complex types. */
export function systemType(type: string): SystemType | undefined {
  return SYSTEM[type] ?? (isPrimitiveType(type) ? 'string' : undefined);
}

/** The value of an item in PostgreSQL's own type. */
export function nativeOf(item: PlanItem): ValueItem {
  if (item.kind === 'value') return item;
  const type = item.kind === 'node' ? systemType(item.type) : undefined;
  if (item.kind === 'choice' || type === undefined)
    throw new NotCompiled(item.kind === 'choice' ? 'a choice without ofType()' : `the value of a ${item.type}`);
  const json = item.sql;
  switch (type) {
    case 'boolean':
      return { kind: 'value', type, sql: `(case jsonb_typeof(${json}) when 'boolean' then (${json})::boolean end)` };
    case 'integer':
      return {
        kind: 'value',
        type,
        sql: `(case jsonb_typeof(${json}) when 'number' then (${json})::numeric::integer end)`,
      };
    case 'decimal':
      return { kind: 'value', type, sql: `(case jsonb_typeof(${json}) when 'number' then (${json})::numeric end)` };
    default:
      return { kind: 'value', type, sql: `(case jsonb_typeof(${json}) when 'string' then ${json} #>> '{}' end)` };
  }
}

const KIND: Readonly<Record<SystemType, CellKind>> = {
  string: 'text',
  integer: 'integer',
  decimal: 'decimal',
  boolean: 'boolean',
  date: 'date',
  dateTime: 'date',
  time: 'time',
};

/** jsonb of one item as the cell of a column of the declared type; null where it has no value. */
export function cellJson(item: PlanItem, declared: string | undefined): string {
  const isComplex = item.kind === 'node' && systemType(item.type) === undefined;
  if (item.kind === 'choice' || isComplex) {
    if (declared !== undefined && kindOfType(declared) !== 'json')
      throw new NotCompiled('a complex value in such a column');
    // A choice may hold a number or text, which a complex column would refuse.
    if (declared !== undefined && item.kind === 'choice') throw new NotCompiled('a choice in a typed column');
    return `nullif(${jsonOf(item)}, 'null'::jsonb)`;
  }
  const found = nativeOf(item);
  const kind = KIND[found.type];
  const wanted = declared === undefined ? kind : kindOfType(declared);
  if (!fits(kind, wanted)) throw new NotCompiled(`a ${found.type} in a column of type ${declared}`);
  // A decimal's text depends on how it was written, which the in-memory runner keeps only where it must.
  if (wanted === 'text' && found.type === 'decimal') throw new NotCompiled('a decimal in a column of text');
  if (wanted === 'text' && found.type !== 'string') return `to_jsonb(${textOf(found)})`;
  return `to_jsonb(${found.sql})`;
}

/** The text of a value, as FHIRPath's toString() gives it. */
export function textOf(item: ValueItem): string {
  return item.type === 'string' || item.type === 'date' || item.type === 'dateTime' || item.type === 'time'
    ? item.sql
    : `(${item.sql})::text`;
}
