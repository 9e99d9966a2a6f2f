import { icdUnder, type PrescribingRules } from './prescribing-rules.ts';
import type { Finding, PrescriptionInput } from './prescribing-types.ts';

/** A diagnosis at all, and for insured patients one that usually justifies each drug that insurance pays. */
export function checkDiagnosis(input: PrescriptionInput, rules: PrescribingRules): Finding[] {
  if (input.lines.length === 0) return [];
  if (input.diagnoses.length === 0) {
    return [
      {
        rule: 'diagnosis-missing',
        level: 'stop',
        lines: [],
        text: { vi: 'Đơn thuốc chưa có chẩn đoán.', en: 'The prescription has no diagnosis.' },
        source: 'TT 26/2025/TT-BYT',
        overridable: false,
        override: 'none',
      },
    ];
  }
  if (input.payer !== 'bhyt') return [];
  return input.lines.flatMap(({ drug }, index): Finding[] => {
    if (drug.bhytRatio <= 0) return [];
    const rows = rules.indications.filter((row) => drug.atc.startsWith(row.atc));
    if (rows.length === 0) return [];
    if (rows.some((row) => input.diagnoses.some((d) => icdUnder(d.code, row.icd)))) return [];
    const firm = rows.every((row) => row.certainty !== 'L');
    return [
      {
        rule: 'indication-missing',
        level: firm ? 'warn' : 'note',
        lines: [index],
        text: {
          vi: `Chưa có mã ICD phù hợp với ${drug.display}: BHYT có thể không thanh toán.`,
          en: `No ICD code that fits ${drug.display}: insurance may not pay.`,
        },
        manage: {
          vi: 'Thêm chẩn đoán kèm theo nếu người bệnh có, hoặc chuyển người bệnh tự trả.',
          en: 'Add the secondary diagnosis if the patient has it, or let the patient pay.',
        },
        source: `prescribing ${rules.edition}`,
        overridable: true,
        override: firm ? 'reason' : 'not-needed',
      },
    ];
  });
}
