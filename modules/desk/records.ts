/** Blocks and notes as records: a `Basic` with its kind in `code` and its facts in one extension. This file alone knows. */
import type { Basic, Extension } from '@mach/fhir/types.ts';
import { FHIR_BASE } from '@mach/vn/systems.ts';
import type { Block, Spent } from './rules.ts';

export const DESK = `${FHIR_BASE}/cs/desk-paper`;
const FACTS = `${FHIR_BASE}/ext/desk-paper`;
export const NUMBER = `${FHIR_BASE}/sid/desk-paper`;
/** Carried by a block that waits for its next desk: the way to find one. */
export const FREE = `${FHIR_BASE}/sid/desk-free`;

export type Stored = Basic & { id: string };
export type Facts = Readonly<Record<string, string | number | undefined>>;

const part = (url: string, value: string | number): Extension =>
  typeof value === 'number'
    ? { url, valueInteger: value }
    : /^\d{4}-\d\d-\d\dT.*Z$/.test(value)
      ? { url, valueInstant: value }
      : { url, valueString: value };

export function stored(of: {
  id: string;
  kind: 'block' | 'note';
  created: string;
  identifier?: { system: string; value: string } | undefined;
  subject?: string | undefined;
  facts: Facts;
}): Stored {
  return {
    resourceType: 'Basic',
    id: of.id,
    ...(of.identifier === undefined ? {} : { identifier: [of.identifier] }),
    code: { coding: [{ system: DESK, code: of.kind }] },
    ...(of.subject === undefined ? {} : { subject: { reference: of.subject } }),
    created: of.created,
    extension: [
      {
        url: FACTS,
        extension: Object.entries(of.facts).flatMap(([url, value]) =>
          value === undefined || value === '' ? [] : [part(url, value)],
        ),
      },
    ],
  };
}

const partsOf = (one: Basic): Extension[] => one.extension?.find((e) => e.url === FACTS)?.extension ?? [];

/** All facts of a record. */
export const factsOf = (one: Basic): Record<string, string | number> =>
  Object.fromEntries(
    partsOf(one).map((e) => [e.url, e.valueInteger ?? e.valueInstant ?? e.valueString ?? ''] as const),
  );

/** What stands beside the numbers of a block: who holds it, where, since when. */
export interface Holder {
  readonly desk?: string | undefined;
  readonly login?: string | undefined;
  readonly by?: string | undefined;
  readonly takenAt?: string | undefined;
}

export function blockRecord(id: string, created: string, block: Block, holder: Holder): Stored {
  const { prefix, from, to, spent } = block;
  const text = (n: number): string => prefix + String(n).padStart(block.width, '0');
  const used = spent.filter((one) => one.as === 'used').length;
  return stored({
    id,
    kind: 'block',
    created,
    identifier: block.state === 'free' ? { system: FREE, value: block.series } : undefined,
    facts: {
      series: block.series,
      prefix,
      width: block.width,
      from,
      to,
      state: block.state,
      range: `${text(from)}–${text(to)}`,
      used,
      voided: spent.length - used,
      left: to - from + 1 - spent.length,
      spent: JSON.stringify(spent),
      ...holder,
    },
  });
}

export function blockOf(one: Basic): { block: Block; holder: Holder } {
  const facts = factsOf(one);
  const [number, text] = [(name: string) => Number(facts[name] ?? 0), (name: string) => String(facts[name] ?? '')];
  return {
    block: {
      series: text('series') as Block['series'],
      prefix: text('prefix'),
      width: number('width'),
      from: number('from'),
      to: number('to'),
      state: text('state') as Block['state'],
      spent: JSON.parse(text('spent') || '[]') as Spent[],
    },
    holder: { desk: text('desk'), login: text('login'), by: text('by'), takenAt: text('takenAt') },
  };
}

export const factPath = (name: string, value: 'String' | 'Integer' | 'Instant'): string =>
  `extension[url=${FACTS}].extension[url=${name}].value${value}`;
export const IS_DESK = `code.coding[system=${DESK}].code`;

/** Whether a record is a block of numbers. */
export const isBlock = (one: Basic): boolean =>
  one.code.coding?.some((c) => c.system === DESK && c.code === 'block') ?? false;
