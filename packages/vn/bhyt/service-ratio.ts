/** Service ratio (TYLE_TT_DV) of repeated exams, shared beds and added surgery. */
import type { Text } from '@mach/base/problem.ts';
import { type BenefitPack, scalePercent } from './benefit-pack.ts';

export interface ServiceFacts {
  /** Patients on the bed, this one included. */
  bedSharedBy?: number;
  /** Stretcher or folding bed for one patient. */
  stretcher?: boolean;
  /** Intervention added to another in the same session. */
  addedSurgery?: 'same-team' | 'other-team' | 'procedure';
  /** 1-based position of a stent inside one intervention. */
  stentNumber?: number;
}

export interface RatioResult {
  percent: number;
  text?: Text;
}

/** Ratio of the n-th exam (1-based) of one day. */
export function examRatio(n: number, pack: BenefitPack): RatioResult {
  const percent = scalePercent(pack.exams, n);
  if (n <= 1) return { percent };
  return {
    percent,
    text: { vi: `lần khám thứ ${n} trong ngày: ${percent} %`, en: `exam number ${n} of the day: ${percent} %` },
  };
}

/** Ratio from the facts of a bed day or an added intervention; 100 when none applies. */
export function serviceRatio(facts: ServiceFacts, pack: BenefitPack): RatioResult {
  if (facts.stretcher) {
    const percent = pack.beds.stretcher;
    return { percent, text: { vi: `nằm băng ca, giường gấp: ${percent} %`, en: `stretcher: ${percent} %` } };
  }
  if (facts.bedSharedBy !== undefined && facts.bedSharedBy > 1) {
    const percent = scalePercent(pack.beds, facts.bedSharedBy);
    return {
      percent,
      text: {
        vi: `nằm ghép ${facts.bedSharedBy} người: ${percent} %`,
        en: `bed shared by ${facts.bedSharedBy}: ${percent} %`,
      },
    };
  }
  if (facts.addedSurgery) {
    const [percent, vi, en] = {
      'same-team': [pack.surgery.sameTeam, 'can thiệp thêm cùng kíp', 'added intervention, same team'] as const,
      'other-team': [pack.surgery.otherTeam, 'can thiệp thêm khác kíp', 'added intervention, other team'] as const,
      procedure: [pack.surgery.procedure, 'thủ thuật thêm', 'added procedure'] as const,
    }[facts.addedSurgery];
    return { percent, text: { vi: `${vi}: ${percent} %`, en: `${en}: ${percent} %` } };
  }
  return { percent: 100 };
}

/** Insurance ratio of the n-th stent of one intervention. */
export function stentRatio(n: number, pack: BenefitPack): RatioResult {
  const percent = scalePercent(pack.stents, n);
  if (n <= 1) return { percent };
  return {
    percent,
    text: { vi: `stent thứ ${n}: BHYT tính ${percent} %`, en: `stent number ${n}: insured at ${percent} %` },
  };
}
