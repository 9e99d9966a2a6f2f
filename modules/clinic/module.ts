import { commands, defineModule } from '@mach/engine/module.ts';
import { setUpCommand } from './commands/set-up.ts';
import { houseView, pricesView } from './views/house.ts';

/**
 * Phòng khám: a clinic in which one person does everything. What is done is done by the other modules' commands; this one
 * knows only what the clinic is and what it charges.
 */
export default defineModule({
  name: 'clinic',
  title: { vi: 'Phòng khám', en: 'Clinic' },
  commands: commands(setUpCommand),
  views: [
    { definition: houseView, permission: 'clinic.work', title: { vi: 'Phòng khám', en: 'Clinic' } },
    { definition: pricesView, permission: 'clinic.work', title: { vi: 'Bảng giá', en: 'Price list' }, sort: 'name' },
  ],
  settings: {
    /** The shell opens the clinic's one screen, and services are charged at the clinic's own prices. */
    mode: false,
  },
  roles: {
    /** Beside the roles of those whose work the person does: doctor, cashier, pharmacist, reception … */
    clinic: ['clinic.work', 'clinic.set-up', 'exchange.read', 'record.read:Organization', 'record.read:Location'],
  },
});
