import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cite, Edition } from '../../packages/vn/bhyt/pack.ts';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Date on which the texts behind these packs were last checked. */
export const KNOWN_FROM = '2026-11-22';

export const cite = (document: string, article: string, certainty: Cite['certainty']): Cite => ({
  document,
  article,
  certainty,
});

/** JSON with one line per record of a list, so that a correction is a one-line diff. */
export function packText(value: unknown, depth = 0): string {
  const pad = '  '.repeat(depth + 1);
  const end = '  '.repeat(depth);
  const flat = JSON.stringify(value);
  if (value === null || typeof value !== 'object' || depth >= 4) return flat;
  if (!Array.isArray(value) && flat.length <= 110) return flat;
  if (Array.isArray(value)) {
    if (value.every((v) => v === null || typeof v !== 'object')) return flat;
    return value.length === 0 ? '[]' : `[\n${value.map((v) => pad + JSON.stringify(v)).join(',\n')}\n${end}]`;
  }
  const lines = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]) => `${pad}${JSON.stringify(k)}: ${packText(v, depth + 1)}`);
  return `{\n${lines.join(',\n')}\n${end}}`;
}

export function packFile<T>(edition: Edition<T>): { path: string; text: string } {
  return {
    path: `rulepacks/${edition.subject}/${edition.validFrom}.json`,
    text: `${packText(edition)}\n`,
  };
}

export function writePack<T>(edition: Edition<T>): void {
  const { path, text } = packFile(edition);
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
}

/** Sets each edition's last day to the day before the next one starts. */
export function chain<T>(editions: readonly Edition<T>[]): Edition<T>[] {
  return editions.map((edition, i) => {
    const next = editions[i + 1];
    if (!next) return edition;
    const last = new Date(`${next.validFrom}T00:00:00Z`);
    last.setUTCDate(last.getUTCDate() - 1);
    return { ...edition, validTo: last.toISOString().slice(0, 10) };
  });
}
