import { has, is, number, referenceId, sum, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { REFUNDED } from '../read.ts';

/** Lines of prescriptions of this house, with what has been handed over of each. */
export const lines: ViewDefinition = {
  name: 'pharmacy.lines',
  kind: 'live',
  base: 'MedicationRequest',
  where: { op: 'all', of: [is('groupIdentifier.system', SID.prescriptionCode), has('encounter.reference')] },
  children: {
    dispenses: {
      type: 'MedicationDispense',
      path: 'authorizingPrescription.reference',
      param: 'MedicationDispense.prescription',
    },
  },
  columns: {
    encounter: text(referenceId('encounter.reference'), { indexed: true }),
    code: text('groupIdentifier.value', { indexed: true }),
    status: text('status'),
    drug: text(`medicationCodeableConcept.coding[system=${CS.drug}].code`),
    name: text('medicationCodeableConcept.text'),
    quantity: number('dispenseRequest.quantity.value'),
    unit: text('dispenseRequest.quantity.unit'),
    perDose: number('dosageInstruction.doseAndRate.doseQuantity.value'),
    doseUnit: text('dosageInstruction.doseAndRate.doseQuantity.unit'),
    timesPerDay: number('dosageInstruction.timing.repeat.frequency'),
    days: number(`extension[url=${EXT.days}].valuePositiveInt`),
    directions: text('dosageInstruction.text'),
    timing: text(`dosageInstruction.extension[url=${EXT.timingText}].valueString`),
    note: text('dosageInstruction.patientInstruction'),
    validUntil: text('dispenseRequest.validityPeriod.end'),
    dispensed: number(sum('dispenses', 'quantity.value', is('status', 'completed'))),
    refunded: number(sum('dispenses', 'quantity.value', is(`extension[url=${REFUNDED}].valueBoolean`, 'true'))),
  },
};
