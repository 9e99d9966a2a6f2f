/** The official SQL-on-FHIR v2 cases. They lie outside the repository; tests that need them skip where they are absent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { WrittenNumber } from '../fhirpath/values.ts';

const root = process.env.MACH_SHARED_DATA ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/data');
const folder = join(root, 'sql-on-fhir-tests');

export const noViewSuite: string | false = existsSync(folder) ? false : 'the official SQL-on-FHIR cases are absent';

export interface ViewCase {
  readonly name: string;
  readonly view: unknown;
  /** JSON texts, numbers as the suite writes them. */
  readonly resources: readonly string[];
  readonly isRight: (result: { columns: string[]; rows: Record<string, unknown>[] } | 'refused') => boolean;
}

interface Suite {
  title: string;
  resources: unknown[];
  tests: {
    title: string;
    view: unknown;
    expect?: object[];
    expectColumns?: string[];
    expectCount?: number;
    expectError?: boolean;
  }[];
}

/** `JSON.stringify` that writes kept numbers with their digits. */
function written(value: unknown): string {
  if (value instanceof WrittenNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, v]) => `${JSON.stringify(key)}:${written(v)}`)
      .join(',')}}`;
  return JSON.stringify(value);
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
/** The suite does not fix the order of rows. */
const sorted = (rows: readonly unknown[]): string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row as object).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();

export function officialViewSuites(): ViewCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && !file.endsWith('schema.json'))
    .sort()
    .flatMap((file) => {
      const keep = (_: string, value: unknown, context: { source?: string }): unknown =>
        typeof value === 'number' && /[.eE]/.test(context.source ?? '')
          ? new WrittenNumber(context.source ?? '')
          : value;
      const suite = JSON.parse(readFileSync(join(folder, file), 'utf8'), keep as never) as Suite;
      const resources = suite.resources.map(written);
      return suite.tests.map(
        (t): ViewCase => ({
          name: `${file}: ${t.title}`,
          view: plain(t.view),
          resources,
          isRight: (result) => {
            if (result === 'refused' || t.expectError) return result === 'refused' && t.expectError === true;
            if (t.expectColumns && !isDeepStrictEqual(result.columns, t.expectColumns)) return false;
            if (t.expectCount !== undefined && result.rows.length !== t.expectCount) return false;
            return !t.expect || isDeepStrictEqual(sorted(result.rows), sorted(plain(t.expect) as unknown[]));
          },
        }),
      );
    });
}
