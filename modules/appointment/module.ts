import { commands, defineModule, reaction } from '@mach/engine/module.ts';
import { arriveCommand, bookCommand, cancelCommand, moveCommand, noShowCommand } from './commands/book.ts';
import { bookFollowUpCommand, remindCommand, stopForCommand } from './commands/follow-up.ts';
import { closeSlotsCommand, openSlotsCommand, setRosterCommand } from './commands/slots.ts';
import { bookFollowUp, stopFor } from './contract.ts';
import { messageSimulator } from './messages.ts';
import { APP_EXT, CODE } from './record.ts';
import { schedules } from './schedules.ts';
import { bookings, rosters, slots } from './views/appointments.ts';

type Raw = Record<string, unknown>;
const items = (value: unknown): Raw[] => (Array.isArray(value) ? (value as Raw[]) : []);
const carries = (url: string) => (resource: Raw) => items(resource.extension).some((e) => e.url === url);

const desk = [
  'appointment.see',
  'appointment.book',
  'record.read:Appointment',
  'record.read:Slot',
  'record.read:Schedule',
];

/** Appointments: rosters give slots, slots take people, people are reminded and checked in. */
export default defineModule({
  name: 'appointment',
  title: { vi: 'Lịch hẹn', en: 'Appointments' },
  commands: commands(
    setRosterCommand,
    openSlotsCommand,
    closeSlotsCommand,
    bookCommand,
    moveCommand,
    cancelCommand,
    noShowCommand,
    arriveCommand,
    bookFollowUpCommand,
    remindCommand,
    stopForCommand,
  ),
  views: [
    { definition: slots, permission: 'appointment.see', title: { vi: 'Giờ hẹn', en: 'Slots' }, sort: 'startAt' },
    {
      definition: bookings,
      permission: 'appointment.see',
      title: { vi: 'Lịch hẹn', en: 'Appointments' },
      sort: 'startAt',
    },
    { definition: rosters, permission: 'appointment.see', title: { vi: 'Lịch làm việc', en: 'Rosters' }, sort: 'from' },
  ],
  reactions: [
    reaction({
      name: 'appointment.follow-up-on-concluded',
      event: 'encounter.concluded',
      command: bookFollowUp,
      // A visit that asks for nothing is answered with nothing: only the record knows the date.
      input: ({ payload }) => ({ encounter: String(payload.encounter) }),
      roles: ['system'],
    }),
    reaction({
      name: 'appointment.stop-on-death',
      event: 'encounter.concluded',
      command: stopFor,
      input: ({ payload }) =>
        payload.outcome === 'died' ? { patient: String(payload.patient), reason: 'Người bệnh đã mất' } : undefined,
      roles: ['system'],
    }),
  ],
  owns: [
    {
      type: 'Appointment',
      command: 'appointment.book',
      when: (r) => items(r.identifier).some((i) => i.system === CODE),
    },
    { type: 'Slot', command: 'appointment.openSlots', when: carries(APP_EXT.places) },
    { type: 'Schedule', command: 'appointment.setRoster', when: carries(APP_EXT.roster) },
  ],
  schedules,
  destinations: [messageSimulator()],
  roles: {
    reception: desk,
    nurse: desk,
    doctor: [...desk, 'appointment.follow-up'],
    director: ['appointment.see'],
    administrator: ['appointment.see', 'appointment.roster', 'appointment.open'],
    system: ['appointment.see', 'appointment.follow-up', 'appointment.remind', 'appointment.open'],
  },
});
