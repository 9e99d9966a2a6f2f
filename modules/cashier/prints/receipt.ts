import { join } from 'node:path';
import type { Decimal } from '@mach/base/decimal.ts';
import { formatClinical, formatMoney } from '@mach/base/number-input.ts';
import { formatDate, formatDateTime } from '@mach/base/time.ts';
import { idOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { Encounter, Extension, Invoice, Patient } from '@mach/fhir/types.ts';
import {
  definePrint,
  type Letterhead,
  moneyInWords,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
  plainMoney,
  STRIPS,
} from '@mach/print';
import { CASHIER_EXT, invoiceFacts, refundDueOf } from '../read.ts';
import { billedLines, invoiceOf, invoiceTotals, requireSum } from './billed.ts';
import { WAYS } from './ways.ts';

/** What the patient keeps of a payment (80 mm). Money is shown text. */
export type ReceiptPaper = {
  title: string;
  letterhead: Letterhead;
  stamp: string;
  number: string;
  date: string;
  cashier: string;
  person: PersonOnPaper;
  visitCode: string;
  lines: { name: string; quantity: string; amount: string; insurer: string }[];
  total: string;
  insurer: string;
  coPayment: string;
  ownPayment: string;
  discount: string;
  rounding: string;
  patient: string;
  words: string;
  paid: { way: string; amount: string }[];
  /** What came back after the payment, what was handed out for it, what still waits at the desk. */
  changes: { text: string; amount: string }[];
};

const form: PrintForm<ReceiptPaper> = {
  name: 'cashier.receipt',
  title: { vi: 'Phiếu thu', en: 'Receipt' },
  papers: STRIPS,
  template: join(import.meta.dirname, 'receipt.typ'),
  marks: (paper): ReturnType<NonNullable<PrintForm['marks']>> =>
    paper.visitCode === '' ? {} : { qr: { kind: 'qr', text: paper.visitCode } },
};

async function fill(source: PrintSource, id: string) {
  const invoice = await invoiceOf(source, id);
  const facts = invoiceFacts(invoice);
  const totals = invoiceTotals(invoice);
  const visit = await source.read<Encounter>('Encounter', facts.encounter);
  const patient = await source.read<Patient>('Patient', idOf(invoice.subject) ?? '');
  const billed = await billedLines(source, invoice);
  requireSum(
    'thành tiền',
    billed.map((line) => line.total),
    totals.total,
  );
  const lines = billed.map((line) => ({
    name: line.name,
    quantity: `${formatClinical(line.quantity)}\u00a0${line.unit}`,
    amount: plainMoney(line.total),
    insurer: line.insurer.isZero() ? '' : plainMoney(line.insurer),
  }));
  const some = (amount: Decimal): string => (amount.isZero() ? '' : formatMoney(amount));
  const paper: ReceiptPaper = {
    title: 'PHIẾU THU',
    letterhead: source.letterhead,
    stamp: facts.cancelled ? 'ĐÃ HUỶ' : '',
    number: facts.number,
    date: formatDateTime(facts.date),
    cashier: invoice.participant?.[0]?.actor.display ?? '',
    person: personOnPaper(patient, facts.date),
    visitCode: visitCodeOf(visit) ?? '',
    lines,
    total: formatMoney(totals.total),
    insurer: some(totals.insurer),
    coPayment: some(totals.coPayment),
    ownPayment: some(totals.ownPayment),
    discount: some(totals.discount),
    rounding: some(totals.rounding),
    patient: formatMoney(totals.paid),
    words: moneyInWords(totals.paid.toString()),
    paid: facts.paid.map((one) => ({ way: WAYS[one.method] ?? one.method, amount: formatMoney(one.amount) })),
    changes: changesOf(invoice),
  };
  return { data: paper, patient: patient.id, file: `phieu-thu-${facts.number}` };
}

/** The bill above is the one that holds now; these lines say how it came from what was paid. */
function changesOf(invoice: Invoice): ReceiptPaper['changes'] {
  const changes = (invoice.extension ?? []).flatMap((one) => {
    const part = (url: string): Extension | undefined => one.extension?.find((e) => e.url === url);
    const on = formatDate(part('at')?.valueInstant ?? '1970-01-01');
    const amount = formatMoney(part('amount')?.valueDecimal ?? 0);
    if (one.url === CASHIER_EXT.adjusted)
      return [{ text: `Giảm ngày ${on}: ${part('reason')?.valueString ?? ''}`, amount: `-${amount}` }];
    if (one.url !== CASHIER_EXT.refunded) return [];
    const way = WAYS[part('method')?.valueCode ?? ''] ?? '';
    return [{ text: `Đã hoàn ${part('number')?.valueString ?? ''}, ${on} (${way.toLowerCase()})`, amount }];
  });
  const due = refundDueOf(invoice);
  return due > 0 ? [...changes, { text: 'Chờ hoàn tại quầy', amount: formatMoney(due) }] : changes;
}

/** The receipt of a settled visit, by the id of the Invoice or of the visit. */
export const receiptPrint = definePrint<ReceiptPaper>({
  form,
  permissions: ['cashier.read', 'cashier.settle'],
  fill,
});
