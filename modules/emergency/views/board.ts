import {
  all,
  any,
  coalesce,
  count,
  has,
  instant,
  is,
  json,
  last,
  list,
  not,
  number,
  oneOf,
  referenceId,
  text,
  type ViewDefinition,
} from '@mach/store/views/definition.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { BUNDLE, CODES, EMERGENCY, RUN, TRIAGE_CLOCK } from '../records.ts';

const LOINC_PANEL = '85353-1';
const LOINC_WEIGHT = '29463-7';
const BY = 'effectiveDateTime';

const standing = not(is('status', 'entered-in-error'));
const scored = (code: string) => all(is(`code.coding[system=${CS.score}].code`, code), standing);
const triage = scored(CODES.triage);
const recorded = `extension[url=${EXT.computedBy}].extension[url=recorded].valueString`;
const risk = `interpretation.coding[system=${CS.score}].code`;
const own = (part: string, value: string): string => `extension[url=${EMERGENCY}].extension[url=${part}].${value}`;
const clock = (part: string): string => `extension[url=${TRIAGE_CLOCK}].extension[url=${part}].valueInstant`;
const run = (part: string, value: string): string => `extension[url=${RUN}].extension[url=${part}].${value}`;

const group = `category.coding[system=${CS.serviceGroup}].code`;
const state = `extension[url=${EXT.state}].valueCode`;
const diagnostic = all(oneOf(group, 'lab', 'imaging', 'functional'), has(state), not(is(state, 'cancelled')));
const reason = `extension[url=${EXT.priority}].extension[url=reason].valueCoding.code`;

/** The room that the patient is in now. */
const room = 'location[status=active].location';

/**
 * One row a visit of the emergency room: of the emergency class, or sent by reception with that priority and not yet
 * triaged.
 */
export const board: ViewDefinition = {
  name: 'emergency.board',
  kind: 'live',
  base: 'Encounter',
  where: all(has(`extension[url=${EXT.visitState}].valueCode`), any(is('class.code', 'EMER'), is(reason, 'emergency'))),
  joins: { patient: { type: 'Patient', path: 'subject.reference', param: 'Encounter.subject' } },
  children: {
    measured: { type: 'Observation', path: 'encounter.reference', param: 'Observation.encounter' },
    orders: { type: 'ServiceRequest', path: 'encounter.reference', param: 'ServiceRequest.encounter' },
    runs: { type: 'Task', path: 'encounter.reference', param: 'Task.encounter' },
  },
  columns: {
    visitCode: text(`identifier[system=${SID.visitCode}].value`, { indexed: true }),
    name: text(coalesce('$patient.name.text', 'subject.display')),
    birthDate: text('$patient.birthDate'),
    gender: text('$patient.gender'),
    patientCode: text(`$patient.identifier[system=${SID.patientCode}].value`),
    codeName: text(`$patient.identifier[system=${SID.temporaryPatient}].value`),
    state: text(`extension[url=${EXT.visitState}].valueCode`, { indexed: true }),
    stage: text(own('stage', 'valueCode')),
    bed: text(own('bed', 'valueString')),
    mode: text(own('mode', 'valueCode')),
    doorAt: instant(coalesce(own('door', 'valueInstant'), 'period.start'), { indexed: true }),
    complaint: text('reasonCode.text'),
    room: text(referenceId(`${room}.reference`)),
    roomName: text(`${room}.display`),
    level: number(last('measured', 'valueInteger', BY, triage)),
    triagedAt: instant(last('measured', BY, BY, triage)),
    seeBy: instant(last('measured', clock('seeBy'), BY, triage)),
    recheckAt: instant(last('measured', clock('recheckAt'), BY, triage)),
    triages: number(count('measured', triage)),
    seenAt: instant('participant.period.start'),
    doctorName: text('participant.individual.display'),
    news2: number(last('measured', 'valueInteger', BY, scored('news2'))),
    news2Recorded: text(last('measured', recorded, BY, scored('news2'))),
    news2Risk: text(last('measured', risk, BY, scored('news2'))),
    pews: number(last('measured', 'valueInteger', BY, scored('pews'))),
    pewsRisk: text(last('measured', risk, BY, scored('pews'))),
    meows: text(last('measured', 'valueString', BY, scored('meows'))),
    meowsRisk: text(last('measured', risk, BY, scored('meows'))),
    vitalsAt: instant(last('measured', BY, BY, all(is(`code.coding[system=${CS.loinc}].code`, LOINC_PANEL), standing))),
    weight: number(
      last(
        'measured',
        'valueQuantity.value',
        BY,
        all(is(`code.coding[system=${CS.loinc}].code`, LOINC_WEIGHT), standing),
      ),
    ),
    trend: json(list('measured', { at: BY, value: 'valueInteger' }, BY, any(scored('news2'), scored('pews')))),
    runs: json(
      list(
        'runs',
        {
          run: 'id',
          bundle: `code.coding[system=${BUNDLE}].code`,
          name: 'code.text',
          status: 'status',
          changedAt: 'lastModified',
          startedAt: 'executionPeriod.start',
          nextStep: run('nextStep', 'valueString'),
          nextDueAt: run('nextDueAt', 'valueInstant'),
          clock: run('clock', 'valueString'),
          clockDueAt: run('clockDueAt', 'valueInstant'),
        },
        'executionPeriod.start',
        has(`code.coding[system=${BUNDLE}].code`),
      ),
    ),
    ordersTotal: number(count('orders', diagnostic)),
    ordersDone: number(count('orders', all(diagnostic, oneOf(state, 'validated', 'seen')))),
    ordersUnseen: number(count('orders', all(diagnostic, is(state, 'validated')))),
    principalDiagnosis: text('diagnosis.condition.display'),
    allergyState: text(`$patient.extension[url=${EXT.allergyState}].valueCode`),
  },
};
