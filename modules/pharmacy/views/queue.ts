import {
  instant,
  is,
  number,
  oneOf,
  referenceId,
  text,
  type ViewDefinition,
  when,
} from '@mach/store/views/definition.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';

const STATE = `businessStatus.coding[system=${CS.state}].code`;

/** Prescriptions as the window works them off. The base is the task that carries a prescription's state. */
export const queue: ViewDefinition = {
  name: 'pharmacy.queue',
  kind: 'live',
  base: 'Task',
  where: is(`code.coding[system=${CS.document}].code`, 'prescription'),
  patient: { kind: 'reference-id', path: 'for.reference' },
  joins: {
    patient: { type: 'Patient', path: 'for.reference', param: 'Task.patient' },
    visit: { type: 'Encounter', path: 'encounter.reference', param: 'Task.encounter' },
  },
  columns: {
    encounter: text(referenceId('encounter.reference'), { indexed: true }),
    prescription: text(referenceId('focus.reference'), { indexed: true }),
    code: text(`identifier[system=${SID.prescriptionCode}].value`, { indexed: true }),
    kind: text(`extension[url=${EXT.prescriptionKind}].valueCode`),
    state: text(STATE, { indexed: true }),
    rank: number(
      when(
        [
          // biome-ignore lint/suspicious/noThenProperty: the word of the view language; nothing awaits a case
          { if: oneOf(STATE, 'signed', 'sent', 'national-code'), then: '1' },
          // biome-ignore lint/suspicious/noThenProperty: the same
          { if: is(STATE, 'partly-dispensed'), then: '2' },
          // biome-ignore lint/suspicious/noThenProperty: the same
          { if: is(STATE, 'dispensed'), then: '3' },
        ],
        '4',
      ),
      { indexed: true },
    ),
    payer: text(`extension[url=${EXT.payer}].valueCoding.code`),
    prescribedAt: instant('authoredOn', { indexed: true }),
    prescriberName: text('requester.display'),
    patientName: text('$patient.name.text'),
    birthDate: text('$patient.birthDate'),
    gender: text('$patient.gender'),
    patientCode: text(`$patient.identifier[system=${SID.patientCode}].value`),
    visitCode: text(`$visit.identifier[system=${SID.visitCode}].value`),
    queueNumber: text(`$visit.extension[url=${EXT.queueNumber}].valueString`),
    visitState: text(`$visit.extension[url=${EXT.visitState}].valueCode`, { indexed: true }),
    priorityReason: text(`$visit.extension[url=${EXT.priority}].extension[url=reason].valueCoding.code`),
    roomName: text('$visit.location.location.display'),
  },
};
