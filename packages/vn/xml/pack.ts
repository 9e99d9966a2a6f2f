/** Field tables of the insurance claim (XML0–XML15), as data of a dated rule pack. */
import { type Columnar, records } from '../bhyt/pack.ts';

export type TableName =
  | 'XML0'
  | 'XML1'
  | 'XML2'
  | 'XML3'
  | 'XML4'
  | 'XML5'
  | 'XML6'
  | 'XML7'
  | 'XML8'
  | 'XML9'
  | 'XML10'
  | 'XML11'
  | 'XML12'
  | 'XML13'
  | 'XML14'
  | 'XML15';

/** Shape of a text value beyond its length. */
export type FieldFormat =
  | 'date'
  | 'datetime'
  | 'birth'
  | 'dates'
  | 'date-or-datetime'
  | 'facility'
  | 'facilities'
  | 'cards'
  | 'icd'
  | 'id-number'
  | 'insurance-number'
  | 'package'
  | 'weight';

/** When a field must be filled: always, never, or on a condition over the row. */
export type Mandatory =
  | 'always'
  | 'no'
  | readonly ['in' | 'not-in', field: string, ...values: string[]]
  | readonly ['present', field: string]
  | readonly ['empty', ...fields: string[]];

export interface XmlField {
  name: string;
  type: 'S' | 'N';
  /** Highest length in characters; null is unbounded. */
  max: number | null;
  mandatory: Mandatory;
  format: FieldFormat | null;
  /** Decimals of a number. */
  scale: number | null;
  /** Name of a code list, or the lowest and highest code. */
  codes: string | readonly [number, number] | null;
  /** Must equal table 1's field when filled. */
  sameAsTable1: boolean;
  meaning: string;
}

export interface XmlTable {
  /** Element names; `root` null: not sent in the claim file. */
  root: string | null;
  list: string | null;
  row: string | null;
  title: string;
  /** When the table is attached. */
  when: string;
  fields: Columnar;
}

export interface XmlPack {
  standard: string;
  tables: Record<TableName, XmlTable>;
  /** Element order of the money fields, where two orders are in use. */
  moneyOrder: { default: MoneyOrder; orders: Record<MoneyOrder, Partial<Record<TableName, readonly string[]>>> };
}

export type MoneyOrder = 'annex' | 'fund-first';

export type XmlRow = Readonly<Record<string, string>>;

const cache = new WeakMap<XmlTable, readonly XmlField[]>();

/** Fields of a table in annex order; built once a table. */
export function fieldsOf(pack: XmlPack, name: TableName): readonly XmlField[] {
  const table = pack.tables[name];
  const known = cache.get(table);
  if (known) return known;
  const fields = records(table.fields) as unknown as XmlField[];
  cache.set(table, fields);
  return fields;
}

/** Field order in the file under a money order. */
export function fieldOrder(pack: XmlPack, name: TableName, order: MoneyOrder): readonly XmlField[] {
  const fields = fieldsOf(pack, name);
  const wanted = pack.moneyOrder.orders[order][name];
  if (!wanted) return fields;
  const byName = new Map(fields.map((f) => [f.name, f]));
  const rest = [...wanted];
  return fields.map((field) => {
    if (!wanted.includes(field.name)) return field;
    return byName.get(rest.shift() ?? '') ?? field;
  });
}
