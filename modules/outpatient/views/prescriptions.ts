import { all, instant, is, last, oneOf, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { NATIONAL_WORK } from '../rules/national-work.ts';

const document = `code.coding[system=${CS.document}].code`;
const open = all(is(document, NATIONAL_WORK), oneOf('status', 'requested', 'in-progress'));

/** Prescriptions of the house: the task carries the state, the signed document never changes. */
export const prescriptions: ViewDefinition = {
  name: 'outpatient.prescriptions',
  kind: 'live',
  base: 'Task',
  where: is(document, 'prescription'),
  patient: referenceId('for.reference'),
  joins: {
    patient: { type: 'Patient', path: 'for.reference', param: 'Task.subject' },
    visit: { type: 'Encounter', path: 'encounter.reference', param: 'Task.encounter' },
  },
  children: { work: { type: 'Task', path: 'partOf.reference', param: 'Task.part-of' } },
  columns: {
    encounter: text(referenceId('encounter.reference'), { indexed: true }),
    prescription: text(referenceId('focus.reference')),
    code: text(`identifier[system=${SID.prescriptionCode}].value`, { indexed: true }),
    kind: text(`extension[url=${EXT.prescriptionKind}].valueCode`),
    state: text(`businessStatus.coding[system=${CS.state}].code`, { indexed: true }),
    prescribedAt: instant('authoredOn', { indexed: true }),
    prescriber: text(referenceId('requester.reference'), { indexed: true }),
    prescriberName: text('requester.display'),
    patientName: text('$patient.name.text'),
    visitState: text(`$visit.extension[url=${EXT.visitState}].valueCode`),
    nationalIssue: text(last('work', 'description', 'authoredOn', open)),
  },
};
