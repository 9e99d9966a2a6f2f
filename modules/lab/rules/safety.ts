import type { Text } from '@mach/base/problem.ts';

/** Questions of the `lab` pack before a technique, as they are asked. */
export const SAFETY_TEXT: Readonly<Record<string, Text>> = {
  pregnancy: { vi: 'Đang hoặc có thể đang mang thai?', en: 'Pregnant, or possibly?' },
  contrast: { vi: 'Từng dị ứng thuốc cản quang?', en: 'Ever allergic to contrast medium?' },
  creatinine: { vi: 'Suy thận, hoặc creatinin cao?', en: 'Impaired kidneys or a high creatinine?' },
  metal: { vi: 'Có kim loại, máy tạo nhịp trong người?', en: 'Metal or a pacemaker in the body?' },
  fasting: { vi: 'Đã nhịn ăn?', en: 'Fasting?' },
  anticoagulant: { vi: 'Đang dùng thuốc chống đông?', en: 'Taking an anticoagulant?' },
};

/** Whether an answer needs a doctor's word: of fasting "no", of all others "yes"; "unknown" always. */
export function riskOf(question: string, answer: 'no' | 'yes' | 'unknown'): boolean {
  if (answer === 'unknown') return true;
  return question === 'fasting' ? answer === 'no' : answer === 'yes';
}

/** Completed years between which a woman is asked whether she is pregnant: wide of any age at which it happens. */
const CHILDBEARING = { from: 10, to: 59 } as const;

/** The questions that concern this person: nobody asks a man, an infant or a woman of seventy whether they are pregnant. */
export function askedOf(
  questions: readonly string[],
  person: { readonly sex: string | undefined; readonly ageYears: number | undefined },
): string[] {
  const { sex, ageYears } = person;
  const old = ageYears !== undefined && (ageYears < CHILDBEARING.from || ageYears > CHILDBEARING.to);
  return questions.filter((question) => question !== 'pregnancy' || (sex !== 'male' && !old));
}
