/** A settled bill as its invoice and charge lines keep it. Nothing is computed again: paper and claim cannot differ. */
import { Decimal } from '@mach/base/decimal.ts';
import { refuse } from '@mach/base/problem.ts';
import { chargeFacts, idOf } from '@mach/encounter/contract.ts';
import type { ChargeItem, Encounter, Invoice } from '@mach/fhir/types.ts';
import type { PrintSource } from '@mach/print';
import type { LineAmounts } from '@mach/vn/bhyt/line.ts';
import { EXT } from '@mach/vn/systems.ts';
import { invoiceFacts, paymentOf } from '../read.ts';

type Stored<T> = T & { id: string };
type InvoiceLine = NonNullable<Invoice['lineItem']>[number];

export interface BilledLine {
  name: string;
  unit: string;
  quantity: Decimal;
  costGroup: string;
  total: Decimal;
  insurer: Decimal;
  /** All shares, while the invoice stands. */
  amounts?: LineAmounts;
}

export function billedLine(charge: Stored<ChargeItem>, item: InvoiceLine): BilledLine {
  const facts = chargeFacts(charge);
  const part = (type: string): Decimal =>
    Decimal.of(item.priceComponent?.find((p) => p.type === type)?.amount?.value ?? 0);
  return {
    name: facts.text,
    unit: charge.quantity?.unit ?? '',
    quantity: Decimal.of(facts.quantity),
    costGroup: facts.costGroup,
    total: part('base'),
    insurer: part('deduction').neg(),
    amounts: paymentOf(charge),
  };
}

/** The lines of an invoice, in its order. */
export async function billedLines(source: PrintSource, invoice: Invoice): Promise<BilledLine[]> {
  const lines: BilledLine[] = [];
  for (const item of invoice.lineItem ?? []) {
    const charge = await source.read<ChargeItem>('ChargeItem', idOf(item.chargeItemReference) ?? '');
    lines.push(billedLine(charge, item));
  }
  return lines;
}

export interface InvoiceTotals {
  total: Decimal;
  insured: Decimal;
  insurer: Decimal;
  coPayment: Decimal;
  ownPayment: Decimal;
  other: Decimal;
  discount: Decimal;
  rounding: Decimal;
  /** What was taken: whole đồng. */
  paid: Decimal;
}

export function invoiceTotals(invoice: Invoice): InvoiceTotals {
  const kept = invoice.extension?.find((e) => e.url === EXT.payment)?.extension ?? [];
  const part = (name: string): Decimal => Decimal.of(kept.find((e) => e.url === name)?.valueDecimal ?? 0);
  return {
    total: part('total'),
    insured: part('insured'),
    insurer: part('insurer'),
    coPayment: part('copay'),
    ownPayment: part('own'),
    other: part('other'),
    discount: part('discount'),
    rounding: part('rounding'),
    paid: Decimal.of(invoice.totalNet?.value ?? 0),
  };
}

/** A paper whose lines do not make its total must not leave the printer. @throws Problem 409 */
export function requireSum(name: string, lines: readonly Decimal[], total: Decimal): void {
  const sum = Decimal.sum(lines);
  if (sum.eq(total)) return;
  throw refuse(
    409,
    'bill-sum',
    {
      vi: `Cộng các dòng (${name}) được ${sum.toString()}, phiếu thu ghi ${total.toString()}: không in`,
      en: `The lines (${name}) make ${sum.toString()}, the invoice says ${total.toString()}: not printed`,
    },
    { remedy: { vi: 'Báo quản trị kiểm tra phiếu thu này', en: 'Have an administrator look at this invoice' } },
  );
}

/** The invoice named by its own id, or the standing one of a visit. @throws Problem 409 where none stands */
export async function invoiceOf(source: PrintSource, id: string): Promise<Stored<Invoice>> {
  const own = await source.find<Invoice>('Invoice', id);
  if (own) return own;
  const visit = await source.read<Encounter>('Encounter', id);
  const all = await source.referring<Invoice>('Invoice.subject', idOf(visit.subject) ?? '');
  const standing = all.find((i) => i.status === 'balanced' && invoiceFacts(i).encounter === visit.id);
  if (standing) return standing;
  throw refuse(
    409,
    'not-settled',
    { vi: 'Lượt khám chưa quyết toán', en: 'The visit is not settled' },
    { remedy: { vi: 'In sau khi thu tiền', en: 'Print after settlement' } },
  );
}
