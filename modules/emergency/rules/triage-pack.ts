import { Decimal } from '@mach/base/decimal.ts';
import type { Text } from '@mach/base/problem.ts';
import { numberCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';

export const LEVELS = [1, 2, 3, 4, 5] as const;
export type Level = (typeof LEVELS)[number];
export type Shape = 'diamond' | 'triangle' | 'circle' | 'square' | 'ring';

export interface LevelRule {
  level: Level;
  text: Text;
  shape: Shape;
  /** Longest time from the door to the doctor, minutes; 0: at once. */
  maxWaitMinutes: number;
  /** Somebody who still waits is looked at again after this many minutes. */
  recheckMinutes: number;
}

export interface Sign {
  code: string;
  group: string;
  level: Level;
  text: Text;
  /** Bundle that it suggests. */
  bundle?: string;
}

interface Limit {
  item: string;
  op: 'le' | 'lt' | 'ge' | 'gt';
  value: Decimal;
  level: Level;
  from: number;
  to: number;
}

export interface TriagePack {
  scale: string;
  levels: ReadonlyMap<Level, LevelRule>;
  groups: readonly { code: string; text: Text }[];
  signs: ReadonlyMap<string, Sign>;
  limits: readonly Limit[];
  consciousness: ReadonlyMap<string, Level>;
  /** `news2.high` → level. */
  scores: ReadonlyMap<string, Level>;
  /** Level of somebody without any sign: measured whole, or not. */
  unremarkable: Level;
  unmeasured: Level;
}

/** Content of the `triage` rule pack. */
export interface TriageData {
  scale: string;
  levels: Table;
  groups: Table;
  discriminators: Table;
  measured: Table;
  consciousness: Table;
  scores: Table;
  unremarkable: number;
  unmeasured: number;
}

export function levelOf(value: number | undefined): Level {
  const level = LEVELS.find((one) => one === value);
  if (level === undefined) throw new RangeError(`there is no triage level ${value}`);
  return level;
}

const words = (r: { vi: unknown; en: unknown }): Text => ({ vi: String(r.vi), en: String(r.en) });

export function readTriage(data: TriageData): TriagePack {
  const levels = [...records(data.levels, 'level', 'vi', 'en', 'shape', 'maxWaitMinutes', 'recheckMinutes')].map(
    (r): [Level, LevelRule] => {
      const level = levelOf(numberCell(r.level));
      return [
        level,
        {
          level,
          text: words(r),
          shape: textCell(r.shape) as Shape,
          maxWaitMinutes: numberCell(r.maxWaitMinutes) ?? 0,
          recheckMinutes: numberCell(r.recheckMinutes) ?? 0,
        },
      ];
    },
  );
  const signs = [...records(data.discriminators, 'code', 'group', 'level', 'vi', 'en', 'bundle')].map(
    (r): [string, Sign] => [
      textCell(r.code),
      {
        code: textCell(r.code),
        group: textCell(r.group),
        level: levelOf(numberCell(r.level)),
        text: words(r),
        bundle: textCell(r.bundle) || undefined,
      },
    ],
  );
  return {
    scale: data.scale,
    levels: new Map(levels),
    groups: [...records(data.groups, 'code', 'vi', 'en')].map((r) => ({ code: textCell(r.code), text: words(r) })),
    signs: new Map(signs),
    limits: [...records(data.measured, 'item', 'op', 'value', 'level', 'ageFromYears', 'ageToYears')].map((r) => ({
      item: textCell(r.item),
      op: textCell(r.op) as Limit['op'],
      value: Decimal.of(textCell(r.value)),
      level: levelOf(numberCell(r.level)),
      from: numberCell(r.ageFromYears) ?? 0,
      to: numberCell(r.ageToYears) ?? Number.POSITIVE_INFINITY,
    })),
    consciousness: new Map(
      [...records(data.consciousness, 'code', 'level')].map((r) => [textCell(r.code), levelOf(numberCell(r.level))]),
    ),
    scores: new Map(
      [...records(data.scores, 'scale', 'risk', 'level')].map((r) => [
        `${textCell(r.scale)}.${textCell(r.risk)}`,
        levelOf(numberCell(r.level)),
      ]),
    ),
    unremarkable: levelOf(data.unremarkable),
    unmeasured: levelOf(data.unmeasured),
  };
}
