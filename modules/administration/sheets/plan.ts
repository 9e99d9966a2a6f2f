/** What a sheet would do, row by row: the dry run, and what the import then writes. Pure. */
import type { Text } from '@mach/base/problem.ts';
import { type CellFault, type NumberStyle, type Read, readDay } from './cells.ts';
import { FIELDS, type SheetKind } from './fields.ts';
import type { SheetCell } from './limits.ts';

export interface RowFault extends CellFault {
  field: string;
}
export type RowState = 'new' | 'change' | 'same' | 'fault';
export interface RowReport {
  /** As the spreadsheet counts. */
  row: number;
  code: string;
  name: string;
  state: RowState;
  faults: RowFault[];
  /** What changes, old and new, for people. */
  changes: { field: string; from: string; to: string }[];
}
export interface Planned<T> {
  value: T;
  from: string;
  to: string | null;
}
export interface Plan<T> {
  rows: RowReport[];
  /** What is to be written; rows that change nothing are not among it. */
  values: Planned<T>[];
  counts: Record<RowState, number>;
  /** Required fields that no column holds. */
  missing: string[];
}
export interface PlanOptions {
  mapping: readonly (string | null)[];
  style: NumberStyle;
  from: string;
  to: string | null;
  today: string;
  /** The row of the file in which each row stands; without it they follow the headings in row 1. */
  numbers?: readonly number[];
}

/** One row as its kind reads it. */
export interface RowReader<T> {
  read(cells: Cells): { value: T; state: 'new' | 'change' | 'same'; name: string; changes: RowReport['changes'] };
}

/** The cells of one row by field; collects what is wrong with them. */
export class Cells {
  readonly faults: RowFault[] = [];
  readonly style: NumberStyle;
  private readonly byField: ReadonlyMap<string, SheetCell>;
  constructor(byField: ReadonlyMap<string, SheetCell>, style: NumberStyle) {
    this.byField = byField;
    this.style = style;
  }
  text(field: string): string | undefined {
    const text = String(this.byField.get(field) ?? '').trim();
    return text === '' ? undefined : text;
  }
  get<T>(field: string, read: (cell: SheetCell) => Read<T>): T | undefined {
    const cell = this.byField.get(field);
    if (cell === undefined || cell === '') return undefined;
    const found = read(cell);
    if (found.ok) return found.value;
    this.faults.push({ field, ...found.fault });
    return undefined;
  }
  fail(field: string, code: string, text: Text, remedy?: Text): void {
    this.faults.push({ field, code, text, ...(remedy ? { remedy } : {}) });
  }
}

export function planSheet<T>(
  kind: SheetKind,
  rows: readonly (readonly SheetCell[])[],
  options: PlanOptions,
  reader: RowReader<T>,
): Plan<T> {
  const { mapping, style, today } = options;
  const missing = FIELDS[kind].filter((one) => one.required && !mapping.includes(one.name)).map((one) => one.name);
  const plan: Plan<T> = { rows: [], values: [], counts: { new: 0, change: 0, same: 0, fault: 0 }, missing };
  if (missing.length > 0) return plan;
  const [key = 'code'] = FIELDS[kind].filter((one) => one.required).map((one) => one.name);
  const firstAt = new Map<string, number>();
  for (const [i, row] of rows.entries()) {
    const cells = new Cells(
      new Map(mapping.flatMap((name, at) => (name === null ? [] : [[name, row[at] ?? ''] as const]))),
      style,
    );
    const number = options.numbers?.[i] ?? i + 2;
    const code = cells.text(key) ?? '';
    for (const one of FIELDS[kind])
      if (one.required && cells.text(one.name) === undefined)
        cells.fail(one.name, 'required', {
          vi: `Thiếu ${one.title.vi.toLowerCase()}`,
          en: `${one.title.en} is missing`,
        });
    const from = cells.get('from', readDay) ?? options.from;
    const to = cells.get('to', readDay) ?? options.to;
    if (from < today)
      cells.fail(
        'from',
        'in-the-past',
        { vi: `Ngày ${from} đã qua`, en: `${from} is past` },
        { vi: 'Chọn từ hôm nay trở đi', en: 'Choose today or later' },
      );
    if (to !== null && to < from)
      cells.fail('to', 'period', { vi: 'Hết hiệu lực trước khi bắt đầu', en: 'It ends before it begins' });
    // Prices of one code may follow each other in one list; two from one day contradict each other.
    const slot = kind === 'services' || kind === 'drugs' ? `${code}/${from}` : code.toLowerCase();
    const first = firstAt.get(slot);
    if (code !== '' && first !== undefined)
      cells.fail(
        key,
        'duplicate',
        { vi: `Mã ${code} đã có ở dòng ${first}`, en: `${code} stands in row ${first} already` },
        { vi: 'Giữ một dòng cho mỗi mã', en: 'Keep one row for each code' },
      );
    else firstAt.set(slot, number);
    const report: RowReport = { row: number, code, name: '', state: 'fault', faults: cells.faults, changes: [] };
    if (code !== '') {
      const read = reader.read(cells);
      report.name = read.name;
      report.changes = read.changes;
      if (cells.faults.length === 0) {
        report.state = read.state;
        if (read.state !== 'same') plan.values.push({ value: read.value, from, to });
      }
    }
    plan.counts[report.state]++;
    plan.rows.push(report);
  }
  return plan;
}
