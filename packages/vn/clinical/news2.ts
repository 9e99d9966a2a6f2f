import { Decimal, type DecimalInput } from '@mach/base/decimal.ts';
import type { Text } from '@mach/base/problem.ts';
import { numberCell, records, type Table, textCell } from '../codes/pack.ts';

/** A alert, C new confusion, V voice, P pain, U unresponsive. */
export type Consciousness = 'A' | 'C' | 'V' | 'P' | 'U';

export interface News2Input {
  resp?: DecimalInput;
  spo2?: DecimalInput;
  /** 2 only on a doctor's written decision (hypercapnic failure). */
  spo2Scale?: 1 | 2;
  /** On oxygen now. */
  oxygen?: boolean;
  sbp?: DecimalInput;
  pulse?: DecimalInput;
  consciousness?: Consciousness;
  temp?: DecimalInput;
}

export type News2Parameter = 'resp' | 'spo2' | 'oxygen' | 'sbp' | 'pulse' | 'consciousness' | 'temp';

interface Band {
  low?: Decimal;
  high?: Decimal;
  score: number;
}

interface Response {
  key: string;
  risk: string;
  from?: number;
  to?: number;
  intervalMinutes: number;
  riskText: Text;
  text: Text;
}

export interface News2Pack {
  minAgeYears: number;
  oxygenScore: number;
  notAlertScore: number;
  bands: ReadonlyMap<string, readonly Band[]>;
  responses: readonly Response[];
}

/** Content of the `news2` rule pack. */
export interface News2Data {
  minAgeYears: number;
  oxygenScore: number;
  notAlertScore: number;
  bands: Table;
  responses: Table;
}

export interface News2Score {
  applicable: true;
  /** Sum of the parameters that are there. */
  total: number;
  scores: Readonly<Partial<Record<News2Parameter, number>>>;
  missing: readonly News2Parameter[];
  complete: boolean;
  /** "5/7" when parameters are missing. */
  recorded: string;
  risk: string;
  riskText: Text;
  /** Longest time to the next observation, minutes; 0 = continuous. */
  intervalMinutes: number;
  response: Text;
}

export interface News2NotApplicable {
  applicable: false;
  reason: 'under-age' | 'pregnant';
  text: Text;
}

export const NEWS2_PARAMETERS: readonly News2Parameter[] = [
  'resp',
  'spo2',
  'oxygen',
  'sbp',
  'pulse',
  'consciousness',
  'temp',
];

export function readNews2(data: News2Data): News2Pack {
  const bands = new Map<string, Band[]>();
  for (const r of records(data.bands, 'parameter', 'low', 'high', 'score')) {
    const list = bands.get(textCell(r.parameter)) ?? [];
    bands.set(textCell(r.parameter), list);
    const bound = (cell: unknown): Decimal | undefined => (typeof cell === 'string' ? Decimal.of(cell) : undefined);
    list.push({ low: bound(r.low), high: bound(r.high), score: numberCell(r.score) ?? 0 });
  }
  const columns = ['key', 'risk', 'from', 'to', 'intervalMinutes', 'riskVi', 'riskEn', 'vi', 'en'] as const;
  const responses = [...records(data.responses, ...columns)].map((r) => ({
    key: textCell(r.key),
    risk: textCell(r.risk),
    from: numberCell(r.from),
    to: numberCell(r.to),
    intervalMinutes: numberCell(r.intervalMinutes) ?? 0,
    riskText: { vi: textCell(r.riskVi), en: textCell(r.riskEn) },
    text: { vi: textCell(r.vi), en: textCell(r.en) },
  }));
  return {
    minAgeYears: data.minAgeYears,
    oxygenScore: data.oxygenScore,
    notAlertScore: data.notAlertScore,
    bands,
    responses,
  };
}

