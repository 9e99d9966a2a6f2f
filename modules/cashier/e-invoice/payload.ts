/**
 * What the house tells an e-invoice provider: the facts that every provider asks for (seller, buyer, lines, total, way of
 * paying; NĐ 254/2026 and TT 91/2026/TT-BTC since 01/07/2026), in neutral JSON. A provider's own adapter turns it into its
 * own shape and signs it; the number, the series and the tax authority's code are given there.
 */
import { Decimal } from '@mach/base/decimal.ts';
import type { Text } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';

/** Setting `cashier.e-invoice`; null: no e-invoices are issued here. */
export interface EInvoiceSettings {
  /** Tax code of the seller: ten digits, with `-001` for a branch. */
  taxCode: string;
  /** Name and address as registered with the tax authority. */
  name: string;
  address: string;
}

export type EInvoiceKind = 'issue' | 'replace' | 'cancel';
export const E_INVOICE_KINDS: Readonly<Record<EInvoiceKind, Text>> = {
  issue: { vi: 'phát hành', en: 'issue' },
  replace: { vi: 'thay thế', en: 'replacement' },
  cancel: { vi: 'huỷ', en: 'cancellation' },
};

export interface EInvoicePayload {
  kind: EInvoiceKind;
  /** The house's own number of the receipt: unique, so that a repeated message is known. */
  key: string;
  seller: EInvoiceSettings & { facility: string };
  buyer: { name: string; address: string; citizenId: string };
  date: string;
  currency: 'VND';
  /** TM cash, CK transfer or card, TM/CK both. */
  payment: 'TM' | 'CK' | 'TM/CK';
  /** What the patient pays of each line; healing is not subject to value-added tax. */
  lines: { name: string; unit: string; quantity: string; amount: string; vat: 'KCT' }[];
  /** Whole đồng. */
  total: number;
  /** What the total differs from its lines by: payments are in whole đồng. */
  rounding: string;
  /** The one that this replaces or cancels. */
  original?: { series: string; number: string };
  reason?: string;
}

export interface EInvoiceLine {
  name: string;
  unit: string;
  quantity: string;
  /** Patient's part, exact đồng. */
  patient: Decimal;
}

export function eInvoicePayload(of: {
  kind: EInvoiceKind;
  key: string;
  settings: EInvoiceSettings;
  facility: string;
  buyer: EInvoicePayload['buyer'];
  at: string;
  methods: readonly string[];
  lines: readonly EInvoiceLine[];
  total: number;
  original?: EInvoicePayload['original'];
  reason?: string;
}): EInvoicePayload {
  const lines = of.lines.filter((line) => !line.patient.isZero());
  const sum = Decimal.sum(lines.map((line) => line.patient));
  const cash = of.methods.includes('cash');
  const bank = of.methods.some((method) => method !== 'cash');
  return {
    kind: of.kind,
    key: of.key,
    seller: { ...of.settings, facility: of.facility },
    buyer: of.buyer,
    date: localDate(of.at),
    currency: 'VND',
    payment: cash && bank ? 'TM/CK' : bank ? 'CK' : 'TM',
    lines: lines.map((line) => ({
      name: line.name,
      unit: line.unit,
      quantity: line.quantity,
      amount: line.patient.toString(),
      vat: 'KCT',
    })),
    total: of.total,
    rounding: Decimal.of(of.total).sub(sum).toString(),
    ...(of.original === undefined ? {} : { original: of.original }),
    ...(of.reason === undefined ? {} : { reason: of.reason }),
  };
}
