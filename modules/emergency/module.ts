import { commands, defineModule, reaction } from '@mach/engine/module.ts';
import { CS } from '@mach/vn/systems.ts';
import { arriveCommand, ROOM } from './commands/arrive.ts';
import { endBundleCommand, startBundleCommand } from './commands/bundle.ts';
import { cancelDoseCommand } from './commands/cancel-dose.ts';
import { disposeCommand } from './commands/dispose.ts';
import { CABINET } from './commands/drug-use.ts';
import { followIdentityCommand } from './commands/identity.ts';
import { logEventCommand } from './commands/log.ts';
import { placeCommand, seeCommand } from './commands/place.ts';
import { markStepCommand, orderSetCommand } from './commands/steps.ts';
import { triageCommand } from './commands/triage.ts';
import { followIdentity } from './contract.ts';
import { BUNDLE, CODES } from './records.ts';
import { board } from './views/board.ts';

type Raw = Record<string, unknown>;

const coded = (system: string, code?: string) => (resource: Raw) =>
  ((resource.code as { coding?: { system?: string; code?: string }[] } | undefined)?.coding ?? []).some(
    (c) => c.system === system && (code === undefined || c.code === code),
  );

/** The emergency room: triage, the board, bundles with their clocks, the way out. */
export default defineModule({
  name: 'emergency',
  title: { vi: 'Cấp cứu', en: 'Emergency' },
  commands: commands(
    arriveCommand,
    triageCommand,
    seeCommand,
    placeCommand,
    startBundleCommand,
    markStepCommand,
    cancelDoseCommand,
    orderSetCommand,
    endBundleCommand,
    logEventCommand,
    disposeCommand,
    followIdentityCommand,
  ),
  views: [
    {
      definition: board,
      permission: 'emergency.see-board',
      title: { vi: 'Bảng cấp cứu', en: 'Emergency board' },
      sort: 'doorAt',
    },
  ],
  reactions: [
    reaction({
      name: 'emergency.on-identified',
      event: 'reception.identified',
      command: followIdentity,
      input: ({ payload }) =>
        payload.patient === payload.into ? undefined : { from: String(payload.patient), into: String(payload.into) },
      roles: ['system'],
    }),
  ],
  owns: [
    { type: 'Observation', command: 'emergency.triage', when: coded(CS.score, CODES.triage) },
    { type: 'Observation', command: 'emergency.dispose', when: coded(CS.score, CODES.disposition) },
    { type: 'Observation', command: 'emergency.logEvent', when: coded(CS.score, CODES.event) },
    { type: 'Task', command: 'emergency.startBundle', when: coded(BUNDLE) },
  ],
  settings: { room: ROOM, cabinet: CABINET },
  roles: {
    nurse: [
      'emergency.see-board',
      'emergency.arrive',
      'emergency.triage',
      'emergency.place',
      'emergency.bundle',
      'record.read:Task',
      'record.read:MedicationAdministration',
      'record.read:ServiceRequest',
    ],
    doctor: [
      'emergency.see-board',
      'emergency.arrive',
      'emergency.triage',
      'emergency.place',
      'emergency.bundle',
      'emergency.see',
      'emergency.order',
      'emergency.dispose',
    ],
    reception: ['emergency.see-board', 'emergency.arrive'],
    director: ['emergency.see-board'],
    system: ['emergency.follow-identity'],
  },
});
