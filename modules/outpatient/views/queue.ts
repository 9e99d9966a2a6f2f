import {
  all,
  coalesce,
  constant,
  count,
  flag,
  has,
  instant,
  is,
  last,
  not,
  number,
  oneOf,
  referenceId,
  text,
  type ViewDefinition,
} from '@mach/store/views/definition.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { URGENT, VITALS_PANEL } from '../rules/vital-records.ts';

const standing = not(is('status', 'entered-in-error'));
const panel = all(is(`code.coding[system=${CS.loinc}].code`, VITALS_PANEL), standing);
const news2 = all(is(`code.coding[system=${CS.score}].code`, 'news2'), standing);
const recorded = `extension[url=${EXT.computedBy}].extension[url=recorded].valueString`;

const group = `category.coding[system=${CS.serviceGroup}].code`;
const state = `extension[url=${EXT.state}].valueCode`;
const diagnostic = all(oneOf(group, 'lab', 'imaging', 'functional'), has(state), not(is(state, 'cancelled')));
const done = all(diagnostic, oneOf(state, 'validated', 'seen'));
const unseen = all(diagnostic, is(state, 'validated'));

/** The room that the patient is in now: earlier ones of the visit are completed. */
const room = 'location[status=active].location';

/** One row a visit: what the nurse and the doctor choose the next person by. */
export const queue: ViewDefinition = {
  name: 'outpatient.queue',
  kind: 'live',
  base: 'Encounter',
  where: has(`extension[url=${EXT.visitState}].valueCode`),
  joins: { patient: { type: 'Patient', path: 'subject.reference', param: 'Encounter.subject' } },
  children: {
    measured: { type: 'Observation', path: 'encounter.reference', param: 'Observation.encounter' },
    orders: { type: 'ServiceRequest', path: 'encounter.reference', param: 'ServiceRequest.encounter' },
  },
  columns: {
    visitCode: text(`identifier[system=${SID.visitCode}].value`, { indexed: true }),
    // The list is read in this order also where no day or room narrows it.
    queueNumber: text(`extension[url=${EXT.queueNumber}].valueString`, { indexed: true }),
    name: text(coalesce('$patient.name.text', 'subject.display')),
    birthDate: text('$patient.birthDate'),
    gender: text('$patient.gender'),
    patientCode: text(`$patient.identifier[system=${SID.patientCode}].value`),
    state: text(`extension[url=${EXT.visitState}].valueCode`, { indexed: true }),
    room: text(referenceId(`${room}.reference`), { indexed: true }),
    roomName: text(`${room}.display`),
    reason: text('reasonCode.text'),
    payer: text(`extension[url=${EXT.payer}].valueCoding.code`),
    priority: number(`extension[url=${EXT.priority}].extension[url=level].valueInteger`),
    priorityReason: text(`extension[url=${EXT.priority}].extension[url=reason].valueCoding.code`),
    arrivedAt: instant('period.start', { indexed: true }),
    doctor: text(referenceId('participant.individual.reference'), { indexed: true }),
    doctorName: text('participant.individual.display'),
    news2: number(last('measured', 'valueInteger', 'effectiveDateTime', news2)),
    news2Recorded: text(last('measured', recorded, 'effectiveDateTime', news2)),
    news2Risk: text(last('measured', `interpretation.coding[system=${CS.score}].code`, 'effectiveDateTime', news2)),
    vitalsAt: instant(last('measured', 'effectiveDateTime', 'effectiveDateTime', panel)),
    vitalsUrgent: flag(
      coalesce(
        last('measured', `extension[url=${URGENT}].valueBoolean`, 'effectiveDateTime', panel),
        constant('false'),
      ),
    ),
    ordersTotal: number(count('orders', diagnostic)),
    ordersDone: number(count('orders', done)),
    ordersUnseen: number(count('orders', unseen)),
    principalDiagnosis: text('diagnosis.condition.display'),
    allergyState: text(`$patient.extension[url=${EXT.allergyState}].valueCode`),
  },
};
