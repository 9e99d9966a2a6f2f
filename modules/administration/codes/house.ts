import { foldText } from '@mach/base/fold.ts';
import type { CodeList, CodeRow } from '@mach/engine/module.ts';
import type { OverlayCell } from '@mach/engine/rule-packs/overlay.ts';
import type { RulePacks } from '@mach/engine/rule-packs.ts';
import { drugBook, type ListedDrug } from '../house/drugs.ts';
import { mayCorrect } from '../house/present.ts';
import { type PricedService, type ServiceBook, serviceBook } from '../house/prices.ts';

const bookOn = (packs: RulePacks, date: string): ServiceBook => {
  const lab = packs.at('lab', date);
  return packs.derived('services', date, `administration.services:${lab.hash}`, (pack) => serviceBook(lab, pack));
};
const drugsOn = (packs: RulePacks, date: string): ReadonlyMap<string, ListedDrug> => {
  const claims = packs.at('bhyt-catalogue', date);
  return packs.derived('formulary', date, `administration.drugs:${claims.hash}`, (pack) => drugBook(pack, claims));
};

/** Rows whose text holds every word of the query; those of the facility first. */
function matching<T>(
  rows: Iterable<T>,
  textOf: (row: T) => string,
  q: string,
  limit: number,
  keep: (row: T) => boolean,
): T[] {
  const words = foldText(q).split(' ').filter(Boolean);
  const found: T[] = [];
  for (const row of rows) {
    if (!keep(row)) continue;
    const text = foldText(textOf(row));
    if (words.every((word) => text.includes(word))) found.push(row);
    if (found.length >= limit) break;
  }
  return found;
}

/** Services with the prices of a day; without a query those that have a price. */
export const houseServices: CodeList = {
  list: 'house-services',
  title: { vi: 'Dịch vụ và giá của cơ sở', en: 'Services and prices of the house' },
  search: ({ packs, q, date, limit }) =>
    matching(
      bookOn(packs, date).byCode.values(),
      (row) => `${row.code} ${row.claimCode ?? ''} ${row.name}`,
      q,
      limit,
      (row) => q.trim() !== '' || row.price !== null,
    ).map((row): CodeRow & PricedService => ({ ...row, display: row.name })),
};

export const houseDrugs: CodeList = {
  list: 'house-drugs',
  title: { vi: 'Danh mục thuốc của cơ sở', en: 'Drugs of the house' },
  search: ({ packs, q, date, limit }) =>
    matching(
      drugsOn(packs, date).values(),
      (row) =>
        `${row.code} ${row.name} ${row.brand ?? ''} ${row.ingredients?.join(' ') ?? ''} ${row.registration ?? ''}`,
      q,
      limit,
      () => true,
    ).map((row) => ({ ...row, display: row.display ?? row.name, label: row.name })),
};

export interface HistoryRow extends CodeRow {
  from: string;
  to: string | null;
  cells: Readonly<Record<string, OverlayCell>>;
  document: string;
  knownFrom: string;
  endedFrom: string | null;
  /** Id of the Library. */
  change: string;
}

/** `q`: the code of a service or drug. What the facility has said of it, the latest start first. */
export const historyList: CodeList = {
  list: 'house-history',
  title: { vi: 'Lịch sử giá và danh mục', en: 'History of prices and items' },
  search: ({ packs, q, limit }) =>
    ['lab', 'services', 'formulary', 'bhyt-catalogue']
      .flatMap((subject) => packs.slices(subject))
      .flatMap((slice) =>
        slice.entries
          .filter((entry) => Object.values(entry.key).includes(q))
          .map(
            (entry): HistoryRow => ({
              code: `${slice.hash}/${entry.path}`,
              display: slice.source.document,
              from: slice.validFrom,
              to: slice.validTo,
              cells: entry.cells,
              document: slice.source.document,
              knownFrom: slice.knownFrom,
              endedFrom: slice.ended.map((end) => end.from).toSorted()[0] ?? null,
              change: slice.id,
            }),
          ),
      )
      .toSorted((a, b) => (a.from + a.knownFrom < b.from + b.knownFrom ? 1 : -1))
      .slice(0, limit),
};

export interface PackEntryRow extends CodeRow {
  subject: string;
  path: string;
  key: Record<string, string>;
  cells: Record<string, OverlayCell>;
}

/** `q`: "subject words": entries of a rule pack that can be corrected, in force on the date. */
export const packEntries: CodeList = {
  list: 'pack-entries',
  title: { vi: 'Mục của bộ quy tắc', en: 'Entries of rule packs' },
  search({ packs, q, date, limit }) {
    const [subject = '', ...words] = q.trim().split(/\s+/);
    if (!packs.subjects.includes(subject) || !mayCorrect(subject)) return subjectRows(packs, q, limit);
    const rows = entriesOf(subject, packs.at(subject, date).data);
    return matching(
      rows,
      (row) => `${row.path} ${Object.values(row.cells).join(' ')}`,
      words.join(' '),
      limit,
      () => true,
    );
  },
};

/** The packs themselves, until one is chosen. */
const subjectRows = (packs: RulePacks, q: string, limit: number): CodeRow[] =>
  matching(packs.subjects, (subject) => subject, q, limit, mayCorrect).map((subject) => ({
    code: subject,
    display: subject,
    isSubject: true,
  }));

const isCell = (value: unknown): value is OverlayCell =>
  value === null ||
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) && value.every((one) => typeof one === 'string'));

function* entriesOf(subject: string, data: unknown, path: readonly string[] = []): Generator<PackEntryRow> {
  if (typeof data !== 'object' || data === null || path.length > 5) return;
  const row = (key: Record<string, string>, cells: Record<string, OverlayCell>): PackEntryRow => {
    const at = path.join('/');
    const names = Object.values(cells).filter((cell) => typeof cell === 'string' && cell !== '');
    return {
      code: `${at} ${Object.values(key).join(' ')}`.trim(),
      display: names.slice(0, 3).join(' · ') || at,
      subject,
      path: at,
      key,
      cells,
    };
  };
  const { columns, rows } = data as { columns?: unknown; rows?: unknown };
  if (Array.isArray(columns) && Array.isArray(rows)) {
    const names = columns as string[];
    const lists = rows as OverlayCell[][];
    const keyNames = keyOf(names, lists);
    if (keyNames)
      for (const cells of lists) {
        const all = Object.fromEntries(names.map((name, i) => [name, cells[i] ?? null]));
        yield row(Object.fromEntries(keyNames.map((name) => [name, String(all[name] ?? '')])), all);
      }
    return;
  }
  const scalars = Object.entries(data).filter((pair): pair is [string, OverlayCell] => isCell(pair[1]));
  if (path.length > 0 && scalars.length > 0 && !Array.isArray(data)) yield row({}, Object.fromEntries(scalars));
  for (const [name, value] of Object.entries(data)) yield* entriesOf(subject, value, [...path, name]);
}

/** The fewest leading columns that tell the rows of a table apart; undefined where none do. */
function keyOf(names: readonly string[], rows: readonly (readonly OverlayCell[])[]): string[] | undefined {
  for (let n = 1; n <= Math.min(4, names.length); n++) {
    const seen = new Set(rows.map((row) => row.slice(0, n).map(String).join('\u0000')));
    if (seen.size === rows.length) return names.slice(0, n);
  }
  return undefined;
}
