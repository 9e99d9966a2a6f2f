import { commands, defineModule, reaction } from '@mach/engine/module.ts';
import { SID } from '@mach/vn/systems.ts';
import { approveCancelCommand, askCancelCommand } from './commands/approve.ts';
import { cancelInvoiceCommand } from './commands/cancel.ts';
import { creditReturnCommand } from './commands/credit.ts';
import { returnDepositCommand, takeDepositCommand, takePaperReceiptCommand } from './commands/deposit.ts';
import { cancelEInvoiceCommand, issueEInvoiceCommand, takeEInvoiceAnswerCommand } from './commands/e-invoice.ts';
import { quoteCommand } from './commands/quote.ts';
import { payRefundCommand } from './commands/refund.ts';
import { refundLineCommand } from './commands/refund-line.ts';
import { settleCommand } from './commands/settle.ts';
import { closeShiftCommand, openShiftCommand, receiveCashCommand } from './commands/shift.ts';
import {
  askTransferCommand,
  confirmTransferCommand,
  resolveTransferCommand,
  simulateTransferCommand,
} from './commands/transfer.ts';
import { cancelEInvoice, E_INVOICE, issueEInvoice, takeEInvoiceAnswer } from './contract.ts';
import { eInvoiceSimulator } from './e-invoice/simulator.ts';
import { PAPER } from './papers.ts';
import { advancesTable } from './views/advances.ts';
import { invoicesView } from './views/invoices.ts';
import { linesView } from './views/lines.ts';
import { depositsView, eInvoicesView, shiftsView, transfersView } from './views/papers.ts';
import { queueView } from './views/queue.ts';

const numbered = (resource: Record<string, unknown>): boolean =>
  Array.isArray(resource.identifier) && resource.identifier.some((i: { system?: string }) => i.system === SID.invoice);

const isPaper = (resource: Record<string, unknown>): boolean =>
  ((resource.code as { coding?: { system?: string }[] } | undefined)?.coding ?? []).some((c) => c.system === PAPER);

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
  commands: commands(
    quoteCommand,
    settleCommand,
    askCancelCommand,
    approveCancelCommand,
    cancelInvoiceCommand,
    creditReturnCommand,
    payRefundCommand,
    refundLineCommand,
    takeDepositCommand,
    takePaperReceiptCommand,
    returnDepositCommand,
    openShiftCommand,
    closeShiftCommand,
    receiveCashCommand,
    askTransferCommand,
    confirmTransferCommand,
    resolveTransferCommand,
    simulateTransferCommand,
    issueEInvoiceCommand,
    cancelEInvoiceCommand,
    takeEInvoiceAnswerCommand,
  ),
  reactions: [
    reaction({
      name: 'cashier.invoice-on-settled',
      event: 'cashier.settled',
      command: issueEInvoice,
      input: ({ payload }) => (Number(payload.patientTotal) > 0 ? { invoice: String(payload.invoice) } : undefined),
      roles: ['system'],
    }),
    reaction({
      name: 'cashier.invoice-on-adjusted',
      event: 'cashier.adjusted',
      command: issueEInvoice,
      input: ({ payload }) => ({ invoice: String(payload.invoice) }),
      roles: ['system'],
    }),
    reaction({
      name: 'cashier.invoice-on-cancelled',
      event: 'cashier.cancelled',
      command: cancelEInvoice,
      input: ({ payload }) => ({ invoice: String(payload.invoice) }),
      roles: ['system'],
    }),
    reaction({
      name: 'cashier.invoice-on-answered',
      event: 'exchange.answered',
      command: takeEInvoiceAnswer,
      input: ({ payload }) =>
        payload.destination === E_INVOICE
          ? {
              paper: String(payload.subject).split('/')[1] ?? '',
              message: String(payload.message),
              kind: payload.kind as 'issue' | 'replace' | 'cancel',
              outcome: payload.outcome as 'accepted' | 'refused',
              receipt: payload.receipt,
              issues: payload.issues as unknown[],
            }
          : undefined,
      roles: ['system'],
    }),
  ],
  destinations: [eInvoiceSimulator()],
  tables: [advancesTable],
  settings: {
    /** Account that transfers come to: `{ bank, bankName, account, holder, secret }`; null: the QR code is not offered. */
    bank: null,
    /** Seller on e-invoices: `{ taxCode, name, address }`; null: none are issued. */
    'e-invoice': null,
  },
  secrets: ['bank.secret'],
  owns: [
    { type: 'Invoice', command: 'cashier.settle', when: numbered },
    { type: 'Basic', command: 'cashier.takeDeposit', when: isPaper },
  ],
  views: [
    { definition: queueView, permission: 'cashier.read', title: { vi: 'Chờ thu', en: 'Payment queue' }, sort: 'rank' },
    {
      definition: linesView,
      permission: 'cashier.read',
      title: { vi: 'Dòng chi phí', en: 'Charge lines' },
      sort: 'at',
    },
    { definition: invoicesView, permission: 'cashier.read', title: { vi: 'Phiếu thu', en: 'Invoices' }, sort: '-date' },
    { definition: shiftsView, permission: 'cashier.read', title: { vi: 'Ca thu', en: 'Shifts' }, sort: '-openedAt' },
    { definition: depositsView, permission: 'cashier.read', title: { vi: 'Tạm ứng', en: 'Deposits' }, sort: '-at' },
    {
      definition: transfersView,
      permission: 'cashier.read',
      title: { vi: 'Chuyển khoản', en: 'Transfers' },
      sort: '-receivedAt',
    },
    {
      definition: eInvoicesView,
      permission: 'cashier.read',
      title: { vi: 'Hoá đơn điện tử', en: 'E-invoices' },
      sort: '-at',
    },
  ],
  roles: {
    cashier: [
      'cashier.read',
      'cashier.quote',
      'cashier.settle',
      'cashier.cancel',
      // Of another one's request only: the command looks at the names.
      'cashier.approve-cancel',
      'cashier.refund',
      'cashier.refund-line',
      'cashier.shift',
      'cashier.e-invoice',
      'exchange.read',
      'record.read:Basic',
      ...READS,
    ],
    /** Thủ quỹ. */
    treasurer: ['cashier.read', 'cashier.receive-cash', 'record.read:Basic', ...READS],
    // What came back is credited by the module that took it back, in its own deed.
    system: ['cashier.credit', 'cashier.confirm-transfer', 'cashier.e-invoice'],
    reception: ['cashier.quote'],
    doctor: ['cashier.quote'],
    'claims-officer': ['cashier.read', 'cashier.quote', ...READS],
    director: [
      'cashier.read',
      'cashier.quote',
      'cashier.approve-cancel',
      'cashier.receive-cash',
      'record.read:Basic',
      ...READS,
    ],
  },
});
