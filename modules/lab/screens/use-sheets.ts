import { useCodes } from '@mach/ui';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import { useMemo } from 'react';
import type { SheetRow } from '../contract.ts';
import { mergeSheets, sheetQuery } from './sheet.ts';

export interface Sheets {
  /** Undefined while loading. */
  readonly pack: LabPack | undefined;
  readonly rows: readonly SheetRow[];
  readonly error: unknown;
}

/** The parts of the `lab` pack that these tests use. */
export function useSheets(codes: readonly string[]): Sheets {
  const query = sheetQuery(codes);
  const answer = useCodes('lab-sheet', query, { limit: 200, enabled: query !== '' });
  const rows = answer.rows as unknown as readonly SheetRow[];
  const asked = query === '' || rows.length > 0 || answer.error ? rows : undefined;
  const pack = useMemo(() => (asked && !answer.searching ? mergeSheets(asked) : undefined), [asked, answer.searching]);
  return { pack, rows, error: answer.error };
}
