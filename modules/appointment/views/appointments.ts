import {
  coalesce,
  count,
  has,
  instant,
  number,
  oneOf,
  referenceId,
  text,
  type ViewDefinition,
} from '@mach/store/views/definition.ts';
import { SID } from '@mach/vn/systems.ts';
import { APP_EXT, CODE, ORIGIN } from '../record.ts';

const ref = (url: string): string => `extension[url=${url}].valueReference.reference`;
const name = (url: string): string => `extension[url=${url}].valueReference.display`;
const caller = (part: string): string => `extension[url=${APP_EXT.caller}].extension[url=${part}].valueString`;
const plan = (part: string): string => `extension[url=${APP_EXT.roster}].extension[url=${part}]`;

const place = {
  room: text(referenceId(ref(APP_EXT.room)), { indexed: true }),
  roomName: text(name(APP_EXT.room)),
  doctor: text(referenceId(ref(APP_EXT.doctor)), { indexed: true }),
  doctorName: text(name(APP_EXT.doctor)),
};

/** The grid: every slot with the number of people who stand in it. */
export const slots: ViewDefinition = {
  name: 'appointment.slots',
  kind: 'live',
  base: 'Slot',
  where: has(`extension[url=${APP_EXT.places}].valueInteger`),
  children: { bookings: { type: 'Appointment', path: 'slot.reference', param: 'Appointment.slot' } },
  columns: {
    schedule: text(referenceId('schedule.reference'), { indexed: true }),
    status: text('status'),
    startAt: instant('start', { indexed: true }),
    endAt: instant('end'),
    ...place,
    places: number(`extension[url=${APP_EXT.places}].valueInteger`),
    booked: number(count('bookings', oneOf('status', 'booked', 'arrived', 'fulfilled', 'pending'))),
  },
};

export const bookings: ViewDefinition = {
  name: 'appointment.bookings',
  kind: 'live',
  base: 'Appointment',
  where: has(`identifier[system=${CODE}].value`),
  joins: { patient: { type: 'Patient', path: ref(APP_EXT.patient), param: 'Appointment.patient' } },
  patient: referenceId(ref(APP_EXT.patient)),
  columns: {
    patientId: text(referenceId(ref(APP_EXT.patient)), { indexed: true }),
    code: text(`identifier[system=${CODE}].value`, { indexed: true }),
    status: text('status', { indexed: true }),
    slot: text(referenceId('slot.reference')),
    startAt: instant('start', { indexed: true }),
    endAt: instant('end'),
    wanted: text('requestedPeriod.start'),
    ...place,
    name: text(coalesce('$patient.name.text', caller('name'))),
    birthDate: text(coalesce('$patient.birthDate', caller('birthDate'))),
    phone: text(coalesce('$patient.telecom[system=phone].value', caller('phone')), { indexed: true }),
    patientCode: text(`$patient.identifier[system=${SID.patientCode}].value`),
    reason: text('description'),
    origin: text(`identifier[system=${ORIGIN}].value`, { indexed: true }),
    encounter: text(referenceId(ref(APP_EXT.encounter)), { indexed: true }),
    remindedAt: instant(`extension[url=${APP_EXT.reminded}].valueInstant`),
    changedReason: text(coalesce('cancelationReason.text', `extension[url=${APP_EXT.changed}].valueString`)),
  },
};

/** Who works where and when. */
export const rosters: ViewDefinition = {
  name: 'appointment.rosters',
  kind: 'live',
  base: 'Schedule',
  where: has(`${plan('minutes')}.valueInteger`),
  columns: {
    active: text('active'),
    ...place,
    from: text('planningHorizon.start'),
    to: text('planningHorizon.end'),
    weekdays: text(`${plan('weekdays')}.valueString`),
    sessions: text(`${plan('sessions')}.valueString`),
    minutes: number(`${plan('minutes')}.valueInteger`),
    places: number(`extension[url=${APP_EXT.places}].valueInteger`),
  },
};
