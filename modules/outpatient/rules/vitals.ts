import type { Decimal } from '@mach/base/decimal.ts';
import type { Issue, Text } from '@mach/base/problem.ts';
import { type Consciousness, NEWS2_PARAMETERS, type News2Score, news2 } from '@mach/vn/clinical/news2.ts';
import { bmi, checkVitals, urgentVitals } from '@mach/vn/clinical/vitals.ts';
import type { VitalItemCode } from '../lists.ts';
import { ADULT_DAYS } from './age.ts';
import { type EarlyWarning, fromNews2, graded } from './early-warning.ts';
import { meows } from './meows.ts';
import { type Effort, pews, type Refill } from './pews.ts';
import { isIssue, readTyped } from './typed-number.ts';
import type { VitalPacks } from './vital-packs.ts';

export type Measured = Partial<Record<VitalItemCode, Decimal>>;

export interface VitalSet {
  values: Readonly<Partial<Record<VitalItemCode, string>>>;
  consciousness?: Consciousness;
  oxygen?: boolean;
  spo2Scale?: 1 | 2;
  /** Pregnant, or gave birth within six weeks: MEOWS then, NEWS2 does not hold. */
  pregnant?: boolean;
  /** Of children: capillary refill and the effort of breathing. */
  refill?: Refill;
  effort?: Effort;
}

export interface VitalContext extends VitalPacks {
  /** Undefined when the birth date is unknown: adult ranges then, and no score. */
  ageDays: number | undefined;
  ageYears: number | undefined;
  /** Completed months; undefined where only the year of birth is known. */
  ageMonths?: number;
}

export interface VitalFindings {
  values: Measured;
  /** Says whether the person is on oxygen; undefined: nobody said. */
  oxygen: boolean | undefined;
  bmi: Decimal | undefined;
  news2: News2Score | undefined;
  /** The score of the table that holds for this person: NEWS2, PEWS of a child, MEOWS in pregnancy. */
  warning: EarlyWarning | undefined;
  /** Items that call for the front of the queue, the name of the score among them. */
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
  const judged = [set.consciousness, set.refill, set.effort].some((one) => one !== undefined);
  if (!given && !judged) errors.push(nothing());
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
  const warning = warningOf(set, values, oxygen, context, score);
  const urgent = urgentVitals(values, { ageDays, pack: context.vitals });
  return {
    values,
    oxygen,
    bmi: index,
    news2: score,
    warning,
    urgent: warning && calls(warning) ? [...urgent, warning.scale] : urgent,
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

/** Whether a score asks for somebody now. */
export const calls = (warning: EarlyWarning): boolean => !['low', 'incomplete'].includes(warning.risk);

/** The table by pregnancy first, then by age. Nothing that it counts was measured: no score, rather than a zero. */
function warningOf(
  set: VitalSet,
  values: Measured,
  oxygen: boolean | undefined,
  context: VitalContext,
  score: News2Score | undefined,
): EarlyWarning | undefined {
  const { ageYears } = context;
  if (ageYears === undefined) return undefined;
  const found =
    set.pregnant && ageYears >= context.meows.minAgeYears
      ? meows({ ...values, consciousness: set.consciousness }, context.meows)
      : score
        ? fromNews2(score, NEWS2_PARAMETERS)
        : pews(
            { ...values, refill: set.refill, effort: set.effort, oxygen },
            { ageMonths: context.ageMonths ?? monthsOf(ageYears, context.ageDays), pack: context.pews },
          );
  return found?.parts.some((p) => p.points !== null) ? found : undefined;
}

/** Months of somebody of whom only the year of birth is known. */
const monthsOf = (ageYears: number, ageDays: number | undefined): number =>
  ageYears > 0 ? ageYears * 12 : Math.floor((ageDays ?? 0) / (365.2425 / 12));

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
  const { risk, riskText, response } = graded(score.missing, {
    risk: score.risk,
    riskText: score.riskText,
    text: score.response,
    intervalMinutes: score.intervalMinutes,
  });
  return { risk, riskText, response };
}

/** The field of an issue as the item that a confirmation names: `values.sbp` → `sbp`. */
export const itemOf = (issue: Issue): string => (issue.field ?? '').replace('values.', '');
