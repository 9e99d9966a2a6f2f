import type { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Text } from '@mach/base/problem.ts';
import type { Level, TriagePack } from './triage-pack.ts';

/** What triage knows of somebody: signs that were seen, what was measured, the score of it. */
export interface TriageFacts {
  signs: readonly string[];
  /** By item of the vital signs: `sbp`, `gcs` … */
  values: Readonly<Record<string, Decimal | undefined>>;
  consciousness?: string;
  score?: { scale: string; risk: string; text: Text; complete: boolean };
  /** Undefined: limits that depend on the age are tried as for an adult. */
  ageYears?: number;
}

export interface TriageReason {
  /** `sign.stroke`, `value.spo2`, `mind.V`, `score.news2`, `none` */
  code: string;
  level: Level;
  text: Text;
}

export interface TriageProposal {
  level: Level;
  /** What it rests on, the loudest first. */
  reasons: TriageReason[];
  /** Bundles that the signs suggest. */
  bundles: string[];
  /** False: nothing was seen or measured yet, so the level stands for nobody and is not to be taken. */
  assessed: boolean;
}

const COMPARE = {
  le: (a: Decimal, b: Decimal) => a.lte(b),
  lt: (a: Decimal, b: Decimal) => a.lt(b),
  ge: (a: Decimal, b: Decimal) => a.gte(b),
  gt: (a: Decimal, b: Decimal) => a.gt(b),
} as const;
const SIGNS = { le: '≤', lt: '<', ge: '≥', gt: '>' } as const;
const ADULT = 30;

const NAMES: Readonly<Record<string, string>> = {
  gcs: 'Glasgow',
  spo2: 'SpO₂',
  sbp: 'HA tâm thu',
  glucose: 'Đường máu',
  temp: 'Nhiệt độ',
  pain: 'Đau',
};
const NAMES_EN: Readonly<Record<string, string>> = {
  ...NAMES,
  sbp: 'Systolic',
  glucose: 'Glucose',
  temp: 'Temperature',
  pain: 'Pain',
};

/** The most urgent level that anything calls for. Without any sign: by whether enough was measured. Pure. */
export function proposeTriage(facts: TriageFacts, pack: TriagePack): TriageProposal {
  const reasons: TriageReason[] = [];
  const bundles: string[] = [];
  for (const code of facts.signs) {
    const sign = pack.signs.get(code);
    if (!sign) continue;
    reasons.push({ code: `sign.${code}`, level: sign.level, text: sign.text });
    if (sign.bundle !== undefined && !bundles.includes(sign.bundle)) bundles.push(sign.bundle);
  }
  const age = facts.ageYears ?? ADULT;
  for (const item of new Set(pack.limits.map((l) => l.item))) {
    const value = facts.values[item];
    // The loudest limit that holds speaks for the item.
    const limit = pack.limits
      .filter((l) => l.item === item && value && age >= l.from && age < l.to && COMPARE[l.op](value, l.value))
      .sort((x, y) => x.level - y.level)[0];
    if (!limit || !value) continue;
    reasons.push({
      code: `value.${item}`,
      level: limit.level,
      text: {
        vi: `${NAMES[item] ?? item} ${formatClinical(value)} (${SIGNS[limit.op]} ${formatClinical(limit.value)})`,
        en: `${NAMES_EN[item] ?? item} ${value} (${SIGNS[limit.op]} ${limit.value})`,
      },
    });
  }
  const mind = facts.consciousness === undefined ? undefined : pack.consciousness.get(facts.consciousness);
  if (mind !== undefined)
    reasons.push({
      code: `mind.${facts.consciousness}`,
      level: mind,
      text: { vi: `Ý thức ${facts.consciousness}`, en: `Consciousness ${facts.consciousness}` },
    });
  const { score } = facts;
  const scored = score && pack.scores.get(`${score.scale}.${score.risk}`);
  if (score && scored !== undefined) {
    const name = score.scale.toUpperCase();
    reasons.push({
      code: `score.${score.scale}`,
      level: scored,
      text: { vi: `${name} ${score.text.vi}`, en: `${name} ${score.text.en}` },
    });
  }
  reasons.sort((a, b) => a.level - b.level);
  const assessed =
    facts.signs.length > 0 ||
    facts.consciousness !== undefined ||
    Object.values(facts.values).some((v) => v !== undefined);
  const loudest = reasons[0]?.level;
  if (loudest !== undefined) return { level: loudest, reasons, bundles, assessed };
  const level = score?.complete ? pack.unremarkable : pack.unmeasured;
  const text: Text = score?.complete
    ? { vi: 'Không có dấu hiệu nào, sinh hiệu đủ và bình thường', en: 'No sign; vital signs complete and quiet' }
    : { vi: 'Chưa có dấu hiệu nào, sinh hiệu chưa đủ', en: 'No sign yet; vital signs incomplete' };
  return { level, reasons: [{ code: 'none', level, text }], bundles, assessed };
}

/**
 * By when a doctor must see them. The clock runs from the door. Somebody who has become more urgent while waiting gets
 * the time of the new level from that moment, never more than was left; whoever is milder now keeps the door.
 */
export function seeBy(
  of: { doorAt: string; at: string; level: Level; before?: { level: Level; seeBy: string } },
  pack: TriagePack,
): string {
  const wait = (pack.levels.get(of.level)?.maxWaitMinutes ?? 0) * 60_000;
  const fromDoor = Date.parse(of.doorAt) + wait;
  if (of.before && of.level < of.before.level) {
    const fromNow = Date.parse(of.at) + wait;
    return new Date(Math.min(fromNow, Date.parse(of.before.seeBy))).toISOString();
  }
  return new Date(fromDoor).toISOString();
}

export const recheckAt = (at: string, level: Level, pack: TriagePack): string =>
  new Date(Date.parse(at) + (pack.levels.get(level)?.recheckMinutes ?? 0) * 60_000).toISOString();
