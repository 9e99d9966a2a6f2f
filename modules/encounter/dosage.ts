/** From a checked prescription line to FHIR. Pure. */
import { addDays, localDate } from '@mach/base/time.ts';
import type { Dosage, Extension, MedicationRequest } from '@mach/fhir/types.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import type { Drug } from './catalogue.ts';
import type { prescriptionLineInput } from './inputs.ts';

export type CheckedLine = z.output<typeof prescriptionLineInput>;

const ATC = 'http://www.whocc.no/atc';

/** Exact text to the number that FHIR writes; six decimals at most, which a double holds unchanged. */
const value = (decimal: string): number => Number(decimal);

export function dosage(line: CheckedLine, drug: Drug): Dosage {
  const extension: Extension[] = Object.entries(line.slots ?? {}).flatMap(([slot, dose]) =>
    dose === undefined
      ? []
      : [
          {
            url: EXT.slotDose,
            extension: [
              { url: 'slot', valueCode: slot },
              { url: 'dose', valueDecimal: value(dose) },
            ],
          },
        ],
  );
  if (line.timing !== undefined) extension.push({ url: EXT.timingText, valueString: line.timing });
  const doses = Object.values(line.slots ?? {}).map(value);
  // Amounts that differ have no "so much, so often": the largest times the times would say more than the day holds.
  const uneven = new Set(doses).size > 1;
  const times = uneven ? undefined : (line.timesPerDay ?? (doses.length || undefined));
  return {
    extension: extension.length > 0 ? extension : undefined,
    sequence: 1,
    text: line.text,
    patientInstruction: line.note,
    timing: {
      repeat: {
        boundsDuration: { value: line.days, unit: 'ngày', system: CS.ucum, code: 'd' },
        ...(times === undefined ? {} : { frequency: times, period: 1, periodUnit: 'd' as const }),
      },
    },
    asNeededBoolean: line.asNeeded,
    route: { coding: [{ system: CS.route, code: line.route ?? drug.route }] },
    doseAndRate: [{ doseQuantity: { value: value(line.perDose), unit: line.doseUnit } }],
  };
}

/** What the line says of the drug, its taking and its amount; the visit's own fields are added by the handler. */
export function medicationRequest(
  line: CheckedLine,
  drug: Drug,
  at: string,
  validDays: number,
): Pick<
  MedicationRequest,
  | 'resourceType'
  | 'status'
  | 'intent'
  | 'medicationCodeableConcept'
  | 'dosageInstruction'
  | 'dispenseRequest'
  | 'extension'
> {
  const coding = [{ system: CS.drug, code: drug.code, display: drug.text }];
  const extension: Extension[] = [
    { url: EXT.days, valuePositiveInt: line.days },
    { url: EXT.price, valueDecimal: drug.price },
    { url: EXT.paymentRatio, valueDecimal: drug.ratio },
  ];
  if (line.quantityReason !== undefined) extension.push({ url: EXT.quantityReason, valueString: line.quantityReason });
  for (const { rule, reason, pharmacist } of line.overrides ?? [])
    extension.push({
      url: EXT.override,
      extension: [
        { url: 'alert', valueString: rule },
        { url: 'note', valueString: reason },
        ...(pharmacist ? [{ url: 'pharmacist', valueBoolean: true }] : []),
      ],
    });
  return {
    resourceType: 'MedicationRequest',
    extension,
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: {
      coding: drug.atc === undefined ? coding : [...coding, { system: ATC, code: drug.atc }],
      text: drug.text,
    },
    dosageInstruction: [dosage(line, drug)],
    dispenseRequest: {
      quantity: { value: value(line.quantity), unit: drug.unit },
      validityPeriod: { start: at, end: addDays(localDate(at), validDays) },
      expectedSupplyDuration: { value: line.days, unit: 'ngày', system: CS.ucum, code: 'd' },
    },
  };
}
