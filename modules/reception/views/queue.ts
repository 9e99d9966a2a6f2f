import {
  all,
  count,
  first,
  has,
  instant,
  is,
  last,
  not,
  number,
  referenceId,
  text,
  type ViewDefinition,
} from '@mach/store/views/definition.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { KIOSK_HELP, QUEUE_CALL } from '../queue/records.ts';

/** Calls to the door and absences, one row each. */
export const calls: ViewDefinition = {
  name: 'reception.calls',
  kind: 'live',
  base: 'Communication',
  where: has(`topic.coding[system=${QUEUE_CALL}].code`),
  columns: {
    encounter: text(referenceId('encounter.reference'), { indexed: true }),
    kind: text(`topic.coding[system=${QUEUE_CALL}].code`),
    at: instant('sent', { indexed: true }),
    room: text(referenceId('about.reference'), { indexed: true }),
    by: text('sender.display'),
  },
};

/** Calls for staff from the kiosks in the hall. */
export const help: ViewDefinition = {
  name: 'reception.help',
  kind: 'live',
  base: 'Communication',
  where: has(`topic.coding[system=${KIOSK_HELP}].code`),
  columns: {
    state: text('status', { indexed: true }),
    at: instant('sent', { indexed: true }),
    from: text('sender.display'),
  },
};

const group = `category.coding[system=${CS.serviceGroup}].code`;
const state = `extension[url=${EXT.state}].valueCode`;
const given = (kind: string) => all(is(group, kind), has(state), not(is(state, 'cancelled')));
const technique = all(has(state), not(is(group, 'exam')), not(is(group, 'procedure')), not(is(state, 'cancelled')));

/** The moments of a visit by which the four official clocks run. */
export const clocks: ViewDefinition = {
  name: 'reception.clocks',
  kind: 'live',
  base: 'Encounter',
  where: has(`extension[url=${EXT.visitState}].valueCode`),
  children: {
    orders: { type: 'ServiceRequest', path: 'encounter.reference', param: 'ServiceRequest.encounter' },
    reports: { type: 'DiagnosticReport', path: 'encounter.reference', param: 'DiagnosticReport.encounter' },
    handed: { type: 'MedicationDispense', path: 'context.reference', param: 'MedicationDispense.context' },
  },
  columns: {
    visitCode: text(`identifier[system=${SID.visitCode}].value`),
    state: text(`extension[url=${EXT.visitState}].valueCode`, { indexed: true }),
    room: text(referenceId('location.location.reference')),
    roomName: text('location.location.display'),
    arrivedAt: instant('period.start', { indexed: true }),
    calledAt: instant('participant.period.start'),
    orderedAt: instant(first('orders', 'authoredOn', 'authoredOn', technique)),
    resultsAt: instant(last('reports', 'issued', 'issued', has('issued'))),
    endedAt: instant('period.end'),
    handedAt: instant(last('handed', 'whenHandedOver', 'whenHandedOver', has('whenHandedOver'))),
    lab: number(count('orders', given('lab'))),
    imaging: number(count('orders', given('imaging'))),
    functional: number(count('orders', given('functional'))),
  },
};
