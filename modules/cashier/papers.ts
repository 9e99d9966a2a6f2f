/**
 * The cashier's own papers: shift, drawer, deposit, transfer, e-invoice. FHIR R4 has no resource for them; each is a
 * `Basic` with its kind in `code` and its facts in one extension. This file alone knows that shape.
 */
import type { Basic, Extension, Reference } from '@mach/fhir/types.ts';
import { FHIR_BASE } from '@mach/vn/systems.ts';

export const PAPER = `${FHIR_BASE}/cs/cashier-paper`;
/** The one extension of a paper; its parts are the facts. */
export const PAPER_FACTS = `${FHIR_BASE}/ext/cashier-paper`;
export const PAPER_NUMBER = `${FHIR_BASE}/sid/cashier-paper`;

export type PaperKind = 'shift' | 'drawer' | 'deposit' | 'deposit-return' | 'transfer' | 'bank-notice' | 'e-invoice';
export type Paper = Basic & { id: string };

/** What a fact may be: text, đồng or another number, yes or no, an instant (`…Z`), a reference. */
type Fact = string | number | boolean | Reference | undefined;
export type Facts = Readonly<Record<string, Fact>>;

function part(url: string, value: Exclude<Fact, undefined>): Extension {
  if (typeof value === 'number') return { url, valueDecimal: value };
  if (typeof value === 'boolean') return { url, valueBoolean: value };
  if (typeof value === 'object') return { url, valueReference: value };
  return /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? { url, valueInstant: value } : { url, valueString: value };
}

const parts = (facts: Facts): Extension[] =>
  Object.entries(facts).flatMap(([url, value]) => (value === undefined || value === '' ? [] : [part(url, value)]));

export function paper(of: {
  id: string;
  kind: PaperKind;
  number?: string;
  /** yyyy-MM-dd */
  created: string;
  subject?: string;
  author?: Reference;
  facts: Facts;
}): Paper {
  return {
    resourceType: 'Basic',
    id: of.id,
    ...(of.number === undefined ? {} : { identifier: [{ system: PAPER_NUMBER, value: of.number }] }),
    code: { coding: [{ system: PAPER, code: of.kind }] },
    ...(of.subject === undefined ? {} : { subject: { reference: of.subject } }),
    created: of.created,
    ...(of.author === undefined ? {} : { author: of.author as Basic['author'] }),
    extension: [{ url: PAPER_FACTS, extension: parts(of.facts) }],
  };
}

/** The paper with some facts changed; an undefined one is taken away. */
export function withFacts(one: Paper, facts: Facts): Paper {
  const changed = new Set(Object.keys(facts));
  const kept = factsOf(one).filter((e) => !changed.has(e.url));
  const others = (one.extension ?? []).filter((e) => e.url !== PAPER_FACTS);
  return { ...one, extension: [...others, { url: PAPER_FACTS, extension: [...kept, ...parts(facts)] }] };
}

const factsOf = (one: Basic): Extension[] => one.extension?.find((e) => e.url === PAPER_FACTS)?.extension ?? [];
const fact = (one: Basic, name: string): Extension | undefined => factsOf(one).find((e) => e.url === name);

export const kindOf = (one: Basic): string | undefined => one.code.coding?.find((c) => c.system === PAPER)?.code;
export const numberOf = (one: Basic): string => one.identifier?.find((i) => i.system === PAPER_NUMBER)?.value ?? '';
export const textOf = (one: Basic, name: string): string => {
  const found = fact(one, name);
  return found?.valueString ?? found?.valueInstant ?? '';
};
export const amountOf = (one: Basic, name: string): number => fact(one, name)?.valueDecimal ?? 0;
export const referredId = (one: Basic, name: string): string | undefined =>
  fact(one, name)?.valueReference?.reference?.split('/')[1];

/** Path of a fact, for views. */
export const factPath = (name: string, value: 'String' | 'Decimal' | 'Instant' | 'Boolean' | 'Reference'): string =>
  `extension[url=${PAPER_FACTS}].extension[url=${name}].value${value}${value === 'Reference' ? '.reference' : ''}`;
export const IS_PAPER = `code.coding[system=${PAPER}].code`;
