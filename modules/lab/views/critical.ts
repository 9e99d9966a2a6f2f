import { instant, is, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { CRITICAL_TASK } from '../contract.ts';

/** Critical results and who has to take note of them. */
export const critical: ViewDefinition = {
  name: 'lab.critical',
  kind: 'live',
  base: 'Task',
  where: is(`code.coding[system=${CS.document}].code`, CRITICAL_TASK),
  patient: { kind: 'reference-id', path: 'for.reference' },
  joins: {
    patient: { type: 'Patient', path: 'for.reference', param: 'Task.patient' },
    visit: { type: 'Encounter', path: 'encounter.reference', param: 'Task.encounter' },
  },
  columns: {
    encounter: text(referenceId('encounter.reference'), { indexed: true }),
    report: text(referenceId('focus.reference')),
    status: text('status', { indexed: true }),
    text: text('description'),
    doctor: text(referenceId('owner.reference'), { indexed: true }),
    at: instant('authoredOn', { indexed: true }),
    patientName: text('$patient.name.text'),
    queueNumber: text(`$visit.extension[url=${EXT.queueNumber}].valueString`),
    roomName: text('$visit.location.location.display'),
  },
};
