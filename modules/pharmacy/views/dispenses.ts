import { flag, has, instant, number, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { REFUNDED } from '../read.ts';

const lot = (part: string): string => `extension[url=${EXT.lot}].extension[url=${part}]`;

/** What was handed over, a row for a line and lot. */
export const dispenses: ViewDefinition = {
  name: 'pharmacy.dispenses',
  kind: 'live',
  base: 'MedicationDispense',
  where: has(`${lot('lot')}.valueString`),
  columns: {
    encounter: text(referenceId('context.reference'), { indexed: true }),
    medicationRequest: text(referenceId('authorizingPrescription.reference'), { indexed: true }),
    status: text('status'),
    drug: text(`medicationCodeableConcept.coding[system=${CS.drug}].code`),
    name: text('medicationCodeableConcept.text'),
    quantity: number('quantity.value'),
    unit: text('quantity.unit'),
    lot: text(`${lot('lot')}.valueString`, { indexed: true }),
    expiry: text(`${lot('expiry')}.valueDate`),
    place: text(`${lot('place')}.valueString`),
    at: instant('whenHandedOver', { indexed: true }),
    by: text('performer.actor.display'),
    refunded: flag(`extension[url=${REFUNDED}].valueBoolean`),
    returnReason: text('statusReasonCodeableConcept.text'),
  },
};
