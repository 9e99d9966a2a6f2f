/** The settled bill as a record. Pure. */
import type { Actor } from '@mach/engine/actor.ts';
import type { Extension, Invoice } from '@mach/fhir/types.ts';
import type { VisitBill } from '@mach/vn/bhyt/visit-bill.ts';
import { EXT, SID } from '@mach/vn/systems.ts';
import type { Bill } from '../contract.ts';
import { CASHIER_EXT } from '../read.ts';
import type { VisitFacts } from './bill.ts';
import type { Payment } from './payment.ts';

const money = (value: number): { value: number; currency: 'VND' } => ({ value, currency: 'VND' });

export function invoiceRecord(of: {
  id: string;
  number: string;
  facts: VisitFacts;
  computed: VisitBill;
  bill: Bill;
  applied: readonly Payment[];
  actor: Pick<Actor, 'practitioner' | 'name'>;
  at: string;
}): Invoice & { id: string } {
  const { bill, computed } = of;
  return {
    resourceType: 'Invoice',
    id: of.id,
    extension: [
      { url: CASHIER_EXT.encounter, valueReference: { reference: `Encounter/${bill.encounter}` } },
      totalsExtension(computed),
      ...benefitExtensions(bill),
      basisExtension(of.facts),
      ...of.applied.map(paidExtension),
    ],
    identifier: [
      { system: SID.invoice, value: of.number },
      { system: SID.visitCode, value: bill.visitCode },
    ],
    status: 'balanced',
    subject: { reference: `Patient/${bill.patient}`, display: bill.name },
    date: of.at,
    participant:
      of.actor.practitioner === null
        ? undefined
        : [{ actor: { reference: `Practitioner/${of.actor.practitioner}`, display: of.actor.name } }],
    lineItem: invoiceLines(computed),
    totalNet: money(bill.patientTotal),
    totalGross: money(computed.totals.total.toNumber()),
  };
}

export const invoiceLines = ({ lines }: VisitBill): Invoice['lineItem'] =>
  lines.length === 0
    ? undefined
    : lines.map(({ id, amounts }, i) => ({
        sequence: i + 1,
        chargeItemReference: { reference: `ChargeItem/${id}` },
        priceComponent: [
          { type: 'base' as const, amount: money(amounts.thanhTienBv.toNumber()) },
          { type: 'deduction' as const, code: { text: 'BHYT' }, amount: money(amounts.bhtt.neg().toNumber()) },
        ],
      }));

/** What the bill rested on outside the visit: computed again from this when something of it comes back. */
const basisExtension = ({ yearCoPayment, examsBefore }: VisitFacts): Extension => ({
  url: CASHIER_EXT.basis,
  extension: [
    { url: 'yearCoPayment', valueDecimal: yearCoPayment.toNumber() },
    ...Object.entries(examsBefore).map(([day, exams]) => ({ url: `exams-${day}`, valueInteger: exams })),
  ],
});

export function totalsExtension({ totals }: VisitBill): Extension {
  const parts = {
    total: totals.total,
    insurer: totals.insurance,
    insured: totals.insured,
    copay: totals.coPayment,
    own: totals.ownPayment,
    other: totals.otherSources,
    discount: totals.discount,
    patient: totals.patient,
    rounding: totals.cashRounding,
  };
  return {
    url: EXT.payment,
    extension: Object.entries(parts).map(([url, value]) => ({ url, valueDecimal: value.toNumber() })),
  };
}

function benefitExtensions(bill: Bill): Extension[] {
  const unverified = bill.benefit !== undefined && !bill.benefit.verified;
  return [...settledBenefit(bill), ...(unverified ? [{ url: CASHIER_EXT.cardUnverified, valueBoolean: true }] : [])];
}

/** The right as it was decided with the whole visit known, and the pack that decided. */
export function settledBenefit({ benefit }: Bill): Extension[] {
  if (benefit === undefined) return [];
  const decision: Extension = {
    url: EXT.benefitDecision,
    extension: [
      { url: 'rate', valueDecimal: benefit.effectiveRate },
      { url: 'category', valueCode: benefit.category },
      { url: 'properRoute', valueBoolean: benefit.properRoute },
      { url: 'hash', valueString: benefit.pack },
      { url: 'coverage', valueReference: { reference: `Coverage/${benefit.coverage}` } },
      ...benefit.reasons
        .filter((r) => r.decisive)
        .map((r) => ({ url: 'reason', valueString: `${r.text.vi} (${r.source})` })),
    ],
  };
  return [decision];
}

function paidExtension(payment: Payment): Extension {
  return {
    url: CASHIER_EXT.paid,
    extension: [
      { url: 'method', valueCode: payment.method },
      { url: 'amount', valueDecimal: payment.amount },
      ...(payment.reference === undefined ? [] : [{ url: 'reference', valueString: payment.reference }]),
      ...(payment.transfer === undefined
        ? []
        : [{ url: 'transfer', valueReference: { reference: `Basic/${payment.transfer}` } }]),
    ],
  };
}
