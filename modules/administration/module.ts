import { commands, defineModule } from '@mach/engine';
import { isChange } from '@mach/engine/rule-packs/change.ts';
import { historyList, houseDrugs, houseServices, packEntries } from './codes/house.ts';
import {
  endSessionsCommand,
  enrolDeviceCommand,
  resetFactorsCommand,
  resetPasswordCommand,
  revokeDeviceCommand,
} from './commands/access.ts';
import {
  approveCorrectionCommand,
  endChangeCommand,
  proposeCorrectionCommand,
  rejectCorrectionCommand,
} from './commands/corrections.ts';
import { importCommand } from './commands/import.ts';
import { publishListCommand } from './commands/lists.ts';
import { closePlaceCommand, setPlaceCommand } from './commands/places.ts';
import { removePrinterCommand, setPrinterCommand } from './commands/printers.ts';
import { addStaffCommand, deactivateStaffCommand, editStaffCommand, reactivateStaffCommand } from './commands/staff.ts';
import { ADMINISTER, APPROVE, CORRECT, HOUSE, RECORD_ACCESS } from './contract.ts';
import { isPrinter } from './house/printers.ts';
import { changes, departments, places, printers } from './views/house.ts';

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
    setPlaceCommand,
    closePlaceCommand,
    publishListCommand,
    proposeCorrectionCommand,
    approveCorrectionCommand,
    rejectCorrectionCommand,
    endChangeCommand,
    setPrinterCommand,
    removePrinterCommand,
    importCommand,
  ),
  views: [
    { definition: departments, permission: HOUSE, title: { vi: 'Khoa', en: 'Departments' }, sort: 'code' },
    { definition: places, permission: HOUSE, title: { vi: 'Phòng, giường', en: 'Rooms and beds' }, sort: 'code' },
    {
      definition: changes,
      permission: CORRECT,
      title: { vi: 'Bảng giá, đính chính', en: 'Price lists and corrections' },
      sort: '-proposedAt',
    },
    { definition: printers, permission: HOUSE, title: { vi: 'Máy in', en: 'Printers' }, sort: 'name' },
  ],
  codes: [houseServices, houseDrugs, historyList, packEntries],
  owns: [
    { type: 'Library', command: 'administration.propose-correction', when: isChange },
    { type: 'Device', command: 'administration.set-printer', when: isPrinter },
  ],
  roles: {
    administrator: [
      ADMINISTER,
      HOUSE,
      CORRECT,
      APPROVE,
      'reception.see',
      ...['Practitioner', 'PractitionerRole', 'Library', 'Device'].map((type) => `record.read:${type}`),
    ],
    // Who runs the machines need not know the patients (TCVN 14423:2026): another pair of eyes asks who looked.
    director: [RECORD_ACCESS, CORRECT, APPROVE, 'record.read:Patient', 'record.read:Library'],
    'privacy-officer': [RECORD_ACCESS, 'record.read:Patient'],
  },
});
