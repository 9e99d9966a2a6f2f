/** Reading what the cashier keeps in records: the only place that knows the shape of its extensions. */
import { Decimal } from '@mach/base/decimal.ts';
import type { ChargeItem, Extension, Invoice } from '@mach/fhir/types.ts';
import type { LineAmounts } from '@mach/vn/bhyt/line.ts';
import { EXT, FHIR_BASE, SID } from '@mach/vn/systems.ts';

/** Extensions of the cashier's own, beside those of `EXT`. */
export const CASHIER_EXT = {
  /** On Invoice: the visit (Reference Encounter). */
  encounter: `${FHIR_BASE}/ext/invoice-encounter`,
  /** On Invoice: one way of paying (complex: `method` code, `amount` decimal, `reference` string, `transfer` reference). */
  paid: `${FHIR_BASE}/ext/invoice-paid`,
  /** On Invoice: the card had not been confirmed by the portal when the fund's share was left out of the bill (boolean). */
  cardUnverified: `${FHIR_BASE}/ext/invoice-card-unverified`,
  /** On Invoice: co-payment of the year and exams of the day outside this visit, as the bill was computed with (complex). */
  basis: `${FHIR_BASE}/ext/invoice-basis`,
  /** On Invoice: something came back (complex: `at`, `by`, `amount` decimal, `reason`, `record`). */
  adjusted: `${FHIR_BASE}/ext/invoice-adjusted`,
  /** On Invoice: đồng that wait for the patient at the desk (decimal). */
  refundDue: `${FHIR_BASE}/ext/invoice-refund-due`,
  /** On Invoice: a refund handed out (complex: `number`, `at`, `by`, `method`, `amount` decimal, `reference`). */
  refunded: `${FHIR_BASE}/ext/invoice-refunded`,
  /** On Invoice: somebody wants it cancelled (complex: `by`, `login`, `at`, `reason`). */
  cancelAsked: `${FHIR_BASE}/ext/invoice-cancel-asked`,
  /** On Invoice: somebody else agrees (complex: `by`, `login`, `at`). */
  cancelApproved: `${FHIR_BASE}/ext/invoice-cancel-approved`,
} as const;

/** Parts of `EXT.payment` on a ChargeItem, with the amount of `LineAmounts` that each one keeps. */
const PARTS = {
  total: 'thanhTienBv',
  insurer: 'bhtt',
  copay: 'bncct',
  own: 'bntt',
  other: 'nguonKhac',
  discount: 'discount',
  patient: 'patient',
  insured: 'thanhTienBh',
  quantity: 'soLuong',
  unitPrice: 'donGiaBv',
  insuredPrice: 'donGiaBh',
  serviceRatio: 'tyLeTtDv',
  insuredRatio: 'tyLeTtBh',
  rate: 'mucHuong',
  stateBudget: 'nguonKhacNsnn',
  foreign: 'nguonKhacVtnn',
  domestic: 'nguonKhacVttn',
  rest: 'nguonKhacCl',
} as const satisfies Record<string, Exclude<keyof LineAmounts, 'notes'>>;

const decimal = (d: Decimal): number => d.toNumber();

/** The shares of one billed line as they are kept: all amounts of the claim, so that bill and claim cannot differ. */
export function paymentExtension(amounts: LineAmounts): Extension {
  return {
    url: EXT.payment,
    extension: Object.entries(PARTS).map(([url, name]) => ({ url, valueDecimal: decimal(amounts[name]) })),
  };
}

/** The shares of a billed line; undefined while it is not billed. */
export function paymentOf(item: ChargeItem): LineAmounts | undefined {
  const found = item.extension?.find((e) => e.url === EXT.payment);
  if (!found || item.status !== 'billed') return undefined;
  const value = (url: string): Decimal => Decimal.of(found.extension?.find((e) => e.url === url)?.valueDecimal ?? 0);
  const amounts = Object.fromEntries(Object.entries(PARTS).map(([url, name]) => [name, value(url)]));
  return { ...amounts, notes: [] } as unknown as LineAmounts;
}

/** What an invoice says of the right that it was computed with. */
export interface InvoiceFacts {
  id: string;
  number: string;
  encounter: string;
  cancelled: boolean;
  date: string;
  /** MA_DOITUONG_KCB; empty on a fee-paying visit. */
  category: string;
  rate: number;
  properRoute: boolean;
  cardUnverified: boolean;
  paid: { method: string; amount: number; transfer?: string }[];
}

export function invoiceFacts(invoice: Invoice & { id: string }): InvoiceFacts {
  const part = (of: Extension | undefined, url: string): Extension | undefined =>
    of?.extension?.find((e) => e.url === url);
  const own = (url: string): Extension | undefined => invoice.extension?.find((e) => e.url === url);
  const benefit = own(EXT.benefitDecision);
  return {
    id: invoice.id,
    number: invoice.identifier?.find((i) => i.system === SID.invoice)?.value ?? '',
    encounter: own(CASHIER_EXT.encounter)?.valueReference?.reference?.split('/')[1] ?? '',
    cancelled: invoice.status === 'cancelled',
    date: invoice.date ?? '',
    category: part(benefit, 'category')?.valueCode ?? '',
    rate: part(benefit, 'rate')?.valueDecimal ?? 0,
    properRoute: part(benefit, 'properRoute')?.valueBoolean ?? false,
    cardUnverified: own(CASHIER_EXT.cardUnverified)?.valueBoolean ?? false,
    paid: (invoice.extension ?? [])
      .filter((e) => e.url === CASHIER_EXT.paid)
      .map((e) => {
        const transfer = part(e, 'transfer')?.valueReference?.reference?.split('/')[1];
        return {
          method: part(e, 'method')?.valueCode ?? '',
          amount: part(e, 'amount')?.valueDecimal ?? 0,
          ...(transfer === undefined ? {} : { transfer }),
        };
      }),
  };
}

/** Full cost of a visit's lines at house prices, before any ratio: what the queue shows. */
export const chargesTotal = (
  charges: readonly { quantity: string | number; unitPrice: string | number }[] | null,
): Decimal => Decimal.sum((charges ?? []).map((c) => Decimal.of(c.quantity).mul(c.unitPrice))).round(2);

/** Đồng that the house owes the patient of an invoice. */
export const refundDueOf = (invoice: Invoice): number =>
  invoice.extension?.find((e) => e.url === CASHIER_EXT.refundDue)?.valueDecimal ?? 0;

/** What the bill of an invoice rested on outside its visit; undefined on invoices that did not keep it. */
export function basisOf(invoice: Invoice): { yearCoPayment: Decimal; examsBefore: Record<string, number> } | undefined {
  const basis = invoice.extension?.find((e) => e.url === CASHIER_EXT.basis);
  if (!basis) return undefined;
  const parts = basis.extension ?? [];
  return {
    yearCoPayment: Decimal.of(String(parts.find((e) => e.url === 'yearCoPayment')?.valueDecimal ?? 0)),
    examsBefore: Object.fromEntries(
      parts.filter((e) => e.url.startsWith('exams-')).map((e) => [e.url.slice(6), e.valueInteger ?? 0]),
    ),
  };
}
