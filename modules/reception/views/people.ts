import { CLOSED_FROM } from '@mach/encounter/contract.ts';
import { all, has, instant, is, not, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { EXT, SID } from '@mach/vn/systems.ts';

/** People by the numbers they carry: exact look-up. Names are searched through the record search. */
export const people: ViewDefinition = {
  name: 'reception.people',
  kind: 'live',
  base: 'Patient',
  where: not(is('active', 'false')),
  columns: {
    name: text('name.text'),
    birthDate: text('birthDate'),
    gender: text('gender'),
    patientCode: text(`identifier[system=${SID.patientCode}].value`, { indexed: true }),
    cccd: text(`identifier[system=${SID.cccd}].value`, { indexed: true }),
    phone: text('telecom[system=phone].value', { indexed: true }),
    address: text('address.text'),
  },
};

export const cards: ViewDefinition = {
  name: 'reception.cards',
  kind: 'live',
  base: 'Coverage',
  where: all(is('status', 'active'), has(`identifier[system=${SID.bhyt}].value`)),
  joins: { patient: { type: 'Patient', path: 'beneficiary.reference', param: 'Coverage.beneficiary' } },
  patient: referenceId('beneficiary.reference'),
  columns: {
    name: text('$patient.name.text'),
    number: text(`identifier[system=${SID.bhyt}].value`, { indexed: true }),
    validFrom: text('period.start'),
    validTo: text('period.end'),
    registeredFacility: text(`extension[url=${EXT.registeredFacility}].valueIdentifier.value`),
    portalStatus: text(`extension[url=${EXT.portalCheck}].extension[url=status].valueCode`),
    portalAt: instant(`extension[url=${EXT.portalCheck}].extension[url=at].valueInstant`),
  },
};

/** Rooms where patients are examined. */
export const rooms: ViewDefinition = {
  name: 'reception.rooms',
  kind: 'live',
  base: 'Location',
  where: all(has(`extension[url=${EXT.room}-exam-service].valueString`), not(is('status', 'inactive'))),
  columns: {
    code: text(`identifier[system=${SID.location}].value`, { indexed: true }),
    name: text('name'),
    service: text(`extension[url=${EXT.room}-exam-service].valueString`),
    specialty: text('type.text'),
    closedFrom: text(`extension[url=${CLOSED_FROM}].valueDate`),
  },
};

/** The same for the device in the hall, which may read nothing else. */
export const kioskRooms: ViewDefinition = {
  ...rooms,
  name: 'reception.kioskRooms',
  columns: {
    code: text(`identifier[system=${SID.location}].value`),
    name: text('name'),
    closedFrom: text(`extension[url=${CLOSED_FROM}].valueDate`),
  },
};
