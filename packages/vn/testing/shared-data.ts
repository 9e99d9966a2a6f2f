import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { AddressData } from '../address.ts';

/** Official data for tests only; the product gets the same rows from its rule packs. */
const ROOT = process.env.MACH_SHARED_DATA ?? fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

/** Rows of a CSV file of the data folder (also gzipped), or nothing where the folder is absent. */
export function sharedRows(path: string): Record<string, string>[] | undefined {
  const file = `${ROOT}/${path}`;
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  const lines = parseCsv((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  const [head = [], ...rows] = lines;
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])));
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const match of text.replace(/^\ufeff/, '').matchAll(/("(?:[^"]|"")*"|[^,\r\n"]*)(,|\r?\n|$)/g)) {
    const [, cell = '', end = ''] = match;
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 1 || row[0] !== '');
}

/** The unit lists of 2025–2026 in the form of `addressIndex`. */
export function sharedUnits(): AddressData | undefined {
  const provinces = sharedRows('admin-units/provinces_2026.csv');
  const wards = sharedRows('admin-units/wards_2026.csv');
  const conversions = sharedRows('admin-units/ward_conversion_2025-07.csv.gz');
  if (!provinces || !wards || !conversions) return undefined;
  return {
    provinces: provinces.map((r) => ({ code: r.code ?? '', name: r.name ?? '', fullName: r.full_name })),
    wards: wards.map((r) => ({
      code: r.code ?? '',
      name: r.name ?? '',
      fullName: r.full_name,
      provinceCode: r.province_code ?? '',
    })),
    conversions: conversions.map((r) => ({
      oldWardCode: r.old_ward_code ?? '',
      oldWardName: r.old_ward ?? '',
      oldDistrictName: r.old_district ?? '',
      oldProvinceName: r.old_province ?? '',
      newWardCode: r.new_ward_code ?? '',
      note: r.note ?? '',
    })),
  };
}
