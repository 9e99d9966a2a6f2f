import type { Text } from '@mach/base/problem.ts';
import { ingredientKey } from './ingredient.ts';
import type { AllergyClass, CrossRisk, PrescribingRules } from './prescribing-rules.ts';
import type { Allergy, Finding, PrescriptionInput, PrescriptionLine } from './prescribing-types.ts';

/** Allergy: exact substance, then class, then cross-reaction; at most one finding per allergy and line. */
export function checkAllergies(input: PrescriptionInput, rules: PrescribingRules): Finding[] {
  const findings: Finding[] = [];
  if (input.allergyState === 'not-asked') findings.push(stateMissing());
  input.lines.forEach((line, index) => {
    for (const allergy of input.allergies) {
      const finding = checkOne(allergy, line, index, rules);
      if (finding) findings.push(finding);
    }
  });
  return findings;
}

function stateMissing(): Finding {
  return {
    rule: 'allergy-state-missing',
    level: 'warn',
    lines: [],
    text: { vi: 'Chưa hỏi tiền sử dị ứng.', en: 'Allergies have not been asked about.' },
    manage: {
      vi: 'Hỏi và ghi: có dị ứng, không có dị ứng đã biết, hoặc chưa rõ.',
      en: 'Ask and record: allergies, none known, or unknown.',
    },
    source: 'R12',
    overridable: true,
    override: 'reason',
  };
}

function checkOne(
  allergy: Allergy,
  line: PrescriptionLine,
  index: number,
  rules: PrescribingRules,
): Finding | undefined {
  // A class code is compared as it is; only names of substances are normalised.
  const isClass = rules.classes.some((c) => c.code === allergy.substance);
  const substance = isClass ? allergy.substance : ingredientKey(allergy.substance, rules.aliases);
  const keys = line.drug.ingredients.map((name) => ingredientKey(name, rules.aliases));
  if (keys.includes(substance)) return sameSubstance(allergy, line, index, substance, rules);
  const allergicClass = classOf(substance, rules);
  if (!allergicClass) return undefined;
  if (keys.some((key) => allergicClass.members.includes(key))) {
    const chain = sideChain(substance, keys, rules);
    return classFinding(allergy, line, index, allergicClass, chain, rules);
  }
  return crossFinding(allergy, line, index, substance, keys, allergicClass, rules);
}

function classOf(substance: string, rules: PrescribingRules): AllergyClass | undefined {
  return rules.classes.find((c) => c.code === substance || c.members.includes(substance));
}

/** The only clinical hard stop: a severe known allergy to this very substance. */
function sameSubstance(
  allergy: Allergy,
  line: PrescriptionLine,
  index: number,
  substance: string,
  rules: PrescribingRules,
): Finding {
  return {
    rule: 'allergy-substance',
    level: allergy.severe ? 'stop' : 'warn',
    lines: [index],
    text: {
      vi: `Dị ứng ${allergy.display}: thuốc này chứa ${substance}.`,
      en: `Allergy to ${allergy.display}: ${line.drug.display} contains ${substance}.`,
    },
    why: reactionText(allergy),
    source: `prescribing ${rules.edition}`,
    overridable: !allergy.severe,
    override: allergy.severe ? 'none' : 'reason-and-pharmacist',
    alternative: classOf(substance, rules)?.alternative,
  };
}

function classFinding(
  allergy: Allergy,
  line: PrescriptionLine,
  index: number,
  group: AllergyClass,
  chain: Text | undefined,
  rules: PrescribingRules,
): Finding {
  return {
    rule: 'allergy-class',
    level: 'warn',
    lines: [index],
    text: {
      vi: `Dị ứng ${allergy.display}: ${line.drug.display} cùng nhóm (${group.name.vi.replace(/^Nhóm /, '')}).`,
      en: `Allergy to ${allergy.display}: ${line.drug.display} is of the same class (${group.name.en}).`,
    },
    why: chain ? both(reactionText(allergy), chain) : reactionText(allergy),
    source: `prescribing ${rules.edition}`,
    overridable: true,
    override: allergy.severe || chain ? 'reason-and-pharmacist' : 'reason',
    alternative: group.alternative,
  };
}

function crossFinding(
  allergy: Allergy,
  line: PrescriptionLine,
  index: number,
  substance: string,
  keys: readonly string[],
  group: AllergyClass,
  rules: PrescribingRules,
): Finding | undefined {
  const chain = sideChainRow(substance, keys, rules) ?? chainOfClass(substance, group, keys, rules);
  const class_ = rules.crossClasses.find(
    (c) =>
      c.from === group.code &&
      rules.classes.some((other) => other.code === c.to && keys.some((key) => other.members.includes(key))),
  );
  const row = chain ?? class_;
  if (!row) return undefined;
  const serious = row.risk !== 'low' || allergy.severe;
  return {
    rule: 'allergy-cross',
    level: serious ? 'warn' : 'note',
    lines: [index],
    text: {
      vi: `Dị ứng ${allergy.display}: có thể dị ứng chéo với ${line.drug.display}.`,
      en: `Allergy to ${allergy.display}: cross-reaction with ${line.drug.display} is possible.`,
    },
    why: both(reactionText(allergy), row.text),
    source: `prescribing ${rules.edition}`,
    overridable: true,
    override: crossOverride(row.risk, allergy.severe),
    alternative: group.alternative,
  };
}

function crossOverride(risk: CrossRisk, severe: boolean): Finding['override'] {
  if (risk === 'high' && severe) return 'reason-and-pharmacist';
  return risk !== 'low' || severe ? 'reason' : 'not-needed';
}

/** "Allergic to penicillin", not which: side chains of its members count, one step lower. */
function chainOfClass(
  substance: string,
  group: AllergyClass,
  keys: readonly string[],
  rules: PrescribingRules,
): PrescribingRules['sideChains'][number] | undefined {
  if (substance !== group.code) return undefined;
  const member = group.members.find((name) => sideChainRow(name, keys, rules) !== undefined);
  const row = member === undefined ? undefined : sideChainRow(member, keys, rules);
  return row && { ...row, risk: 'moderate' };
}

function sideChainRow(
  substance: string,
  keys: readonly string[],
  rules: PrescribingRules,
): PrescribingRules['sideChains'][number] | undefined {
  return rules.sideChains.find(
    (chain) => chain.members.includes(substance) && keys.some((key) => chain.members.includes(key)),
  );
}

function sideChain(substance: string, keys: readonly string[], rules: PrescribingRules): Text | undefined {
  return sideChainRow(substance, keys, rules)?.text;
}

function reactionText(allergy: Allergy): Text | undefined {
  const severity = allergy.severe ? { vi: 'nặng', en: 'severe' } : undefined;
  if (!allergy.reaction && !severity) return undefined;
  return {
    vi: `Phản ứng đã ghi: ${[allergy.reaction, severity?.vi].filter(Boolean).join(', ')}.`,
    en: `Recorded reaction: ${[allergy.reaction, severity?.en].filter(Boolean).join(', ')}.`,
  };
}

function both(a: Text | undefined, b: Text): Text {
  return a ? { vi: `${a.vi} ${b.vi}.`, en: `${a.en} ${b.en}.` } : { vi: `${b.vi}.`, en: `${b.en}.` };
}