/** Band of the value. Between two whole-number bands the one below counts (20.5 breaths score as 20). */
function bandScore(pack: News2Pack, parameter: string, value: DecimalInput): number {
  const d = Decimal.of(value);
  const bands = pack.bands.get(parameter) ?? [];
  const found = bands.findLast((band) => band.low === undefined || d.gte(band.low));
  if (!found) throw new RangeError(`NEWS2 pack has no band of ${parameter} for ${d}`);
  return found.score;
}

function spo2Score(pack: News2Pack, input: News2Input, value: DecimalInput): number {
  if (input.spo2Scale !== 2) return bandScore(pack, 'spo2-1', value);
  const upper = input.oxygen ? 'spo2-2-oxygen' : 'spo2-2-air';
  const from = pack.bands.get(upper)?.[0]?.low;
  return bandScore(pack, from && Decimal.of(value).gte(from) ? upper : 'spo2-2', value);
}

/**
 * NEWS2 of one set of observations. A missing parameter is listed, never guessed. Not for people under 16 years or in
 * pregnancy. On SpO₂ scale 2 above 92 % the score needs to know air or oxygen; unknown, SpO₂ counts as missing.
 */
export function news2(
  input: News2Input,
  context: { ageYears: number; pregnant?: boolean; pack: News2Pack },
): News2Score | News2NotApplicable {
  const { pack } = context;
  if (context.ageYears < pack.minAgeYears) {
    return {
      applicable: false,
      reason: 'under-age',
      text: {
        vi: `NEWS2 không dùng cho người dưới ${pack.minAgeYears} tuổi.`,
        en: `NEWS2 is not for people under ${pack.minAgeYears} years.`,
      },
    };
  }
  if (context.pregnant) {
    return {
      applicable: false,
      reason: 'pregnant',
      text: { vi: 'NEWS2 không dùng cho phụ nữ mang thai.', en: 'NEWS2 is not for pregnancy.' },
    };
  }
  const scores = parameterScores(pack, input);
  const missing = NEWS2_PARAMETERS.filter((p) => scores[p] === undefined);
  const values = Object.values(scores);
  const total = values.reduce((sum, score) => sum + score, 0);
  const response = responseFor(pack, total, values.includes(3));
  return {
    applicable: true,
    total,
    scores,
    missing,
    complete: missing.length === 0,
    recorded: `${NEWS2_PARAMETERS.length - missing.length}/${NEWS2_PARAMETERS.length}`,
    risk: response.risk,
    riskText: response.riskText,
    intervalMinutes: response.intervalMinutes,
    response: response.text,
  };
}

function parameterScores(pack: News2Pack, input: News2Input): Partial<Record<News2Parameter, number>> {
  const scores: Partial<Record<News2Parameter, number>> = {};
  for (const p of ['resp', 'sbp', 'pulse', 'temp'] as const) {
    const value = input[p];
    if (value !== undefined) scores[p] = bandScore(pack, p, value);
  }
  const needsOxygen = input.spo2Scale === 2 && input.spo2 !== undefined && Decimal.of(input.spo2).gt(92);
  if (input.spo2 !== undefined && !(needsOxygen && input.oxygen === undefined)) {
    scores.spo2 = spo2Score(pack, input, input.spo2);
  }
  if (input.oxygen !== undefined) scores.oxygen = input.oxygen ? pack.oxygenScore : 0;
  if (input.consciousness !== undefined) {
    scores.consciousness = input.consciousness === 'A' ? 0 : pack.notAlertScore;
  }
  return scores;
}

function responseFor(pack: News2Pack, total: number, anyThree: boolean): Response {
  const byTotal = pack.responses.find(
    (r) => r.from !== undefined && total >= r.from && (r.to === undefined || total <= r.to),
  );
  const single = anyThree && total < 5 ? pack.responses.find((r) => r.key === 'single-3') : undefined;
  const response = single ?? byTotal;
  if (!response) throw new RangeError(`NEWS2 pack has no response for ${total}`);
  return response;
}
