/** Columns that every worklist of orders has. */
import {
  type Column,
  flag,
  has,
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

export const GROUP = `category.coding[system=${CS.serviceGroup}].code`;
export const STATE = `extension[url=${EXT.state}].valueCode`;
const visit = (url: string, value: string): string => `$visit.extension[url=${url}].${value}`;

export const orderJoins: ViewDefinition['joins'] = {
  patient: { type: 'Patient', path: 'subject.reference', param: 'ServiceRequest.subject' },
  visit: { type: 'Encounter', path: 'encounter.reference', param: 'ServiceRequest.encounter' },
};

/** An order of this house in one of the groups. */
export const ordersOf = (...groups: string[]): ViewDefinition['where'] => ({
  op: 'all',
  of: [has(STATE), oneOf(GROUP, ...groups)],
});

export const orderColumns: Readonly<Record<string, Column>> = {
  encounter: text(referenceId('encounter.reference'), { indexed: true }),
  orderCode: text(`identifier[system=${SID.orderCode}].value`, { indexed: true }),
  service: text(`code.coding[system=${CS.service}].code`),
  name: text('code.text'),
  group: text(GROUP),
  state: text(STATE, { indexed: true }),
  priority: text('priority'),
  rank: number(
    when(
      [
        // biome-ignore lint/suspicious/noThenProperty: the word of the view language; nothing awaits a case
        { if: is('priority', 'stat'), then: '1' },
        // biome-ignore lint/suspicious/noThenProperty: the same
        { if: oneOf('priority', 'urgent', 'asap'), then: '2' },
      ],
      '3',
    ),
    { indexed: true },
  ),
  question: text(`extension[url=${EXT.clinicalQuestion}].valueString`),
  orderedAt: instant('authoredOn', { indexed: true }),
  requester: text(referenceId('requester.reference')),
  requesterName: text('requester.display'),
  patientName: text('$patient.name.text'),
  birthDate: text('$patient.birthDate'),
  gender: text('$patient.gender'),
  patientCode: text(`$patient.identifier[system=${SID.patientCode}].value`),
  visitCode: text(`$visit.identifier[system=${SID.visitCode}].value`),
  queueNumber: text(visit(EXT.queueNumber, 'valueString')),
  visitState: text(visit(EXT.visitState, 'valueCode')),
  roomName: text('$visit.location.location.display'),
};

/** True where the condition holds, else false: never empty. */
export const yes = (condition: Parameters<typeof when>[0][number]['if']): Column =>
  // biome-ignore lint/suspicious/noThenProperty: the word of the view language
  flag(when([{ if: condition, then: 'true' }], 'false'));
