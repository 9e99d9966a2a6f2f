import { has, instant, number, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { EXT, SID } from '@mach/vn/systems.ts';

/** Every visit of the house with its place in the queue; screens ask for a day by `arrivedAt.from`. */
export const today: ViewDefinition = {
  name: 'reception.today',
  kind: 'live',
  base: 'Encounter',
  where: has(`extension[url=${EXT.visitState}].valueCode`),
  joins: { patient: { type: 'Patient', path: 'subject.reference', param: 'Encounter.subject' } },
  columns: {
    visitCode: text(`identifier[system=${SID.visitCode}].value`, { indexed: true }),
    arrivedAt: instant('period.start', { indexed: true }),
    queueNumber: text(`extension[url=${EXT.queueNumber}].valueString`),
    name: text('$patient.name.text'),
    birthDate: text('$patient.birthDate'),
    gender: text('$patient.gender'),
    patientCode: text(`$patient.identifier[system=${SID.patientCode}].value`),
    phone: text('$patient.telecom[system=phone].value'),
    state: text(`extension[url=${EXT.visitState}].valueCode`, { indexed: true }),
    room: text(referenceId('location.location.reference'), { indexed: true }),
    roomName: text('location.location.display'),
    /** Since when in this room: a call before it was another room's. */
    roomSince: instant('location.period.start'),
    reason: text('reasonCode.text'),
    payer: text(`extension[url=${EXT.payer}].valueCoding.code`),
    priority: number(`extension[url=${EXT.priority}].extension[url=level].valueInteger`),
    priorityReason: text(`extension[url=${EXT.priority}].extension[url=reason].valueCoding.code`),
    calledAt: instant('participant.period.start'),
    doctor: text(referenceId('participant.individual.reference')),
    doctorName: text('participant.individual.display'),
    endedAt: instant('period.end'),
  },
};
