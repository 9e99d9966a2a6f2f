import { Decimal, type DecimalInput } from '@mach/base/decimal.ts';
import type { Text } from '@mach/base/problem.ts';
import type { Consciousness } from '@mach/vn/clinical/news2.ts';
import { numberCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import { COMPARE, type Comparison, comparison, type EarlyWarning, graded, type ScorePart } from './early-warning.ts';

export interface MeowsInput {
  temp?: DecimalInput;
  sbp?: DecimalInput;
  dbp?: DecimalInput;
  pulse?: DecimalInput;
  resp?: DecimalInput;
  spo2?: DecimalInput;
  consciousness?: Consciousness;
}

type Colour = 'yellow' | 'red';
/** As points of a part: nothing, yellow, red. */
const LOUDNESS: Readonly<Record<Colour, 1 | 2>> = { yellow: 1, red: 2 };

interface Trigger {
  item: string;
  op: Comparison;
  value: Decimal;
  colour: Colour;
}

interface Response {
  risk: string;
  reds: number;
  yellows: number;
  intervalMinutes: number;
  riskText: Text;
  text: Text;
}

export interface MeowsPack {
  minAgeYears: number;
  items: ReadonlyMap<string, Text>;
  triggers: readonly Trigger[];
  consciousness: ReadonlyMap<string, Colour>;
  responses: readonly Response[];
}

/** Content of the `meows` rule pack. */
export interface MeowsData {
  minAgeYears: number;
  items: Table;
  triggers: Table;
  consciousness: Table;
  responses: Table;
}

function colour(text: string): Colour {
  if (text === 'yellow' || text === 'red') return text;
  throw new RangeError(`the MEOWS pack has a colour "${text}"`);
}

export function readMeows(data: MeowsData): MeowsPack {
  return {
    minAgeYears: data.minAgeYears,
    items: new Map(
      [...records(data.items, 'item', 'vi', 'en')].map((r) => [
        textCell(r.item),
        { vi: textCell(r.vi), en: textCell(r.en) },
      ]),
    ),
    triggers: [...records(data.triggers, 'item', 'op', 'value', 'colour')].map((r) => ({
      item: textCell(r.item),
      op: comparison(textCell(r.op)),
      value: Decimal.of(textCell(r.value)),
      colour: colour(textCell(r.colour)),
    })),
    consciousness: new Map(
      [...records(data.consciousness, 'code', 'colour')].map((r) => [textCell(r.code), colour(textCell(r.colour))]),
    ),
    responses: [
      ...records(data.responses, 'risk', 'reds', 'yellows', 'intervalMinutes', 'riskVi', 'riskEn', 'vi', 'en'),
    ].map((r) => ({
      risk: textCell(r.risk),
      reds: numberCell(r.reds) ?? 0,
      yellows: numberCell(r.yellows) ?? 0,
      intervalMinutes: numberCell(r.intervalMinutes) ?? 0,
      riskText: { vi: textCell(r.riskVi), en: textCell(r.riskEn) },
      text: { vi: textCell(r.vi), en: textCell(r.en) },
    })),
  };
}

/**
 * MEOWS of one set of observations: triggers are counted, not summed. One red or two yellow call for the obstetrician,
 * however much is missing.
 */
export function meows(input: MeowsInput, pack: MeowsPack): EarlyWarning {
  const parts = [...pack.items].map(([parameter, name]): ScorePart => {
    const found = triggerOf(pack, parameter, input[parameter as keyof MeowsInput]);
    if (found === null) return { parameter, name, points: null, level: 0 };
    const points = found === 'none' ? 0 : LOUDNESS[found];
    return { parameter, name, points, level: points === 2 ? 3 : points };
  });
  const missing = parts.filter((p) => p.points === null).map((p) => p.parameter);
  const count = (points: number): number => parts.filter((p) => p.points === points).length;
  const [reds, yellows] = [count(LOUDNESS.red), count(LOUDNESS.yellow)];
  // From the loudest down; the last asks for nothing.
  const response = pack.responses.find(
    (r) => (r.reds > 0 && reds >= r.reds) || (r.yellows > 0 && yellows >= r.yellows) || r.reds + r.yellows === 0,
  );
  if (!response) throw new RangeError('the MEOWS pack has no response without a trigger');
  return {
    scale: 'meows',
    total: null,
    text: { vi: `${reds} đỏ · ${yellows} vàng`, en: `${reds} red · ${yellows} yellow` },
    parts,
    missing,
    complete: missing.length === 0,
    recorded: `${parts.length - missing.length}/${parts.length}`,
    ...graded(missing, response),
  };
}

/** null: not measured. */
function triggerOf(
  pack: MeowsPack,
  item: string,
  value: DecimalInput | Consciousness | undefined,
): Colour | 'none' | null {
  if (value === undefined) return null;
  if (item === 'consciousness') return pack.consciousness.get(String(value)) ?? 'none';
  const d = Decimal.of(value as DecimalInput);
  const found = pack.triggers.filter((t) => t.item === item && COMPARE[t.op](d.cmp(t.value))).map((t) => t.colour);
  return found.includes('red') ? 'red' : (found[0] ?? 'none');
}
