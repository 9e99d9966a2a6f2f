/** A settled bill of which something came back: what is billed now, what goes back, and how it stands in the ledger. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import type { Issue } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';
import { chargeFacts } from '@mach/encounter/contract.ts';
import type { ChargeItem, Extension, Invoice } from '@mach/fhir/types.ts';
import type { VisitBill } from '@mach/vn/bhyt/visit-bill.ts';
import { EXT } from '@mach/vn/systems.ts';
import type { Bill } from '../contract.ts';
import { CASHIER_EXT, refundDueOf } from '../read.ts';
import { invoiceLines, settledBenefit, totalsExtension } from './invoice.ts';
import { ACCOUNTS, holder, type Method, type PastMovement, type Posting, undo } from './payment.ts';

type Charge = ChargeItem & { id: string };

export interface Returned {
  /** The line that was charged: `MedicationRequest/…`. */
  source: string;
  quantity: string;
}

/** The charge lines with less on them; a line of which nothing is left is aborted. */
export function lessen(
  charges: readonly Charge[],
  returned: readonly Returned[],
  note: { text: string; time: string },
): Result<Charge[], Issue> {
  const changed = new Map<string, Charge>();
  for (const { source, quantity } of returned) {
    let left = Decimal.of(quantity);
    for (const item of charges) {
      const now = changed.get(item.id) ?? item;
      if (chargeFacts(item).source !== source || (now.status !== 'billed' && now.status !== 'billable')) continue;
      const has = Decimal.of(String(now.quantity?.value ?? 1));
      const less = has.lte(left) ? has : left;
      if (less.isZero()) continue;
      left = left.sub(less);
      const rest = has.sub(less);
      changed.set(item.id, {
        ...now,
        ...(rest.isZero() ? { status: 'aborted' as const } : { quantity: { ...now.quantity, value: rest.toNumber() } }),
        note: [...(now.note ?? []), note],
      });
    }
    if (left.gt(Decimal.ZERO))
      return err({
        severity: 'error',
        code: 'more-than-charged',
        field: 'items',
        text: {
          vi: `Trả lại nhiều hơn số đã tính tiền (thừa ${left.toString()})`,
          en: `More comes back than was charged (${left.toString()} too many)`,
        },
        remedy: {
          vi: 'Tải lại, xem số đã phát và đã tính tiền',
          en: 'Reload and compare what was handed over and charged',
        },
      });
  }
  return ok(charges.map((item) => changed.get(item.id) ?? item));
}

/** What the bill moved is undone, and moved again as it is now; the patient's money waits in the refund account. */
export function adjustmentMovements(of: {
  past: readonly PastMovement[];
  invoice: string;
  encounter: string;
  /** Movements of the bill as it is now, without payments. */
  billed: readonly Posting[];
  refund: number;
}): Posting[] {
  const record = `Invoice/${of.invoice}`;
  const undone = new Set(of.past.map((m) => m.reverses));
  const old = of.past.filter(
    (m) => m.reverses === null && !undone.has(m.id) && ['bill', 'rounding', 'co-payment'].includes(m.reason),
  );
  const due: Posting = {
    ledger: 'money',
    from: ACCOUNTS.refund(of.encounter),
    to: ACCOUNTS.patient(of.encounter),
    amount: Decimal.of(of.refund),
    reason: 'refund-due',
    record,
  };
  return [...old.map((m) => undo(m, record, 'adjust')), ...of.billed, ...(of.refund > 0 ? [due] : [])];
}

/** Money handed back over the desk. */
export function refundMovement(of: {
  encounter: string;
  invoice: string;
  login: string;
  method: Method;
  amount: number;
}): Posting {
  return {
    ledger: 'money',
    from: holder(of.method, of.login),
    to: ACCOUNTS.refund(of.encounter),
    amount: Decimal.of(of.amount),
    reason: 'refund',
    record: `Invoice/${of.invoice}`,
  };
}

const replaced = new Set<string>([EXT.payment, EXT.benefitDecision, CASHIER_EXT.refundDue]);

/** The invoice with the bill as it is now, what came back and why. */
export function adjustedInvoice(
  invoice: Invoice & { id: string },
  of: { computed: VisitBill; bill: Bill; refund: number; reason: string; record: string; by: string; at: string },
): Invoice & { id: string } {
  const due = refundDueOf(invoice) + of.refund;
  const adjustment: Extension = {
    url: CASHIER_EXT.adjusted,
    extension: [
      { url: 'at', valueInstant: of.at },
      { url: 'by', valueString: of.by },
      { url: 'amount', valueDecimal: of.refund },
      { url: 'reason', valueString: of.reason },
      { url: 'record', valueString: of.record },
    ],
  };
  return {
    ...invoice,
    extension: [
      ...(invoice.extension ?? []).filter((e) => !replaced.has(e.url)),
      totalsExtension(of.computed),
      ...settledBenefit(of.bill),
      adjustment,
      ...(due > 0 ? [{ url: CASHIER_EXT.refundDue, valueDecimal: due }] : []),
    ],
    lineItem: invoiceLines(of.computed),
    totalNet: { value: of.bill.patientTotal, currency: 'VND' },
    totalGross: { value: of.computed.totals.total.toNumber(), currency: 'VND' },
  };
}

/** The invoice once its refund has been handed out. */
export function refundedInvoice(
  invoice: Invoice & { id: string },
  of: { number: string; method: Method; reference?: string; by: string; at: string },
): Invoice & { id: string } {
  const paid: Extension = {
    url: CASHIER_EXT.refunded,
    extension: [
      { url: 'number', valueString: of.number },
      { url: 'at', valueInstant: of.at },
      { url: 'by', valueString: of.by },
      { url: 'method', valueCode: of.method },
      { url: 'amount', valueDecimal: refundDueOf(invoice) },
      ...(of.reference === undefined ? [] : [{ url: 'reference', valueString: of.reference }]),
    ],
  };
  return {
    ...invoice,
    extension: [...(invoice.extension ?? []).filter((e) => e.url !== CASHIER_EXT.refundDue), paid],
  };
}
