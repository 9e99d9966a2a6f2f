import type { Decimal } from '@mach/base/decimal.ts';
import type { Issue, Text } from '@mach/base/problem.ts';
import { type Consciousness, type News2Pack, type News2Score, news2 } from '@mach/vn/clinical/news2.ts';
import { bmi, checkVitals, urgentVitals, type VitalsPack } from '@mach/vn/clinical/vitals.ts';
import type { VitalItemCode } from '../lists.ts';
import { ADULT_DAYS } from './age.ts';
import { isIssue, readTyped } from './typed-number.ts';

export type Measured = Partial<Record<VitalItemCode, Decimal>>;

export interface VitalSet {
  values: Readonly<Partial<Record<VitalItemCode, string>>>;
  consciousness?: Consciousness;
  oxygen?: boolean;
  spo2Scale?: 1 | 2;
  pregnant?: boolean;
}

export interface VitalContext {
  /** Undefined when the birth date is unknown: adult ranges then, and no NEWS2. */
  ageDays: number | undefined;
  ageYears: number | undefined;
  vitals: VitalsPack;
  news2: News2Pack;
}

export interface VitalFindings {
  values: Measured;
  /** Says whether the person is on oxygen; undefined: nobody said. */
  oxygen: boolean | undefined;
  bmi: Decimal | undefined;
  news2: News2Score | undefined;
  /** Items that call for the front of the queue, `news2` among them. */
  urgent: string[];
  errors: Issue[];
  /** Unusual values: saved once each is confirmed. */
  warnings: Issue[];
}

const isItem = (text: string): text is VitalItemCode => text !== '';

/** Reads and checks one set of vital signs. Issues name `values.<item>`. Pure: the form runs it at every key. */
export function assessVitals(set: VitalSet, context: VitalContext): VitalFindings {
  const errors: Issue[] = [];
  const values: Measured = {};
  for (const [code, typed] of Object.entries(set.values)) {
    if (typed === undefined || !isItem(code)) continue;
    const decimals = context.vitals.items.get(code)?.decimals ?? 2;
    const read = readTyped(typed, `values.${code}`, { decimals, zero: code === 'pain' || code === 'o2flow' });
    if (isIssue(read)) errors.push(read);
    else values[code] = read;
  }
  const given = Object.values(set.values).some((typed) => typed !== undefined);
  if (!given && set.consciousness === undefined) errors.push(nothing());
  const flowing = values.o2flow !== undefined && !values.o2flow.isZero();
  if (flowing && set.oxygen === false) errors.push(contradiction());
  const oxygen = set.oxygen ?? (values.o2flow === undefined ? undefined : flowing);

  const ageDays = context.ageDays ?? ADULT_DAYS;
  const index = values.weight && values.height ? bmi(values.weight, values.height) : undefined;
  const found = checkVitals({ ...values, bmi: index }, { ageDays, pack: context.vitals });
  const placed = found.map((issue) => ({
    ...issue,
    field: `values.${issue.field === 'bmi' ? 'weight' : issue.field}`,
  }));
  const score = scoreOf(set, values, oxygen, context);
  const urgent = urgentVitals(values, { ageDays, pack: context.vitals });
  return {
    values,
    oxygen,
    bmi: index,
    news2: score,
    urgent: score && score.risk !== 'low' ? [...urgent, 'news2'] : urgent,
    errors: [...errors, ...placed.filter((i) => i.severity === 'error')],
    warnings: placed.filter((i) => i.severity !== 'error'),
  };
}

function scoreOf(
  set: VitalSet,
  values: Measured,
  oxygen: boolean | undefined,
  context: VitalContext,
): News2Score | undefined {
  if (context.ageYears === undefined) return undefined;
  const score = news2(
    {
      resp: values.resp,
      spo2: values.spo2,
      spo2Scale: set.spo2Scale,
      oxygen,
      sbp: values.sbp,
      pulse: values.pulse,
      consciousness: set.consciousness,
      temp: values.temp,
    },
    { ageYears: context.ageYears, pregnant: set.pregnant, pack: context.news2 },
  );
  return score.applicable && Object.keys(score.scores).length > 0 ? score : undefined;
}

function nothing(): Issue {
  return {
    severity: 'error',
    code: 'vitals-empty',
    field: 'values',
    text: { vi: 'Chưa có dấu hiệu sinh tồn nào', en: 'No vital sign was given' },
    remedy: { vi: 'Nhập ít nhất một giá trị', en: 'Enter at least one value' },
  };
}

function contradiction(): Issue {
  return {
    severity: 'error',
    code: 'oxygen-contradiction',
    field: 'values.o2flow',
    text: {
      vi: 'Ghi thở khí trời nhưng có lưu lượng oxy',
      en: 'Room air is stated together with a flow of oxygen',
    },
    remedy: { vi: 'Bỏ lưu lượng, hoặc chọn thở oxy', en: 'Take the flow away, or choose oxygen' },
  };
}

export interface News2Verdict {
  /** Of the pack; `incomplete` where a low sum only says that little was measured. */
  risk: string;
  riskText: Text;
  response: Text;
}

/**
 * What may be said of a score. A sum that already calls for somebody stands, however much is missing; "low risk" is said
 * only when all seven parameters are there.
 */
export function news2Verdict(score: News2Score): News2Verdict {
  if (score.complete || score.risk !== 'low')
    return { risk: score.risk, riskText: score.riskText, response: score.response };
  return {
    risk: 'incomplete',
    riskText: { vi: 'Chưa xếp nguy cơ', en: 'Risk not graded' },
    response: { vi: 'Đo đủ 7 thông số để xếp nguy cơ', en: 'Measure all seven parameters to grade the risk' },
  };
}

/** The field of an issue as the item that a confirmation names: `values.sbp` → `sbp`. */
export const itemOf = (issue: Issue): string => (issue.field ?? '').replace('values.', '');
