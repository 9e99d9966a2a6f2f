/** What is measured, ordered, found and prescribed in one visit. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import type { Random } from '@mach/base/random.ts';
import { flagResult, pickRange } from '@mach/vn/clinical/lab-ranges.ts';
import { parseResult } from '@mach/vn/clinical/lab-result.ts';
import { checkVitals } from '@mach/vn/clinical/vitals.ts';
import type { CaseLine, CaseMix, World } from './pack.ts';
import type { Person } from './people.ts';

export interface VitalSet {
  values: Record<string, string>;
  /** Unusual values that were measured twice. */
  confirmed: string[];
}

/** Numbers as a Vietnamese keyboard types them; a fourth decimal tells thousandths from thousands. */
const typed = (value: Decimal): string =>
  value
    .toString()
    .replace('.', ',')
    .replace(/,(\d{3})$/, ',$10');

export function makeVitals(random: Random, kind: CaseMix, person: Person, ageDays: number, world: World): VitalSet {
  const measured: Record<string, Decimal> = {};
  for (const [item, [mean, sd]] of Object.entries(kind.vitals)) {
    const decimals = world.vitals.items.get(item)?.decimals ?? 0;
    const value = item === 'spo2' ? Math.min(100, random.normal(mean, sd)) : random.normal(mean, sd);
    measured[item] = Decimal.of(value.toFixed(decimals));
  }
  if (measured.sbp && measured.dbp && measured.sbp.sub(measured.dbp).lt(20))
    measured.dbp = measured.sbp.sub(Decimal.of(random.int(32, 50)));
  measured.weight = Decimal.of(person.weight);
  measured.height = Decimal.of(person.height);
  const issues = checkVitals(measured, { ageDays, pack: world.vitals });
  const values = Object.fromEntries(Object.entries(measured).map(([item, value]) => [item, typed(value)]));
  return { values, confirmed: issues.filter((i) => i.severity !== 'error').map((i) => i.field ?? '') };
}

/** Services that the doctor asks for in this visit. */
export const makeOrders = (random: Random, kind: CaseMix): string[] =>
  kind.orders.filter(([, chance]) => random.chance(chance)).map(([service]) => service);

export const makeLines = (random: Random, kind: CaseMix): CaseLine[] =>
  kind.lines.filter((line) => line.chance === undefined || random.chance(line.chance));

/** Results of a laboratory test, by item, as an analyser or a technician types them. */
export function makeResults(
  random: Random,
  test: string,
  kind: CaseMix,
  person: { sex: 'male' | 'female'; ageDays: number },
  world: World,
): { item: string; value: string }[] {
  const analytes = world.lab.tests.get(test)?.analytes ?? [];
  const numbers = new Map<string, number>();
  const draw = (item: string): number => {
    const value = quantity(random, item, kind.shift[item] ?? 0, person, world);
    numbers.set(item, value);
    return value;
  };
  if (analytes.includes('NEUP') && analytes.includes('WBC')) bloodCount(random, draw, numbers, kind);
  return analytes.flatMap((item) => {
    const analyte = world.lab.analytes.get(item);
    // eGFR is the laboratory's own computation.
    if (!analyte || item === 'EGFR') return [];
    if (analyte.kind === 'quantity')
      return [{ item, value: typed(Decimal.of((numbers.get(item) ?? draw(item)).toFixed(analyte.decimals))) }];
    return [{ item, value: kind.codes?.[item] ?? NORMAL[analyte.normal ?? 'neg'] ?? 'Âm tính' }];
  });
}

const NORMAL: Readonly<Record<string, string>> = { neg: 'Âm tính', normal: 'Bình thường', compatible: 'Hoà hợp' };

/** The middle of the person's range, spread over most of it, moved by the case. Never zero, never below it. */
function quantity(
  random: Random,
  item: string,
  shift: number,
  person: { sex: 'male' | 'female'; ageDays: number },
  world: World,
): number {
  const range = pickRange(world.lab.ranges.get(item), person);
  const high = range?.high?.value.toNumber();
  const low = range?.low?.value.toNumber() ?? (high === undefined ? 1 : high * 0.3);
  const top = high ?? low * 1.7;
  const width = top - low;
  const decimals = world.lab.analytes.get(item)?.decimals ?? 0;
  const least = Math.max(10 ** -decimals, low * 0.15);
  // What a case shifts also scatters with it: half the shift to one and a half.
  const moved = shift * (0.5 + random.next());
  return Math.max(least, random.normal((low + top) / 2, width / 7) + moved);
}

/** A differential adds up to 100 %, and red-cell indices follow from each other. */
function bloodCount(random: Random, draw: (item: string) => number, numbers: Map<string, number>, kind: CaseMix): void {
  const wbc = draw('WBC');
  const eos = Math.abs(random.normal(2.4, 1));
  const baso = Math.abs(random.normal(0.5, 0.2));
  const mono = Math.max(2, random.normal(6, 1.2));
  const bacterial = (kind.shift.WBC ?? 0) > 2;
  const lymph = Math.max(12, random.normal(bacterial ? 19 : 31, 4));
  const neutro = 100 - eos - baso - mono - lymph;
  const shares = { NEU: neutro, LYM: lymph, MONO: mono, EOS: eos, BASO: baso };
  for (const [cell, percent] of Object.entries(shares)) {
    numbers.set(`${cell}P`, percent);
    numbers.set(cell, (wbc * percent) / 100);
  }
  const hgb = draw('HGB');
  const mcv = draw('MCV');
  const mchc = draw('MCHC');
  const mch = (mcv * mchc) / 1_000;
  const rbc = hgb / mch;
  numbers.set('MCH', mch);
  numbers.set('RBC', rbc);
  numbers.set('HCT', (rbc * mcv) / 10);
}

/** Items whose value must be called by telephone. */
export function criticalItems(
  results: readonly { item: string; value: string }[],
  person: { sex: 'male' | 'female'; ageDays: number },
  world: World,
): string[] {
  return results
    .filter(({ item, value }) => {
      const analyte = world.lab.analytes.get(item);
      const read = analyte && parseResult(value, analyte);
      return read?.ok === true && flagResult(world.lab, item, read.value, person).critical;
    })
    .map(({ item }) => item);
}

/** Findings and conclusion of an imaging or functional technique. */
export function makeReport(service: string, kind: CaseMix, world: World): { findings: string; conclusion: string } {
  const [findings, conclusion] = kind.reports?.[service] ??
    world.mix.reports[service] ?? ['Không ghi nhận bất thường.', 'Trong giới hạn bình thường'];
  return { findings, conclusion };
}
