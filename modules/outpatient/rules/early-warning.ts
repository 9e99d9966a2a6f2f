import type { Text } from '@mach/base/problem.ts';
import type { News2Score } from '@mach/vn/clinical/news2.ts';

/** Adults, children, and women who are pregnant or gave birth less than six weeks ago: each has a table of its own. */
export const SCALES = ['news2', 'pews', 'meows'] as const;
export type Scale = (typeof SCALES)[number];

export interface ScorePart {
  parameter: string;
  name: Text;
  /** Points, or of MEOWS 1 for yellow and 2 for red; null: not measured, which is never zero. */
  points: number | null;
  /** How loud it is, for colour and shape: 0 quiet to 3. */
  level: 0 | 1 | 2 | 3;
}

/** One early-warning score, whatever the table: what screens, records and triage need of it. */
export interface EarlyWarning {
  scale: Scale;
  /** Sum of what is there; null for MEOWS, which counts triggers and has no sum. */
  total: number | null;
  /** "9", of MEOWS "1 đỏ · 2 vàng". */
  text: Text;
  parts: readonly ScorePart[];
  missing: readonly string[];
  complete: boolean;
  /** "5/7" when two are missing. */
  recorded: string;
  /** low, low-medium, medium, high; `incomplete`: too little was measured to call it low. */
  risk: string;
  riskText: Text;
  response: Text;
  /** Longest time to the next observation, minutes; 0: continuous. */
  intervalMinutes: number;
}

/** One line of a pack that says what a score asks for. */
export interface ScoreResponse {
  risk: string;
  intervalMinutes: number;
  riskText: Text;
  text: Text;
}

/** The comparisons of the packs: bounds are written as the tables write them. */
export const COMPARE = {
  le: (sign: number) => sign <= 0,
  lt: (sign: number) => sign < 0,
  ge: (sign: number) => sign >= 0,
  gt: (sign: number) => sign > 0,
} as const;
export type Comparison = keyof typeof COMPARE;

export function comparison(text: string): Comparison {
  if (text in COMPARE) return text as Comparison;
  throw new RangeError(`a rule pack compares by "${text}"`);
}

/** A low sum of which something is missing only says that little was measured. */
export function graded(
  missing: readonly string[],
  response: ScoreResponse,
): Pick<EarlyWarning, 'risk' | 'riskText' | 'response' | 'intervalMinutes'> {
  const { risk, riskText, text, intervalMinutes } = response;
  if (missing.length === 0 || risk !== 'low') return { risk, riskText, response: text, intervalMinutes };
  return {
    risk: 'incomplete',
    riskText: { vi: 'Chưa xếp nguy cơ', en: 'Risk not graded' },
    response: { vi: 'Đo đủ các thông số để xếp nguy cơ', en: 'Measure every parameter to grade the risk' },
    intervalMinutes,
  };
}

export const NEWS2_NAMES: Readonly<Record<string, Text>> = {
  resp: { vi: 'Nhịp thở', en: 'Respiration' },
  spo2: { vi: 'SpO₂', en: 'SpO₂' },
  oxygen: { vi: 'Thở oxy', en: 'Oxygen' },
  sbp: { vi: 'Huyết áp tâm thu', en: 'Systolic pressure' },
  pulse: { vi: 'Mạch', en: 'Heart rate' },
  consciousness: { vi: 'Ý thức', en: 'Consciousness' },
  temp: { vi: 'Nhiệt độ', en: 'Temperature' },
};

/** NEWS2 in the common shape. */
export function fromNews2(score: News2Score, order: readonly string[]): EarlyWarning {
  const points = score.scores as Readonly<Record<string, number | undefined>>;
  return {
    scale: 'news2',
    total: score.total,
    text: { vi: String(score.total), en: String(score.total) },
    parts: order.map((parameter) => ({
      parameter,
      name: NEWS2_NAMES[parameter] ?? { vi: parameter, en: parameter },
      points: points[parameter] ?? null,
      level: (points[parameter] ?? 0) as ScorePart['level'],
    })),
    missing: score.missing,
    complete: score.complete,
    recorded: score.recorded,
    ...graded(score.missing, {
      risk: score.risk,
      riskText: score.riskText,
      text: score.response,
      intervalMinutes: score.intervalMinutes,
    }),
  };
}
