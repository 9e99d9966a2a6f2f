import type { Text } from '@mach/base/problem.ts';
import { type Cell, listCell, numberCell, records, type Table, textCell } from '../codes/pack.ts';

export interface InteractionPair {
  no: number;
  a: string;
  aRoute?: string;
  b: string;
  bRoute?: string;
  level: 'absolute' | 'conditional';
  condition?: string;
  washoutHours?: number;
  /** Drug whose last dose starts the waiting time; undefined = either. */
  washoutOf?: string;
  mechanism: string;
  consequence: string;
  management: string;
}

export interface AllergyClass {
  code: string;
  name: Text;
  members: readonly string[];
  alternative?: Text;
}

export type CrossRisk = 'high' | 'moderate' | 'low';

/** Everything the checks need, with look-up maps; build it once per pack edition. */
export interface PrescribingRules {
  edition: string;
  interactionEdition: string;
  pairsByKey: ReadonlyMap<string, readonly InteractionPair[]>;
  pairs: readonly InteractionPair[];
  aliases: ReadonlyMap<string, string>;
  limits: ReadonlyMap<string, number>;
  longTermIcd: readonly string[];
  chronicPsychotropicIcd: readonly string[];
  childUnderMonths: number;
  classes: readonly AllergyClass[];
  sideChains: readonly { members: readonly string[]; risk: CrossRisk; text: Text }[];
  crossClasses: readonly { from: string; to: string; risk: CrossRisk; text: Text }[];
  duplicateExemptAtc: readonly string[];
  indications: readonly { atc: string; icd: readonly string[]; certainty: string }[];
}

/** Content of the `drug-interactions` rule pack. */
export interface InteractionsData {
  pairs: Table;
  aliases: Table;
  texts: Table;
}

/** Content of the `prescribing` rule pack. */
export interface PrescribingData {
  childUnderMonths: number;
  limits: Table;
  longTermIcd: Table;
  chronicPsychotropicIcd: Table;
  allergyClasses: Table;
  sideChains: Table;
  crossClasses: Table;
  duplicateExemptAtc: Table;
  indications: Table;
}

const PAIR = [
  'no',
  'a',
  'aRoute',
  'b',
  'bRoute',
  'level',
  'condition',
  'washoutHours',
  'washoutOf',
  'mechanism',
  'consequence',
  'management',
] as const;

/** Reads both packs. `edition` names appear as the source of a finding. */
export function readPrescribingRules(
  interactions: { edition: string; data: InteractionsData },
  prescribing: { edition: string; data: PrescribingData },
): PrescribingRules {
  const pairs = readPairs(interactions.data);
  const pairsByKey = new Map<string, InteractionPair[]>();
  for (const pair of pairs) {
    for (const key of new Set([pair.a, pair.b])) {
      const list = pairsByKey.get(key) ?? [];
      pairsByKey.set(key, list);
      list.push(pair);
    }
  }
  const data = prescribing.data;
  return {
    edition: prescribing.edition,
    interactionEdition: interactions.edition,
    pairs,
    pairsByKey,
    aliases: new Map(
      [...records(interactions.data.aliases, 'alias', 'key')].map((r) => [textCell(r.alias), textCell(r.key)]),
    ),
    limits: new Map([...records(data.limits, 'key', 'days')].map((r) => [textCell(r.key), numberCell(r.days) ?? 0])),
    longTermIcd: column(data.longTermIcd, 'icd'),
    chronicPsychotropicIcd: column(data.chronicPsychotropicIcd, 'icd'),
    childUnderMonths: data.childUnderMonths,
    classes: [...records(data.allergyClasses, 'code', 'vi', 'en', 'members', 'alternativeVi', 'alternativeEn')].map(
      (r) => ({
        code: textCell(r.code),
        name: { vi: textCell(r.vi), en: textCell(r.en) },
        members: listCell(r.members),
        alternative: textCell(r.alternativeVi)
          ? { vi: textCell(r.alternativeVi), en: textCell(r.alternativeEn) }
          : undefined,
      }),
    ),
    sideChains: [...records(data.sideChains, 'members', 'risk', 'vi', 'en')].map((r) => ({
      members: listCell(r.members),
      risk: risk(r.risk),
      text: { vi: textCell(r.vi), en: textCell(r.en) },
    })),
    crossClasses: [...records(data.crossClasses, 'from', 'to', 'risk', 'vi', 'en')].map((r) => ({
      from: textCell(r.from),
      to: textCell(r.to),
      risk: risk(r.risk),
      text: { vi: textCell(r.vi), en: textCell(r.en) },
    })),
    duplicateExemptAtc: column(data.duplicateExemptAtc, 'atc'),
    indications: [...records(data.indications, 'atc', 'icd', 'certainty')].map((r) => ({
      atc: textCell(r.atc),
      icd: listCell(r.icd),
      certainty: textCell(r.certainty),
    })),
  };
}

function readPairs(data: InteractionsData): InteractionPair[] {
  const texts = new Map([...records(data.texts, 'id', 'vi')].map((r) => [numberCell(r.id), textCell(r.vi)]));
  const text = (cell: Cell): string => texts.get(numberCell(cell)) ?? '';
  return [...records(data.pairs, ...PAIR)].map((r) => ({
    no: numberCell(r.no) ?? 0,
    a: textCell(r.a),
    aRoute: textCell(r.aRoute) || undefined,
    b: textCell(r.b),
    bRoute: textCell(r.bRoute) || undefined,
    level: r.level === 'conditional' ? 'conditional' : 'absolute',
    condition: textCell(r.condition) || undefined,
    washoutHours: numberCell(r.washoutHours),
    washoutOf: textCell(r.washoutOf) || undefined,
    mechanism: text(r.mechanism),
    consequence: text(r.consequence),
    management: text(r.management),
  }));
}

function column(table: Table, name: string): string[] {
  return [...records(table, name)].map((r) => textCell(r[name] ?? null));
}

function risk(cell: Cell): CrossRisk {
  return cell === 'high' || cell === 'moderate' ? cell : 'low';
}

/** Whether an ICD-10 code falls under one of the prefixes ("E11" covers "E11.9"; "F" covers the chapter). */
export function icdUnder(code: string, prefixes: readonly string[]): boolean {
  const plain = code.replace('.', '').toUpperCase();
  return prefixes.some((prefix) => plain.startsWith(prefix.replace('.', '')));
}
