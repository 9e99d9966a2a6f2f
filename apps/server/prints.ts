import { depositPrint } from '@mach/cashier/prints/deposit.ts';
import { receiptPrint } from '@mach/cashier/prints/receipt.ts';
import { shiftPrint } from '@mach/cashier/prints/shift.ts';
import { statementPrint } from '@mach/cashier/prints/statement.ts';
import { priceListPrint } from '@mach/clinic/prints/price-list.ts';
import { blockSheetPrint, blockStripPrint } from '@mach/desk/prints/block.ts';
import { timelinePrint } from '@mach/emergency/prints/timeline.ts';
import { labelPrint } from '@mach/lab/prints/label.ts';
import { reportPrint } from '@mach/lab/prints/report.ts';
import { sheetPrint } from '@mach/lab/prints/sheet.ts';
import { prescriptionPrint } from '@mach/outpatient/prints/prescription.ts';
import type { Print } from '@mach/print';
import { answerPrint } from '@mach/privacy/prints/answer.ts';
import { consentPrint } from '@mach/privacy/prints/consent.ts';
import { ticketPrint } from '@mach/reception/prints/ticket.ts';
import { wristbandPrint } from '@mach/reception/prints/wristband.ts';

/** Every form of the built-in modules, by the name that is its address. */
export const PRINTS: readonly Print[] = [
  prescriptionPrint,
  receiptPrint,
  statementPrint,
  depositPrint,
  shiftPrint,
  priceListPrint,
  sheetPrint,
  reportPrint,
  labelPrint,
  timelinePrint,
  ticketPrint,
  wristbandPrint,
  blockSheetPrint,
  blockStripPrint,
  consentPrint,
  answerPrint,
];
