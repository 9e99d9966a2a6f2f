import { Decimal, type DecimalInput } from '@mach/base/decimal.ts';
import type { Text } from '@mach/base/problem.ts';
import { numberCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import { COMPARE, type Comparison, comparison, type EarlyWarning, graded, type ScorePart } from './early-warning.ts';

export const EFFORTS = ['normal', 'mild', 'moderate', 'severe'] as const;
export type Effort = (typeof EFFORTS)[number];
/** Under 3 seconds, or longer. */
export const REFILLS = ['normal', 'slow'] as const;
export type Refill = (typeof REFILLS)[number];

export interface PewsInput {
  pulse?: DecimalInput;
  sbp?: DecimalInput;
  resp?: DecimalInput;
  spo2?: DecimalInput;
  refill?: Refill;
  effort?: Effort;
  oxygen?: boolean;
  /** L/min. */
  o2flow?: DecimalInput;
}

interface Band {
  from: number;
  to: number;
  op: Comparison;
  value: Decimal;
  score: number;
}

interface Response {
  risk: string;
  from: number;
  to: number;
  intervalMinutes: number;
  riskText: Text;
  text: Text;
}

export interface PewsPack {
  maxAgeMonths: number;
  items: ReadonlyMap<string, Text>;
  bands: ReadonlyMap<string, readonly Band[]>;
  /** `effort.severe` → points and words. */
  choices: ReadonlyMap<string, { score: number; text: Text }>;
  oxygen: { any: number; high: number; flowFrom: Decimal };
  responses: readonly Response[];
}

/** Content of the `pews` rule pack. */
export interface PewsData {
  maxAgeMonths: number;
  items: Table;
  bands: Table;
  choices: Table;
  oxygen: { any: number; high: number; flowFrom: string };
  responses: Table;
}

export function readPews(data: PewsData): PewsPack {
  const bands = new Map<string, Band[]>();
  for (const r of records(data.bands, 'item', 'ageFromMonths', 'ageToMonths', 'op', 'value', 'score')) {
    const list = bands.get(textCell(r.item)) ?? [];
    bands.set(textCell(r.item), list);
    list.push({
      from: numberCell(r.ageFromMonths) ?? 0,
      to: numberCell(r.ageToMonths) ?? data.maxAgeMonths,
      op: comparison(textCell(r.op)),
      value: Decimal.of(textCell(r.value)),
      score: numberCell(r.score) ?? 0,
    });
  }
  const words = (r: { vi: unknown; en: unknown }): Text => ({ vi: String(r.vi), en: String(r.en) });
  return {
    maxAgeMonths: data.maxAgeMonths,
    items: new Map([...records(data.items, 'item', 'vi', 'en')].map((r) => [textCell(r.item), words(r)])),
    bands,
    choices: new Map(
      [...records(data.choices, 'item', 'code', 'vi', 'en', 'score')].map((r) => [
        `${textCell(r.item)}.${textCell(r.code)}`,
        { score: numberCell(r.score) ?? 0, text: words(r) },
      ]),
    ),
    oxygen: { ...data.oxygen, flowFrom: Decimal.of(data.oxygen.flowFrom) },
    responses: [
      ...records(data.responses, 'risk', 'from', 'to', 'intervalMinutes', 'riskVi', 'riskEn', 'vi', 'en'),
    ].map((r) => ({
      risk: textCell(r.risk),
      from: numberCell(r.from) ?? 0,
      to: numberCell(r.to) ?? Number.POSITIVE_INFINITY,
      intervalMinutes: numberCell(r.intervalMinutes) ?? 0,
      riskText: { vi: textCell(r.riskVi), en: textCell(r.riskEn) },
      text: words(r),
    })),
  };
}

/** The loudest band that holds; none of them: 0. */
function bandScore(pack: PewsPack, item: string, months: number, value: DecimalInput): number {
  const d = Decimal.of(value);
  return (pack.bands.get(item) ?? [])
    .filter((b) => b.from <= months && months < b.to && COMPARE[b.op](d.cmp(b.value)))
    .reduce((most, b) => Math.max(most, b.score), 0);
}

/**
 * Bedside PEWS of one set of observations; undefined above its age. What was not measured is missing. Oxygen of which
 * nobody read the flow counts the least that it can be, and stays on the list of what is missing.
 */
export function pews(input: PewsInput, of: { ageMonths: number; pack: PewsPack }): EarlyWarning | undefined {
  const { pack, ageMonths } = of;
  if (ageMonths >= pack.maxAgeMonths) return undefined;
  const points: Record<string, number | undefined> = {};
  for (const item of ['pulse', 'sbp', 'resp', 'spo2'] as const) {
    const value = input[item];
    if (value !== undefined) points[item] = bandScore(pack, item, ageMonths, value);
  }
  for (const item of ['refill', 'effort'] as const)
    if (input[item] !== undefined) points[item] = pack.choices.get(`${item}.${input[item]}`)?.score;
  const flowUnknown = input.oxygen === true && input.o2flow === undefined;
  if (input.oxygen === false) points.oxygen = 0;
  else if (input.oxygen === true)
    points.oxygen =
      input.o2flow !== undefined && Decimal.of(input.o2flow).gte(pack.oxygen.flowFrom)
        ? pack.oxygen.high
        : pack.oxygen.any;
  const parts = [...pack.items].map(([parameter, name]): ScorePart => {
    const own = points[parameter];
    return { parameter, name, points: own ?? null, level: own === 4 ? 3 : ((own ?? 0) as 0 | 1 | 2) };
  });
  const missing = parts.filter((p) => p.points === null).map((p) => p.parameter);
  if (flowUnknown) missing.push('oxygen');
  const total = parts.reduce((sum, p) => sum + (p.points ?? 0), 0);
  const response = pack.responses.find((r) => total >= r.from && total <= r.to);
  if (!response) throw new RangeError(`the PEWS pack has no response for ${total}`);
  return {
    scale: 'pews',
    total,
    text: { vi: String(total), en: String(total) },
    parts,
    missing,
    complete: missing.length === 0,
    recorded: `${parts.length - missing.length}/${parts.length}`,
    ...graded(missing, response),
  };
}
