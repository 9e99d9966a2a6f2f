/** Numbers that another unit would explain: glucose 126 is 7,0 mmol/L in mg/dL. They are asked back with their unit. */
import type { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';
import type { Analyte, LabPack, UnitSlip } from '@mach/vn/clinical/lab-pack.ts';
import type { LabValue } from '@mach/vn/clinical/lab-result.ts';

/** What is known of the person when a number is weighed. */
export interface UnitFacts {
  /** Days since birth; undefined where nobody knows. */
  ageDays?: number;
  /** When the sample was taken. */
  at: string;
  /** The person's last plain value of this item, in the unit of the house. */
  previous?: { value: Decimal; at: string };
  /** What stands for this order already: it was answered for when it was entered. */
  standing?: Decimal;
}

/** A typed number without the unit behind it. */
export interface Unitless {
  text: string;
  /** The unit was written: nothing is asked. */
  named: boolean;
  /** The unit is another one: the number is turned into the unit of the house. */
  other?: UnitSlip;
}

const MICRO = /[µμ]|mc(?=g|mol|l)|u(?=g|mol|l)/g;
/** `µmol/L`, `umol/l` and `mcmol / L` are one unit. */
const plainUnit = (unit: string): string => unit.normalize('NFC').toLowerCase().replace(/\s+/g, '').replace(MICRO, 'u');

const slipsOf = (pack: LabPack, item: string): readonly UnitSlip[] => pack.unitSlips.get(item) ?? [];

/** Takes the unit off a typed number: `126 mg/dL`, `32 mmol/L`. What is no unit of the item stays where it is. */
export function takeUnit(typed: string, analyte: Analyte, pack: LabPack): Unitless {
  const match = analyte.kind === 'quantity' ? /^(.*\d)\s*([^\d\s,.][^\s]*(?:\s*\/\s*\S+)?)\s*$/s.exec(typed) : null;
  const [, text, written] = match ?? [];
  if (text === undefined || written === undefined) return { text: typed, named: false };
  const unit = plainUnit(written);
  if (analyte.unit !== '' && unit === plainUnit(analyte.unit)) return { text, named: true };
  const other = slipsOf(pack, analyte.code).find((slip) => unit === plainUnit(slip.unit));
  return other ? { text, named: true, other } : { text: typed, named: false };
}

/** A number of the other unit in the unit of the house, with the decimals that the item is printed with. */
export function converted(value: LabValue, slip: UnitSlip, analyte: Analyte): LabValue {
  return value.kind === 'quantity'
    ? { ...value, value: value.value.mul(slip.times).round(Math.max(analyte.decimals, 1)) }
    : value;
}

const DAY_MS = 86_400_000;
/** Converted, a slipped number meets the last value within this factor. */
const MEETS = 1.5;

/** Whether the number makes no sense beside the last one, while the other unit explains it. */
function explained(value: Decimal, slip: UnitSlip, { previous, at }: UnitFacts): boolean {
  if (!previous?.value.gt(0) || !value.gt(0)) return false;
  if (Date.parse(at) - Date.parse(previous.at) > slip.previousDays * DAY_MS) return false;
  const last = previous.value.toNumber();
  const times = slip.times.toNumber();
  const far = Math.max(2, Math.sqrt(Math.max(times, 1 / times)));
  const apart = (a: number, b: number): number => Math.max(a / b, b / a);
  return apart(value.toNumber(), last) >= far && apart(value.toNumber() * times, last) <= MEETS;
}

function unusual(value: Decimal, { ask }: UnitSlip, ageDays: number | undefined): boolean {
  if (!ask) return false;
  const fits = ageDays === undefined ? ask.ageFromDays > 0 || ask.ageToDays === Number.POSITIVE_INFINITY : true;
  const within = ageDays === undefined || (ask.ageFromDays <= ageDays && ageDays < ask.ageToDays);
  return fits && within && value.gte(ask.low) && (ask.high === undefined || value.lte(ask.high));
}

/**
 * The question which unit a number has, where it is rare in the unit of the house and ordinary in another, or where only the
 * other unit explains it beside the person's last value. Answered by writing the unit behind the number.
 */
export function askUnit(
  value: LabValue,
  analyte: Analyte,
  pack: LabPack,
  facts: UnitFacts,
  field: string,
): Issue | undefined {
  if (value.kind !== 'quantity' || facts.standing?.eq(value.value)) return undefined;
  const number = value.value;
  const slip = slipsOf(pack, analyte.code).find(
    (one) => unusual(number, one, facts.ageDays) || explained(number, one, facts),
  );
  if (!slip) return undefined;
  const [own, other] = unitReadings(number, analyte, slip);
  const last = facts.previous ? formatClinical(facts.previous.value) : undefined;
  return {
    severity: 'error',
    code: 'result-unit',
    field,
    text: {
      vi: `${analyte.name.vi}: ${own} hay ${other}?${last === undefined ? '' : ` (lần trước ${last} ${analyte.unit})`}`,
      en: `${analyte.name.en}: ${own} or ${other}?${last === undefined ? '' : ` (last: ${last} ${analyte.unit})`}`,
    },
    remedy: {
      vi: `Ghi số kèm đơn vị để xác nhận: "${own}" hoặc "${other}"`,
      en: `Write the number with its unit: "${own}" or "${other}"`,
    },
  };
}

const unitReadings = (number: Decimal, analyte: Analyte, slip: UnitSlip): [string, string] => [
  `${formatClinical(number)} ${analyte.unit}`,
  `${formatClinical(number)} ${slip.unit}`,
];

/** Both units that a number may have, as they are typed: what the desk offers as one key each. */
export function unitChoices(typed: string, analyte: Analyte, pack: LabPack): string[] {
  const units = [analyte.unit, ...new Set(slipsOf(pack, analyte.code).map((slip) => slip.unit))];
  return units.map((unit) => `${typed.trim()} ${unit}`);
}
