import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import { flagResult, type LabPerson } from '@mach/vn/clinical/lab-ranges.ts';
import { parseResult } from '@mach/vn/clinical/lab-result.ts';
import type { LabRow, ResultFlag, ResultRow } from '../../contract.ts';
import type { Item } from '../../rules/tests.ts';
import { judge, readValue } from '../../rules/values.ts';
import { itemsFor, packFor, personOf, type Sheets } from './work.ts';

/** One line of the result sheet as it stands now: typed, or kept by the server. */
export interface Cell {
  /** `order/item`. */
  readonly key: string;
  readonly order: string;
  readonly item: Item;
  readonly pack: LabPack;
  /** What stands in the field. */
  readonly text: string;
  readonly saved: ResultRow | undefined;
  /** Typed, understood, and not yet kept by the server. */
  readonly dirty: boolean;
  readonly flag: ResultFlag;
  readonly critical: boolean;
  readonly range: string;
  /** Why it is no value. */
  readonly problem: { readonly vi: string; readonly en: string } | undefined;
  /** Two readings of what was typed ("1.000"): one has to be chosen. */
  readonly choices: readonly [string, string] | undefined;
  /** As the server will write it. */
  readonly shown: string;
  /** Last validated value of the person from an earlier order. */
  readonly previous: ResultRow | undefined;
}

export interface Sheet {
  readonly row: LabRow;
  readonly cells: readonly Cell[];
  /** Typed lines still without a value kept by the server. */
  readonly missing: readonly Cell[];
  readonly dirty: readonly Cell[];
  readonly bad: readonly Cell[];
}

export type Typed = Readonly<Record<string, string>>;
export const cellKey = (order: string, item: string): string => `${order}/${item}`;

const stands = (row: ResultRow): boolean => row.status !== 'cancelled' && row.status !== 'entered-in-error';

/** The sheet of one order: its items, what was typed, what the server keeps, and the flags of the house's rules. */
export function sheetFor(row: LabRow, sheets: Sheets, typed: Typed, results: readonly ResultRow[], now: string): Sheet {
  const pack = packFor(sheets, row);
  const person = personOf(row, now);
  const mine = results.filter((one) => one.order === row.key && stands(one));
  const cells = itemsFor(sheets, row).map((item): Cell => {
    const saved = mine.find((one) => one.item === item.code);
    const previous = results.find(
      (one) => one.item === item.code && one.order !== row.key && ['final', 'corrected'].includes(one.status),
    );
    return cellFor(row.key, item, pack, person, typed[cellKey(row.key, item.code)], saved, previous);
  });
  return {
    row,
    cells,
    missing: cells.filter((cell) => !cell.item.computed && cell.saved === undefined),
    dirty: cells.filter((cell) => cell.dirty),
    bad: cells.filter((cell) => cell.problem !== undefined),
  };
}

function cellFor(
  order: string,
  item: Item,
  pack: LabPack,
  person: LabPerson | undefined,
  typed: string | undefined,
  saved: ResultRow | undefined,
  previous: ResultRow | undefined,
): Cell {
  const text = typed ?? saved?.text ?? '';
  const base = { key: cellKey(order, item.code), order, item, pack, text, saved, previous };
  const none = { dirty: false, flag: null, critical: false, problem: undefined, choices: undefined, shown: '' };
  if (typed === undefined || typed.trim() === '' || typed === saved?.text)
    return saved
      ? {
          ...base,
          ...none,
          flag: saved.flag,
          critical: saved.critical,
          range: saved.range ?? '',
          shown: saved.text ?? '',
        }
      : { ...base, ...none, range: rangeOf(item, pack, person) };
  const read = readValue(typed, item.analyte, pack, 'value');
  if (!read.ok) {
    const parsed = parseResult(typed, item.analyte);
    const choices = parsed.ok ? undefined : parsed.choices;
    return { ...base, ...none, range: rangeOf(item, pack, person), problem: read.error.text, choices };
  }
  const judged = judge(pack, item.analyte, read.value, person);
  return {
    ...base,
    ...none,
    dirty: read.value.text !== saved?.text,
    flag: judged.flag,
    critical: judged.critical,
    range: judged.rangeText || rangeOf(item, pack, person),
    shown: read.value.text,
  };
}

/** The printed range before anything is typed: that of any number. */
function rangeOf(item: Item, pack: LabPack, person: LabPerson | undefined): string {
  if (person === undefined || item.analyte.kind !== 'quantity') return '';
  const one = parseResult('1', item.analyte);
  return one.ok ? flagResult(pack, item.code, one.value, person).rangeText : '';
}

/**
 * The chosen reading as text that has only this one: "1.256" chosen as a decimal becomes "01,256", since a leading zero
 * cannot stand before thousands. Keeps "<" or ">" before it.
 */
export function chosen(typed: string, choice: string): string {
  const sign = /^\s*(<=|>=|<|>|≤|≥)/.exec(typed)?.[1] ?? '';
  const decimal = choice.includes('.');
  const only = decimal ? choice.replace(/^(-?)/, '$10').replace('.', ',') : choice;
  return `${sign}${only}`;
}
