import { addDays, formatDate, localDate } from '@mach/base/time.ts';
import { drugOf, extension } from '@mach/encounter/contract.ts';
import type { MedicationRequest } from '@mach/fhir/types.ts';
import type { Formulary } from '@mach/vn/clinical/formulary.ts';
import type { ActiveMedication } from '@mach/vn/clinical/prescribing-types.ts';
import { EXT } from '@mach/vn/systems.ts';

/** Longest waiting time after a last dose that the interaction list knows, days. */
const WASHOUT_DAYS = 42;
/** A course that ends within these days and is prescribed again is the same treatment going on. */
export const CONTINUES_DAYS = 7;

type Line = MedicationRequest & { id: string };

/**
 * What the patient takes, or has taken so lately that it still counts, from earlier prescriptions. A line that the new
 * prescription carries on is left out: the new line stands for it in every check.
 */
export function activeMedications(
  lines: readonly Line[],
  given: {
    at: string;
    prescribing: readonly (readonly string[])[];
    leaveOut: ReadonlySet<string>;
    formulary: Formulary;
  },
): ActiveMedication[] {
  const today = localDate(given.at);
  return lines.flatMap((line): ActiveMedication[] => {
    if (line.status !== 'active' && line.status !== 'completed') return [];
    if (given.leaveOut.has(line.groupIdentifier?.value ?? '')) return [];
    const endedOn = endOf(line);
    if (endedOn !== undefined && endedOn < addDays(today, -WASHOUT_DAYS)) return [];
    const medication = known(line, given.formulary);
    const again = given.prescribing.some((keys) => sameSet(keys, medication.ingredients));
    const earlier = line.authoredOn !== undefined && localDate(line.authoredOn) < today;
    if (again && earlier && endedOn !== undefined && endedOn <= addDays(today, CONTINUES_DAYS)) return [];
    return [{ ...medication, endedOn, origin: origin(line) }];
  });
}

/** Last day of the course; undefined for one without days (imported, long-term). */
function endOf(line: Line): string | undefined {
  const days = extension(line, EXT.days)?.valuePositiveInt ?? line.dispenseRequest?.expectedSupplyDuration?.value;
  if (line.authoredOn === undefined || days === undefined) return undefined;
  return addDays(localDate(line.authoredOn), days - 1);
}

function known(
  line: Line,
  formulary: Formulary,
): Pick<ActiveMedication, 'display' | 'ingredients' | 'route' | 'systemic' | 'atc'> {
  const drug = formulary.byCode.get(drugOf(line) ?? '');
  if (drug)
    return {
      display: `${drug.display} ${drug.strength}`,
      ingredients: drug.ingredients,
      route: drug.route,
      systemic: drug.systemic,
      atc: drug.atc,
    };
  // A drug of another house is known by its words alone, and taken as one that reaches the blood.
  const text = line.medicationCodeableConcept?.text ?? line.medicationCodeableConcept?.coding?.[0]?.display ?? '';
  const name = text.replace(/\s\d.*$/, '');
  return { display: text, ingredients: [name], route: 'uong', systemic: true };
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((x) => b.includes(x));

function origin(line: Line) {
  if (line.authoredOn === undefined) return undefined;
  const day = formatDate(localDate(line.authoredOn));
  return { vi: `đơn ngày ${day}`, en: `prescribed on ${day}` };
}
