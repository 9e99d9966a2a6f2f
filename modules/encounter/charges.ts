/** From a row of a price list to a billable line. Pure: the one place that decides what a service or a drug costs. */
import type { ChargeItem, Coding, Extension, Practitioner, Reference } from '@mach/fhir/types.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import type { Drug, Service } from './catalogue.ts';
import { CLAIM_SERVICE } from './read.ts';
import type { Payer } from './states.ts';

export interface ChargeOf {
  patient: string;
  encounter: string;
  /** Who pays for the visit. */
  payer: Payer;
  /** The patient chose to pay for this line whole. */
  paidByPatient?: boolean;
  /** The order or prescription line that it pays for: `ServiceRequest/…`. */
  source: string;
  /** When it was ordered, and when that was typed. */
  at: string;
  entered: string;
  enterer?: Reference<Practitioner>;
}

/** Who pays a line: the fund only on an insured visit, for an insured item that the patient has not taken on. */
export const linePayer = (of: Pick<ChargeOf, 'payer' | 'paidByPatient'>, ratio: number): Payer =>
  of.payer === 'bhyt' && ratio > 0 && of.paidByPatient !== true ? 'bhyt' : 'fee';

/** The house's code, then the insurer's where it has one. */
export function serviceCodings(service: Service): Coding[] {
  const own: Coding = { system: CS.service, code: service.code, display: service.text.vi };
  return service.claimCode === undefined ? [own] : [own, { system: CLAIM_SERVICE, code: service.claimCode }];
}

export function serviceCharge(service: Service, quantity: number, of: ChargeOf): ChargeItem {
  return charge(
    serviceCodings(service),
    service.text.vi,
    service.costGroup,
    { value: quantity, unit: 'lần' },
    service,
    of,
  );
}

/** MA_NHOM of a drug. Editions that tell drugs outside the list (5) and at a ratio (6) from the rest (4) say so. */
export function drugCostGroup(ratio: number, groups: ReadonlySet<string>): string {
  if (ratio === 0 && groups.has('5')) return '5';
  if (ratio < 100 && groups.has('6')) return '6';
  return '4';
}

/** `quantity` is exact decimal text in the dispensing unit. */
export function drugCharge(drug: Drug, quantity: string, groups: ReadonlySet<string>, of: ChargeOf): ChargeItem {
  const coding: Coding = { system: CS.drug, code: drug.code, display: drug.text };
  const group = drugCostGroup(drug.ratio, groups);
  return charge([coding], drug.text, group, { value: Number(quantity), unit: drug.unit }, drug, of);
}

function charge(
  codings: readonly Coding[],
  text: string,
  costGroup: string,
  quantity: { value: number; unit: string },
  item: { price: number; ceiling?: number; ratio: number },
  of: ChargeOf,
): ChargeItem {
  const payer = linePayer(of, item.ratio);
  const extension: Extension[] = [
    { url: EXT.paymentRatio, valueDecimal: item.ratio },
    // Marked where it is the patient's own choice: it then outlasts a change of the visit's payer.
    { url: EXT.payer, valueCoding: { system: CS.payer, code: payer, userSelected: of.paidByPatient || undefined } },
  ];
  if (item.ceiling !== undefined) extension.push({ url: EXT.priceCeiling, valueDecimal: item.ceiling });
  return {
    resourceType: 'ChargeItem',
    extension,
    status: 'billable',
    code: { coding: [...codings, { system: CS.costGroup, code: costGroup }], text },
    subject: { reference: `Patient/${of.patient}` },
    context: { reference: `Encounter/${of.encounter}` },
    occurrenceDateTime: of.at,
    enteredDate: of.entered,
    enterer: of.enterer,
    quantity,
    priceOverride: { value: item.price, currency: 'VND' },
    supportingInformation: [{ reference: of.source }],
  };
}
