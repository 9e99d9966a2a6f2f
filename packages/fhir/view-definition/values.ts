/** Constants of a view as FHIRPath values, and FHIRPath values as cells of a row. */
import { Decimal } from '@mach/base/decimal.ts';
import { EvaluationError } from '../fhirpath/env.ts';
import { textOf } from '../fhirpath/functions-convert.ts';
import { type Item, isPrimitiveType, system } from '../fhirpath/values.ts';
import { isObject, type JsonObject } from '../json.ts';

/** A cell: a primitive, JSON of a complex value, or a list of such for a column with `collection`. */
export type Cell = string | number | boolean | null | JsonObject | readonly Cell[];

const VALUE = /^value([A-Z]\w*)$/;
const CONSTANT_TYPES: Readonly<Record<string, string>> = {
  Base64Binary: 'System.String',
  Boolean: 'System.Boolean',
  Canonical: 'System.String',
  Code: 'System.String',
  Date: 'System.Date',
  DateTime: 'System.DateTime',
  Decimal: 'System.Decimal',
  Id: 'System.String',
  Instant: 'System.DateTime',
  Integer: 'System.Integer',
  Oid: 'System.String',
  PositiveInt: 'System.Integer',
  String: 'System.String',
  Time: 'System.Time',
  UnsignedInt: 'System.Integer',
  Uri: 'System.String',
  Url: 'System.String',
  Uuid: 'System.String',
};

/** The value of a `constant` of a ViewDefinition; undefined where it has none, several, or one of a wrong type. */
export function constantItem(constant: JsonObject): Item | undefined {
  const values = Object.entries(constant).filter(([key]) => VALUE.test(key));
  const [entry] = values;
  if (values.length !== 1 || !entry) return undefined;
  const type = CONSTANT_TYPES[VALUE.exec(entry[0])?.[1] ?? ''];
  const value = entry[1];
  if (type === 'System.Boolean') return typeof value === 'boolean' ? { type, value } : undefined;
  if (type === 'System.Integer') return Number.isInteger(value) ? { type, value } : undefined;
  if (type === 'System.Decimal')
    return typeof value === 'number' ? { type, value: Decimal.of(String(value)) } : undefined;
  return type !== undefined && typeof value === 'string' ? { type, value } : undefined;
}

/** What kinds of values a declared column type takes. Text types take anything that has a text. */
export type CellKind = 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'time' | 'json';
const KIND: Readonly<Record<string, CellKind>> = {
  boolean: 'boolean',
  integer: 'integer',
  integer64: 'integer',
  positiveInt: 'integer',
  unsignedInt: 'integer',
  decimal: 'decimal',
  date: 'date',
  dateTime: 'date',
  instant: 'date',
  time: 'time',
};

export function kindOfType(type: string): CellKind {
  return KIND[type] ?? (isPrimitiveType(type) ? 'text' : 'json');
}

export function kindOfSystem(type: string): CellKind {
  return (
    (
      {
        'System.Boolean': 'boolean',
        'System.Integer': 'integer',
        'System.Decimal': 'decimal',
        'System.Date': 'date',
        'System.DateTime': 'date',
        'System.Time': 'time',
      } as const
    )[type] ?? 'text'
  );
}

/** Whether a value of one kind may stand in a column declared as another. */
export function fits(value: CellKind, column: CellKind): boolean {
  if (value === column) return true;
  if (column === 'text') return value !== 'json';
  return column === 'decimal' && value === 'integer';
}

/** One FHIRPath value as a cell of a column of that type (undefined: of any). @throws EvaluationError */
export function cellOf(item: Item, type: string | undefined): Cell {
  const isNode = !item.type.startsWith('System.');
  if (isNode && isObject(item.value) && !isPrimitiveType(item.type)) {
    if (type !== undefined && kindOfType(type) !== 'json')
      throw new EvaluationError(`a ${item.type} cannot stand in a column of type ${type}`);
    return item.value;
  }
  const value = system(item);
  if (!value) return null;
  const kind = kindOfSystem(value.type);
  const wanted = type === undefined ? kind : kindOfType(type);
  if (!fits(kind, wanted)) throw new EvaluationError(`a ${item.type} cannot stand in a column of type ${type}`);
  if (value.type === 'System.Boolean' && wanted === 'boolean') return value.value as boolean;
  if (value.type === 'System.Integer' && wanted !== 'text') return value.value as number;
  if (value.type === 'System.Decimal' && wanted !== 'text') return (value.value as Decimal).toNumber();
  return textOf(value) ?? null;
}
