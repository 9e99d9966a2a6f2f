import { parseArgs } from 'node:util';

/** A mistake in the words of a command: said with its usage, exit status 2. */
export class UsageError extends Error {}

export interface Words {
  positional: string[];
  flags: Readonly<Record<string, string | boolean | undefined>>;
  json: boolean;
}

/** Splits the words of a command. Unknown flags are refused, with the known ones. */
export function readWords(args: readonly string[], known: Readonly<Record<string, 'string' | 'boolean'>>): Words {
  const options = Object.fromEntries(
    Object.entries({ json: 'boolean' as const, ...known }).map(([name, type]) => [name, { type }]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { positional: positionals, flags: values as Words['flags'], json: values.json === true };
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : String(error)}\n  flags: ${Object.keys(options)
        .map((n) => `--${n}`)
        .join(' ')}`,
    );
  }
}

export function textFlag(words: Words, name: string): string {
  const value = words.flags[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}

export function countFlag(words: Words, name: string, fallback?: number): number {
  const value = words.flags[name];
  if (value === undefined && fallback !== undefined) return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0)
    throw new UsageError(`--${name} must be a whole number, not "${String(value)}"`);
  return number;
}

export function dateFlag(words: Words, name: string): string {
  const value = textFlag(words, name);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value)))
    throw new UsageError(`--${name} must be a date yyyy-MM-dd, not "${value}"`);
  return value;
}
