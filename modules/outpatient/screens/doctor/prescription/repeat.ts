/** "Kê lại đơn trước": the lines of the last prescription as lines of the new one. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import { localDate } from '@mach/base/time.ts';
import { extension, idOf } from '@mach/encounter/contract.ts';
import type { MedicationRequest } from '@mach/fhir/types.ts';
import { largestDose } from '@mach/vn/clinical/dose.ts';
import { EXT } from '@mach/vn/systems.ts';
import type { DrugCodeRow } from '../../../contract.ts';
import { type LineDraft, type RxLine, readTypedLine } from './line.ts';

export type StoredLine = MedicationRequest & { id: string };

/** Lines of one earlier visit, and the day they were prescribed on. */
export interface EarlierPrescription {
  readonly encounter: string;
  /** yyyy-MM-dd */
  readonly on: string;
  readonly lines: readonly StoredLine[];
}

/** The prescription before this visit: all that was prescribed in the latest other visit with one. */
export function lastPrescription(all: readonly StoredLine[], encounter: string): EarlierPrescription | undefined {
  const given = all.filter(
    (line) =>
      line.intent === 'order' &&
      (line.status === 'active' || line.status === 'completed') &&
      line.authoredOn !== undefined &&
      idOf(line.encounter) !== undefined &&
      idOf(line.encounter) !== encounter,
  );
  const latest = given.reduce<StoredLine | undefined>(
    (best, line) => (best === undefined || (line.authoredOn ?? '') > (best.authoredOn ?? '') ? line : best),
    undefined,
  );
  const from = idOf(latest?.encounter);
  if (latest?.authoredOn === undefined || from === undefined) return undefined;
  const lines = given.filter((line) => idOf(line.encounter) === from).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { encounter: from, on: localDate(latest.authoredOn), lines };
}

/** A line that could be carried over whole, or one that the doctor must complete. */
export type Carried =
  | { readonly ok: true; readonly line: RxLine }
  | { readonly ok: false; readonly drug: DrugCodeRow; readonly typed: string };

/** Words of a day plan that are no part of the shorthand. */
const PLAN_WORDS = /MỖI NGÀY/gu;

/**
 * The stored line as a line of now. Its words are read again and must say what its numbers say: dose, times and days.
 * Where they do not, nothing is carried over by guess and the doctor types the dose.
 */
export function carry(stored: StoredLine, drug: DrugCodeRow, key: string): Carried {
  const dosage = stored.dosageInstruction?.[0];
  const days = daysOf(stored);
  const typed = withoutRoute(dosage?.text ?? '')
    .replace(PLAN_WORDS, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const quantity = totalOf(stored, drug);
  const read = readTypedLine(quantity === undefined ? typed : `${typed} = ${quantity}`, drug, days);
  if (!read.ok || read.rest.length > 0 || !agrees(stored, read.draft)) return { ok: false, drug, typed };
  const route = dosage?.route?.coding?.[0]?.code ?? drug.route;
  return {
    ok: true,
    line: {
      key,
      drug,
      dose: read.draft.dose,
      route,
      note: dosage?.patientInstruction,
      quantity: read.draft.quantity,
      state: 'continued',
      carriedFrom: stored.authoredOn === undefined ? undefined : localDate(stored.authoredOn),
    },
  };
}

/** The stored words begin with the route ("Bôi ngoài da, …"), which has a code of its own. */
const withoutRoute = (text: string): string => text.normalize('NFC').replace(/^[^\d,]*,\s*/u, '');

const daysOf = (stored: StoredLine): number | undefined =>
  extension(stored, EXT.days)?.valuePositiveInt ?? stored.dispenseRequest?.expectedSupplyDuration?.value;

/** The total only where it cannot be computed from the dose. */
const totalOf = (stored: StoredLine, drug: DrugCodeRow): number | undefined =>
  drug.doseUnitsPerUnit === null ? stored.dispenseRequest?.quantity?.value : undefined;

function agrees(stored: StoredLine, { dose }: LineDraft): boolean {
  const dosage = stored.dosageInstruction?.[0];
  const amount = dosage?.doseAndRate?.[0]?.doseQuantity;
  const times = dosage?.timing?.repeat?.frequency;
  const read = dose.byPart ? Object.keys(dose.byPart).length : dose.frequency.times;
  const daily = dose.byPart !== undefined || (dose.frequency.unit === 'day' && dose.frequency.period === 1);
  return (
    amount?.value !== undefined &&
    largestDose(dose).eq(Decimal.of(String(amount.value))) &&
    (amount.unit === undefined || amount.unit === dose.doseUnit) &&
    dose.days === daysOf(stored) &&
    (!daily || times === undefined || times === read)
  );
}

/** Puts a line into the list: one of the same ingredients that was carried over is replaced and marked as changed. */
export function place(lines: readonly RxLine[], line: RxLine, describe: (line: RxLine) => string): RxLine[] {
  const own = lines.findIndex((other) => other.key === line.key);
  if (own >= 0) return lines.map((other, i) => (i === own ? changed(other, line, describe) : other));
  const carried = lines.findIndex(
    (other) => other.carriedFrom !== undefined && sameIngredients(other.drug, line.drug) && other.route === line.route,
  );
  if (carried < 0) return [...lines, line];
  return lines.map((other, i) => (i === carried ? changed(other, { ...line, key: other.key }, describe) : other));
}

function changed(before: RxLine, after: RxLine, describe: (line: RxLine) => string): RxLine {
  if (before.carriedFrom === undefined) return after;
  const [was, is] = [before.before ?? describe(before), describe(after)];
  const same = was === is;
  return {
    ...after,
    carriedFrom: before.carriedFrom,
    state: same ? 'continued' : 'changed',
    before: same ? undefined : was,
  };
}

const sameIngredients = (a: DrugCodeRow, b: DrugCodeRow): boolean =>
  a.ingredients.length === b.ingredients.length && a.ingredients.every((key) => b.ingredients.includes(key));
