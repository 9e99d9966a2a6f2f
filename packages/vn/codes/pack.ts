/** Reading of rule packs (architecture, idea 5): dated data with its source, big tables stored by column names. */

export interface PackSource {
  document: string;
  article?: string;
  /** High: read in the text itself; medium: in a secondary source; low: experience or assumption. */
  certainty: 'H' | 'M' | 'L';
}

export interface RulePack<T> {
  subject: string;
  /** Name of the edition: its first valid day, with `.k<day>` for a later correction of the same edition. */
  edition: string;
  /** First and last day (yyyy-MM-dd, inclusive) on which an event falls under this edition. */
  validFrom: string;
  validTo: string | null;
  /** Day from which the platform knew it. */
  knownFrom: string;
  source: readonly PackSource[];
  data: T;
}

export type Cell = string | number | boolean | null | readonly string[];

export interface Table {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** Whether the edition is the one in force on the day of the event. */
export function coversDate(pack: Pick<RulePack<unknown>, 'validFrom' | 'validTo'>, date: string): boolean {
  return pack.validFrom <= date && (pack.validTo === null || date <= pack.validTo);
}

/**
 * The edition for the day of the event, as known on a day: the last that was known then. Undefined when none covers it.
 */
export function editionFor<T>(
  packs: readonly RulePack<T>[],
  date: string,
  knownOn = '9999-12-31',
): RulePack<T> | undefined {
  let best: RulePack<T> | undefined;
  for (const pack of packs) {
    if (!coversDate(pack, date) || pack.knownFrom > knownOn) continue;
    const later = best === undefined || pack.knownFrom > best.knownFrom;
    const narrower = best !== undefined && pack.knownFrom === best.knownFrom && pack.validFrom > best.validFrom;
    if (later || narrower) best = pack;
  }
  return best;
}

export type RecordOf<K extends string> = { [P in K]: Cell };

/** Rows as objects with the asked columns; a column that the table does not have is an error of the pack. */
export function* records<K extends string>(table: Table, ...names: readonly K[]): Generator<RecordOf<K>> {
  const at = names.map((name) => {
    const i = table.columns.indexOf(name);
    if (i < 0) throw new Error(`The table has no column "${name}" (it has ${table.columns.join(', ')})`);
    return [name, i] as const;
  });
  for (const row of table.rows) {
    const record = {} as RecordOf<K>;
    for (const [name, i] of at) record[name] = row[i] ?? null;
    yield record;
  }
}

/** The table with further columns, empty where it has none: what a facility may add to a pack. */
export const withColumns = (table: Table, ...names: readonly string[]): Table => ({
  ...table,
  columns: [...table.columns, ...names.filter((name) => !table.columns.includes(name))],
});

/** A cell as text; null is the empty text. */
export const textCell = (cell: Cell): string => (typeof cell === 'string' ? cell : cell === null ? '' : String(cell));

/** A cell as a number, or undefined where the table leaves it open. */
export const numberCell = (cell: Cell): number | undefined => (typeof cell === 'number' ? cell : undefined);

export const listCell = (cell: Cell): readonly string[] => (Array.isArray(cell) ? (cell as readonly string[]) : []);
