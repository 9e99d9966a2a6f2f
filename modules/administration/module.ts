import { commands, defineModule } from '@mach/engine';
import {
  endSessionsCommand,
  enrolDeviceCommand,
  resetFactorsCommand,
  resetPasswordCommand,
  revokeDeviceCommand,
} from './commands/access.ts';
import { addStaffCommand, deactivateStaffCommand, editStaffCommand, reactivateStaffCommand } from './commands/staff.ts';
import { ADMINISTER, RECORD_ACCESS } from './contract.ts';

/** People and their keys: who works here, as what, signed in where. Who looked at whose record. */
export default defineModule({
  name: 'administration',
  title: { vi: 'Quản trị', en: 'Administration' },
  commands: commands(
    addStaffCommand,
    editStaffCommand,
    deactivateStaffCommand,
    reactivateStaffCommand,
    resetPasswordCommand,
    resetFactorsCommand,
    endSessionsCommand,
    enrolDeviceCommand,
    revokeDeviceCommand,
  ),
  roles: {
    administrator: [ADMINISTER, 'record.read:Practitioner', 'record.read:PractitionerRole'],
    // Who runs the machines need not know the patients (TCVN 14423:2026): another pair of eyes asks who looked.
    director: [RECORD_ACCESS, 'record.read:Patient'],
    'privacy-officer': [RECORD_ACCESS, 'record.read:Patient'],
  },
});
