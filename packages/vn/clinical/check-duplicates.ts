import { ingredientKey } from './ingredient.ts';
import type { PrescribingRules } from './prescribing-rules.ts';
import type { Finding, PrescriptionInput } from './prescribing-types.ts';

interface Medication {
  line?: number;
  display: string;
  keys: readonly string[];
  systemic: boolean;
  atc?: string;
}

/** ATC level 4 (five characters), the chemical subgroup; undefined for shorter codes. */
export function atcLevel4(atc: string | undefined): string | undefined {
  return atc !== undefined && atc.length >= 5 ? atc.slice(0, 5) : undefined;
}

/**
 * The same ingredient twice, or two of one chemical subgroup (ATC level 4), among the lines and with what the patient
 * takes. What acts only locally does not count against what acts in the body.
 */
export function checkDuplicates(input: PrescriptionInput, rules: PrescribingRules): Finding[] {
  const keys = (names: readonly string[]): string[] => names.map((name) => ingredientKey(name, rules.aliases));
  const lines = input.lines.map(
    ({ drug }, line): Medication => ({
      line,
      display: drug.display,
      keys: keys(drug.ingredients),
      systemic: drug.systemic,
      atc: drug.atc,
    }),
  );
  const others = input.activeMedications
    .filter((m) => m.endedOn === undefined || m.endedOn >= input.date)
    .map((m): Medication => ({ display: m.display, keys: keys(m.ingredients), systemic: m.systemic, atc: m.atc }));
  const findings: Finding[] = [];
  lines.forEach((first, i) => {
    for (const second of [...lines.slice(i + 1), ...others]) {
      if (first.systemic !== second.systemic) continue;
      const finding = compare(first, second, rules);
      if (finding) findings.push(finding);
    }
  });
  return findings;
}

function compare(first: Medication, second: Medication, rules: PrescribingRules): Finding | undefined {
  const exempt = (m: Medication): boolean => rules.duplicateExemptAtc.some((atc) => m.atc?.startsWith(atc));
  const shared = first.keys.filter((key) => second.keys.includes(key));
  const lines = [first.line, second.line].filter((line): line is number => line !== undefined);
  const common = { lines, source: `prescribing ${rules.edition}`, overridable: true } as const;
  if (shared.length > 0) {
    if (exempt(first) || exempt(second)) return undefined;
    const list = shared.join(', ');
    return {
      ...common,
      rule: 'duplicate-ingredient',
      level: 'warn',
      override: 'reason',
      text: {
        vi: `Trùng hoạt chất ${list}: ${first.display} và ${second.display}.`,
        en: `Same ingredient (${list}) twice: ${first.display} and ${second.display}.`,
      },
    };
  }
  const group = atcLevel4(first.atc);
  if (group === undefined || group !== atcLevel4(second.atc) || exempt(first) || exempt(second)) return undefined;
  return {
    ...common,
    rule: 'duplicate-class',
    level: 'warn',
    override: 'reason',
    text: {
      vi: `Trùng nhóm (ATC ${group}): ${first.display} và ${second.display}.`,
      en: `Two of one class (ATC ${group}): ${first.display} and ${second.display}.`,
    },
  };
}
