import { commands, defineModule } from '@mach/engine/module.ts';
import { SID } from '@mach/vn/systems.ts';
import { cancelInvoiceCommand } from './commands/cancel.ts';
import { creditReturnCommand } from './commands/credit.ts';
import { quoteCommand } from './commands/quote.ts';
import { payRefundCommand } from './commands/refund.ts';
import { settleCommand } from './commands/settle.ts';
import { invoicesView } from './views/invoices.ts';
import { linesView } from './views/lines.ts';
import { queueView } from './views/queue.ts';

const numbered = (resource: Record<string, unknown>): boolean =>
  Array.isArray(resource.identifier) && resource.identifier.some((i: { system?: string }) => i.system === SID.invoice);

const READS = [
  'Patient',
  'Encounter',
  'Coverage',
  'ChargeItem',
  'Invoice',
  'ServiceRequest',
  'MedicationRequest',
  'Location',
  'Practitioner',
  'Organization',
].map((type) => `record.read:${type}`);

/** Thu ngân: the bill of a visit, payment, settlement, and its undoing. */
export default defineModule({
  name: 'cashier',
  title: { vi: 'Thu ngân', en: 'Cashier' },
  commands: commands(quoteCommand, settleCommand, cancelInvoiceCommand, creditReturnCommand, payRefundCommand),
  owns: [{ type: 'Invoice', command: 'cashier.settle', when: numbered }],
  views: [
    { definition: queueView, permission: 'cashier.read', title: { vi: 'Chờ thu', en: 'Payment queue' }, sort: 'rank' },
    {
      definition: linesView,
      permission: 'cashier.read',
      title: { vi: 'Dòng chi phí', en: 'Charge lines' },
      sort: 'at',
    },
    { definition: invoicesView, permission: 'cashier.read', title: { vi: 'Phiếu thu', en: 'Invoices' }, sort: '-date' },
  ],
  roles: {
    cashier: ['cashier.read', 'cashier.quote', 'cashier.settle', 'cashier.cancel', 'cashier.refund', ...READS],
    // What came back is credited by the module that took it back, in its own deed.
    system: ['cashier.credit'],
    reception: ['cashier.quote'],
    doctor: ['cashier.quote'],
    'claims-officer': ['cashier.read', 'cashier.quote', ...READS],
    director: ['cashier.read', 'cashier.quote', ...READS],
  },
});
