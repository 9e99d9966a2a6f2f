import { type Formulary, lookAlikesOf } from './formulary.ts';
import type { Finding, PrescriptionInput } from './prescribing-types.ts';

/** Notes in the margin: renal advice of the product, high-alert drugs, look-alikes within the prescription. */
export function checkNotes(input: PrescriptionInput, formulary?: Formulary): Finding[] {
  return input.lines.flatMap(({ drug }, index): Finding[] => {
    const common = { lines: [index], source: 'formulary', overridable: true, override: 'not-needed' } as const;
    const findings: Finding[] = [];
    const { clearance } = input.patient;
    if (drug.renal && clearance !== undefined && clearance < (drug.renalBelow ?? 60)) {
      findings.push({
        ...common,
        rule: 'renal-note',
        level: 'warn',
        override: 'reason',
        text: {
          vi: `Độ thanh thải ${Math.round(clearance)} ml/phút, ${drug.display}: ${drug.renal}.`,
          en: `Clearance ${Math.round(clearance)} mL/min, ${drug.display}: ${drug.renal}.`,
        },
      });
    }
    if (drug.highAlert) {
      findings.push({
        ...common,
        rule: 'high-alert',
        level: 'note',
        text: {
          vi: `${drug.display}: thuốc nguy cơ cao, kiểm tra hai người khi dùng.`,
          en: `${drug.display}: high-alert drug, two-person check when given.`,
        },
      });
    }
    const twins = formulary ? lookAlikesOf(formulary, drug.ingredients).filter((g) => g.kind === 'tall-man') : [];
    const inThis = input.lines.filter(
      (other, at) =>
        at !== index && twins.some((g) => other.drug.ingredients.some((key) => g.ingredients.includes(key))),
    );
    if (inThis.length > 0) {
      const names = inThis.map((other) => other.drug.display).join(', ');
      findings.push({
        ...common,
        rule: 'look-alike',
        level: 'note',
        text: {
          vi: `${drug.display} dễ nhầm với ${names} trong cùng đơn.`,
          en: `${drug.display} is easily confused with ${names} in this prescription.`,
        },
      });
    }
    return findings;
  });
}
