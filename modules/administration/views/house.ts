import { CLOSED_FROM } from '@mach/encounter/contract.ts';
import { CHANGE_EXT, CHANGE_SYSTEM } from '@mach/engine/rule-packs/change.ts';
import {
  all,
  has,
  instant,
  is,
  not,
  number,
  referenceId,
  text,
  type ViewDefinition,
} from '@mach/store/views/definition.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { PRINTER } from '../house/printers.ts';

export const departments: ViewDefinition = {
  name: 'administration.departments',
  kind: 'live',
  base: 'Organization',
  where: has(`identifier[system=${SID.department}].value`),
  columns: {
    code: text(`identifier[system=${SID.department}].value`, { indexed: true }),
    name: text('name'),
    active: text('active'),
    closedFrom: text(`extension[url=${CLOSED_FROM}].valueDate`),
  },
};

/** Rooms and beds. */
export const places: ViewDefinition = {
  name: 'administration.places',
  kind: 'live',
  base: 'Location',
  where: has(`identifier[system=${SID.location}].value`),
  joins: {
    department: { type: 'Organization', path: 'managingOrganization.reference', param: 'Location.organization' },
    room: { type: 'Location', path: 'partOf.reference', param: 'Location.partof' },
  },
  columns: {
    code: text(`identifier[system=${SID.location}].value`, { indexed: true }),
    name: text('name'),
    use: text(`type.coding[system=${CS.role}].code`),
    specialty: text('type.text'),
    bed: text('physicalType.coding.code'),
    department: text(referenceId('managingOrganization.reference')),
    departmentName: text('$department.name'),
    room: text(referenceId('partOf.reference')),
    roomName: text('$room.name'),
    examService: text(`extension[url=${EXT.room}-exam-service].valueString`),
    status: text('status'),
    closedFrom: text(`extension[url=${CLOSED_FROM}].valueDate`),
  },
};

const change = (part: string): string => `extension[url=${CHANGE_EXT.change}].extension[url=${part}]`;

/** Price lists and corrections. */
export const changes: ViewDefinition = {
  name: 'administration.changes',
  kind: 'live',
  base: 'Library',
  where: is(`type.coding[system=${CHANGE_SYSTEM}].code`, 'pack-change'),
  columns: {
    title: text('title'),
    kind: text(`${change('kind')}.valueCode`, { indexed: true }),
    status: text('status', { indexed: true }),
    subjects: text(`${change('subjects')}.valueString`),
    entries: number(`${change('entries')}.valueInteger`),
    document: text('relatedArtifact.citation'),
    reason: text('purpose'),
    from: text('effectivePeriod.start'),
    to: text('effectivePeriod.end'),
    endedFrom: text(`extension[url=${CHANGE_EXT.ended}].extension[url=from].valueDate`),
    proposedBy: text(`${change('proposedBy')}.valueString`),
    proposedByName: text(`${change('proposedByName')}.valueString`),
    proposedAt: instant('date'),
    decidedByName: text(`${change('decidedByName')}.valueString`),
    decidedAt: instant(`${change('decidedAt')}.valueInstant`),
    note: text(`${change('note')}.valueString`),
  },
};

export const printers: ViewDefinition = {
  name: 'administration.printers',
  kind: 'live',
  base: 'Device',
  where: all(is(`type.coding[system=${PRINTER.type}].code`, PRINTER.code), not(is('status', 'inactive'))),
  joins: { room: { type: 'Location', path: 'location.reference', param: 'Device.location' } },
  columns: {
    name: text('deviceName.name'),
    room: text(referenceId('location.reference')),
    roomName: text('$room.name'),
    roomCode: text(`$room.identifier[system=${SID.location}].value`),
  },
};
