import { commands, defineModule } from '@mach/engine/module.ts';
import { SID } from '@mach/vn/systems.ts';
import { ethnicGroups, occupations } from './codes.ts';
import { queueRules } from './codes-rules.ts';
import { assessBenefitCommand } from './commands/benefit.ts';
import { changePayerCommand, checkInCommand } from './commands/check-in.ts';
import { addCoverageCommand } from './commands/coverage.ts';
import { identifyCommand } from './commands/identify.ts';
import { kioskLookCommand, kioskTakeCommand } from './commands/kiosk.ts';
import { answerHelpCommand, kioskHelpCommand } from './commands/kiosk-help.ts';
import { registerNewbornCommand } from './commands/newborn.ts';
import { mergePeopleCommand, separatePeopleCommand } from './commands/people-merge.ts';
import { absentCommand, callCommand } from './commands/queue.ts';
import { registerPatientCommand, updatePatientCommand } from './commands/register.ts';
import { identifyUnknownCommand, receiveUnknownCommand } from './commands/unknown.ts';
import { FACILITY_DEFAULT } from './read.ts';
import { cards, kioskRooms, people, rooms } from './views/people.ts';
import { calls, clocks, help } from './views/queue.ts';
import { today } from './views/today.ts';

const reads = (...types: string[]): string[] => types.map((type) => `record.read:${type}`);
const numbered = (system: string) => (resource: Record<string, unknown>) =>
  Array.isArray(resource.identifier) && (resource.identifier as { system?: string }[]).some((i) => i.system === system);

/** The desk: who it is, what pays, which room, which number. */
export default defineModule({
  name: 'reception',
  title: { vi: 'Tiếp đón', en: 'Reception' },
  commands: commands(
    identifyCommand,
    registerPatientCommand,
    registerNewbornCommand,
    updatePatientCommand,
    addCoverageCommand,
    assessBenefitCommand,
    checkInCommand,
    changePayerCommand,
    receiveUnknownCommand,
    identifyUnknownCommand,
    mergePeopleCommand,
    separatePeopleCommand,
    callCommand,
    absentCommand,
    kioskLookCommand,
    kioskTakeCommand,
    kioskHelpCommand,
    answerHelpCommand,
  ),
  views: [
    {
      definition: today,
      permission: 'reception.see',
      title: { vi: 'Đến hôm nay', en: 'Arrivals of today' },
      sort: '-arrivedAt',
    },
    { definition: calls, permission: 'reception.see', title: { vi: 'Lần gọi số', en: 'Calls' }, sort: '-at' },
    {
      definition: help,
      permission: 'reception.check-in',
      title: { vi: 'Kiosk gọi nhân viên', en: 'Calls for staff' },
      sort: '-at',
    },
    {
      definition: clocks,
      permission: 'reception.see',
      title: { vi: 'Đồng hồ lượt khám', en: 'Visit clocks' },
      sort: '-arrivedAt',
    },
    { definition: people, permission: 'reception.see', title: { vi: 'Người bệnh', en: 'People' }, sort: 'patientCode' },
    {
      definition: cards,
      permission: 'reception.see',
      title: { vi: 'Thẻ BHYT', en: 'Insurance cards' },
      sort: 'number',
    },
    {
      definition: kioskRooms,
      permission: 'reception.kiosk',
      title: { vi: 'Phòng khám trên kiosk', en: 'Rooms on the kiosk' },
      sort: 'code',
    },
    { definition: rooms, permission: 'reception.see', title: { vi: 'Phòng khám', en: 'Exam rooms' }, sort: 'code' },
  ],
  owns: [
    { type: 'Patient', command: 'reception.updatePatient', when: numbered(SID.patientCode) },
    { type: 'Coverage', command: 'reception.addCoverage', when: numbered(SID.bhyt) },
  ],
  codes: [occupations, ethnicGroups, queueRules],
  settings: { facility: FACILITY_DEFAULT },
  roles: {
    reception: [
      'reception.see',
      'reception.register',
      'reception.check-in',
      'reception.queue',
      ...reads(
        'Patient',
        'Coverage',
        'Encounter',
        'Location',
        'Practitioner',
        'Organization',
        'AllergyIntolerance',
        'RelatedPerson',
      ),
    ],
    nurse: [
      'reception.see',
      'reception.queue',
      ...reads('Patient', 'Encounter', 'Location', 'Practitioner', 'Organization'),
    ],
    // A device in the hall: it looks up who stands before it, gives a number and prints the slip, nothing else.
    kiosk: ['reception.kiosk'],
    doctor: ['reception.see', 'reception.queue'],
    cashier: ['reception.see'],
    'claims-officer': ['reception.see'],
    director: ['reception.see'],
  },
});
