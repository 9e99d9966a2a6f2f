import type { Query, Queryable } from '@mach/store';
import { headingOf, type SheetKind } from './fields.ts';
import type { SheetCell } from './limits.ts';

/** Uploaded sheets are kept this long. */
const DAYS = 7;

export interface Sheet {
  id: string;
  name: string;
  columns: string[];
  rows: SheetCell[][];
  /** Missing of a sheet that an earlier version kept. */
  numbers?: number[];
}

/** Keeps the cells of a file under its hash; older sheets of the facility go. */
export async function keepSheet(on: Queryable, sheet: Sheet & { by: string; at: Date }): Promise<void> {
  await on.query({
    name: 'sheet_keep',
    text: `with over as (delete from house_sheet where tenant = mach_tenant() and uploaded_at < $7::timestamptz - make_interval(days => ${DAYS}))
           insert into house_sheet (tenant, id, name, columns, rows, row_count, uploaded_by, uploaded_at, numbers)
           values (mach_tenant(), $1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (tenant, id) do update set uploaded_at = excluded.uploaded_at, name = excluded.name,
             columns = excluded.columns, rows = excluded.rows, row_count = excluded.row_count, numbers = excluded.numbers`,
    values: [
      sheet.id,
      sheet.name,
      JSON.stringify(sheet.columns),
      JSON.stringify(sheet.rows),
      sheet.rows.length,
      sheet.by,
      sheet.at,
      sheet.numbers ? JSON.stringify(sheet.numbers) : null,
    ],
  });
}

export async function findSheet(on: Queryable, id: string): Promise<Sheet | undefined> {
  const { rows } = await on.query<{
    id: string;
    name: string;
    columns: string[];
    rows: SheetCell[][];
    numbers: number[] | null;
  }>({
    name: 'sheet_find',
    text: 'select id, name, columns, rows, numbers from house_sheet where tenant = mach_tenant() and id = $1',
    values: [id],
  });
  const [found] = rows;
  return found && { ...found, numbers: found.numbers ?? undefined };
}

/** How such columns were read the last time: heading → field, empty for one that was left out. */
export async function rememberedMapping(on: Queryable, kind: SheetKind): Promise<Record<string, string>> {
  const { rows } = await on.query<{ heading: string; field: string }>({
    name: 'sheet_remembered',
    text: 'select heading, field from house_mapping where tenant = mach_tenant() and kind = $1',
    values: [kind],
  });
  return Object.fromEntries(rows.map((row) => [row.heading, row.field]));
}

export function rememberMapping(
  kind: SheetKind,
  columns: readonly string[],
  mapping: readonly (string | null)[],
): Query {
  const byHeading = new Map(columns.map((text, i) => [headingOf(text), mapping[i] ?? ''] as const));
  byHeading.delete('');
  return {
    name: 'sheet_remember',
    text: `insert into house_mapping (tenant, kind, heading, field)
           select mach_tenant(), $1, heading, field from unnest($2::text[], $3::text[]) as t(heading, field)
           on conflict (tenant, kind, heading) do update set field = excluded.field`,
    values: [kind, [...byHeading.keys()], [...byHeading.values()]],
  };
}
