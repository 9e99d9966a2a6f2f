import { commands, defineModule } from '@mach/engine/module.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { declineLineCommand } from './commands/decline.ts';
import { dispenseCommand } from './commands/dispense.ts';
import { returnDispenseCommand } from './commands/return.ts';
import { receiveStockCommand, stockAdjustCommand, transferStockCommand } from './commands/stock.ts';
import { putBackCommand, useStockCommand } from './commands/use.ts';
import { PLACES } from './rules/places.ts';
import { schedules } from './schedules.ts';
import { dispenses } from './views/dispenses.ts';
import { lines } from './views/lines.ts';
import { queue } from './views/queue.ts';
import { stockTable } from './views/stock.ts';

type Raw = Record<string, unknown>;
const items = (value: unknown): Raw[] => (Array.isArray(value) ? (value as Raw[]) : value ? [value as Raw] : []);
const withLot = (resource: Raw): boolean => items(resource.extension).some((e) => e.url === EXT.lot);
const paper = (resource: Raw): boolean =>
  items((resource.type as Raw | undefined)?.coding).some(
    (c) => c.system === CS.document && /^stock-(receipt|transfer|adjustment)$/.test(String(c.code)),
  );

const READS = [
  'Patient',
  'Encounter',
  'MedicationRequest',
  'MedicationDispense',
  'DocumentReference',
  'AllergyIntolerance',
  'Condition',
  'Observation',
  'Task',
  'Location',
  'Practitioner',
  'Organization',
].map((type) => `record.read:${type}`);

/** Dược: stock by lot in a ledger, handing over by first expiry, taking back, stock-taking. */
export default defineModule({
  name: 'pharmacy',
  title: { vi: 'Dược', en: 'Pharmacy' },
  commands: commands(
    receiveStockCommand,
    transferStockCommand,
    stockAdjustCommand,
    dispenseCommand,
    returnDispenseCommand,
    declineLineCommand,
    useStockCommand,
    putBackCommand,
  ),
  owns: [
    { type: 'MedicationDispense', command: 'pharmacy.dispense', when: withLot },
    { type: 'DocumentReference', command: 'pharmacy.receiveStock', when: paper },
  ],
  views: [
    {
      definition: queue,
      permission: 'pharmacy.read',
      title: { vi: 'Đơn chờ phát', en: 'Prescriptions' },
      sort: 'rank',
    },
    {
      definition: lines,
      permission: 'pharmacy.read',
      title: { vi: 'Dòng đơn thuốc', en: 'Prescription lines' },
    },
    {
      definition: dispenses,
      permission: 'pharmacy.read',
      title: { vi: 'Thuốc đã phát', en: 'Drugs handed over' },
      sort: '-at',
    },
  ],
  tables: [stockTable],
  schedules,
  settings: {
    /** Days behind the last day of collection after which paid drugs come off the bill; null: never by itself. */
    closeUncollectedAfterDays: 3,
    places: PLACES,
    dispensingPlace: 'KHO-LE',
    quarantinePlace: 'BIET-TRU',
  },
  roles: {
    pharmacist: [
      'pharmacy.read',
      'pharmacy.read-stock',
      'pharmacy.dispense',
      'pharmacy.return',
      'pharmacy.decline',
      'pharmacy.receive',
      'pharmacy.transfer',
      'pharmacy.adjust',
      // Allergies stand on the banner of the one who hands over.
      'outpatient.see-allergies',
      ...READS,
    ],
    doctor: ['pharmacy.read-stock'],
    nurse: ['pharmacy.read-stock'],
    director: ['pharmacy.read', 'pharmacy.read-stock'],
    importer: ['pharmacy.receive'],
    system: ['pharmacy.decline'],
  },
});
