import type { Text } from '@mach/base/problem.ts';
import { addDays, formatDate } from '@mach/base/time.ts';
import { ingredientKey } from './ingredient.ts';
import { type InteractionPair, icdUnder, type PrescribingRules } from './prescribing-rules.ts';
import type { ActiveMedication, Finding, PrescriptionInput } from './prescribing-types.ts';

/** A drug of the prescription or of the patient's list, as the pair search sees it. */
interface Medication {
  line?: number;
  display: string;
  keys: readonly string[];
  route: string;
  systemic: boolean;
  endedOn?: string;
  origin?: Text;
}

const INJECTED = new Set(['tiem-bap', 'tiem-duoi-da', 'tiem-tinh-mach', 'truyen-tinh-mach', 'tiem-tuy-song']);

/**
 * Pairs of QĐ 5948 between the lines, and between lines and what the patient takes. A medication that has ended counts
 * as long as the pair's waiting time runs, day by day: at 36 hours the second day still counts.
 */
export function checkInteractions(input: PrescriptionInput, rules: PrescribingRules): Finding[] {
  const lines = input.lines.map(
    (line, index): Medication => ({
      line: index,
      display: line.drug.display,
      keys: line.drug.ingredients.map((name) => ingredientKey(name, rules.aliases)),
      route: line.drug.route,
      systemic: line.drug.systemic,
    }),
  );
  const others = input.activeMedications.map((m): Medication => toMedication(m, rules));
  const findings: Finding[] = [];
  lines.forEach((first, i) => {
    for (const second of [...lines.slice(i + 1), ...others]) {
      const pair = findPair(first, second, input.date, rules);
      if (pair) findings.push(pairFinding(pair, first, second, input, rules));
    }
  });
  return findings;
}

function toMedication(m: ActiveMedication, rules: PrescribingRules): Medication {
  return {
    display: m.display,
    keys: m.ingredients.map((name) => ingredientKey(name, rules.aliases)),
    route: m.route,
    systemic: m.systemic,
    endedOn: m.endedOn,
    origin: m.origin,
  };
}

/** The pair that applies; of several the absolute one. */
function findPair(
  first: Medication,
  second: Medication,
  date: string,
  rules: PrescribingRules,
): InteractionPair | undefined {
  const applying: InteractionPair[] = [];
  for (const key of first.keys) {
    for (const pair of rules.pairsByKey.get(key) ?? []) {
      const [mine, other] = pair.a === key ? (['a', 'b'] as const) : (['b', 'a'] as const);
      if (!second.keys.includes(pair[other])) continue;
      if (!routeFits(first, pair[`${mine}Route`]) || !routeFits(second, pair[`${other}Route`])) continue;
      if (together(second, pair, date)) applying.push(pair);
    }
  }
  return applying.find((pair) => pair.level === 'absolute') ?? applying[0];
}

function routeFits(m: Medication, route: string | undefined): boolean {
  if (route === undefined) return m.systemic;
  return route === 'oral' ? m.route === 'uong' : INJECTED.has(m.route);
}

/** Taken together, or within the waiting time after the last dose of the drug that it counts from. */
function together(earlier: Medication, pair: InteractionPair, date: string): boolean {
  if (earlier.endedOn === undefined || earlier.endedOn >= date) return true;
  if (pair.washoutHours === undefined) return false;
  if (pair.washoutOf !== undefined && !earlier.keys.includes(pair.washoutOf)) return false;
  return date <= addDays(earlier.endedOn, Math.ceil(pair.washoutHours / 24));
}

type Met = 'met' | 'not-met' | 'unknown';

/** The checkable part of a conditional row. Not met is only said where the row leaves no other case. */
function conditionMet(pair: InteractionPair, input: PrescriptionInput): Met {
  const { patient, diagnoses } = input;
  const has = (...prefixes: string[]): boolean => diagnoses.some((d) => icdUnder(d.code, prefixes));
  switch (pair.condition) {
    case 'neonate':
      return patient.ageDays < 28 ? 'met' : 'not-met';
    case 'egfr-under-30':
      if (patient.egfr === undefined) return 'unknown';
      return patient.egfr < 30 || has('N17') ? 'met' : 'not-met';
    case 'diabetes-or-egfr-under-60':
      if (has('E10', 'E11', 'E12', 'E13', 'E14')) return 'met';
      return patient.egfr !== undefined && patient.egfr < 60 ? 'met' : 'unknown';
    case 'renal-or-hepatic-failure':
      if (has('K70', 'K72', 'K74', 'N17', 'N18', 'N19')) return 'met';
      return patient.egfr !== undefined && patient.egfr < 60 ? 'met' : 'unknown';
    case 'long-qt':
      return patient.longQt || has('I45.8') ? 'met' : 'unknown';
    case 'menorrhagia':
      return has('N92') ? 'met' : 'unknown';
    case 'pulmonary-hypertension':
      return has('I27.0', 'I27.2') ? 'met' : 'unknown';
    default:
      return 'unknown';
  }
}

function pairFinding(
  pair: InteractionPair,
  first: Medication,
  second: Medication,
  input: PrescriptionInput,
  rules: PrescribingRules,
): Finding {
  const met: Met = pair.level === 'absolute' ? 'met' : conditionMet(pair, input);
  const lines = [first.line, second.line].filter((line): line is number => line !== undefined);
  const when = pastText(second, input.date);
  const origin = second.origin;
  const pairText = {
    vi: `${first.display} + ${second.display}${origin ? ` (${origin.vi})` : ''}${when.vi}`,
    en: `${first.display} + ${second.display}${origin ? ` (${origin.en})` : ''}${when.en}`,
  };
  const head = {
    met: { vi: 'Chống chỉ định phối hợp', en: 'Contraindicated together' },
    unknown: { vi: 'Chống chỉ định phối hợp có điều kiện', en: 'Contraindicated together in some patients' },
    'not-met': {
      vi: 'Tương tác có điều kiện, điều kiện không gặp ở người bệnh này',
      en: 'Conditional interaction; the condition is not met here',
    },
  }[met];
  return {
    rule: 'interaction-qd5948',
    level: met === 'not-met' ? 'note' : 'warn',
    lines,
    text: { vi: `${head.vi}: ${pairText.vi}.`, en: `${head.en}: ${pairText.en}.` },
    why: {
      vi: `${sentence(pair.mechanism)} ${sentence(pair.consequence)}`,
      en: `Mechanism: ${sentence(pair.mechanism)} Consequence: ${sentence(pair.consequence)}`,
    },
    manage: { vi: pair.management, en: pair.management },
    source: `QĐ 5948/QĐ-BYT, ${pair.no} (${rules.interactionEdition})`,
    overridable: true,
    override: met === 'met' ? 'reason-and-pharmacist' : met === 'unknown' ? 'reason' : 'not-needed',
  };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function pastText(m: Medication, date: string): Text {
  if (m.endedOn === undefined || m.endedOn >= date) return { vi: '', en: '' };
  const day = formatDate(m.endedOn);
  return { vi: `, ngừng ngày ${day}, còn trong thời gian chờ`, en: `, stopped on ${day}, still in the waiting time` };
}
