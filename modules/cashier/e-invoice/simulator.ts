/** Stands in for a provider of e-invoices: checks what providers check, and gives out numbers. */
import { createHash } from 'node:crypto';
import { Decimal } from '@mach/base/decimal.ts';
import type { Issue } from '@mach/base/problem.ts';
import type { Delivery, Destination, Outgoing } from '@mach/engine/exchange/destination.ts';
import { E_INVOICE } from '../contract.ts';
import { E_INVOICE_KINDS, type EInvoicePayload } from './payload.ts';

export const E_INVOICE_SIMULATOR = 'einvoice-simulator';

/** What a provider answers. */
export interface EInvoiceReceipt {
  by: string;
  series: string;
  number: string;
  /** Code by which the buyer looks the invoice up. */
  lookup: string;
}

const fault = (code: string, field: string, vi: string, en: string): Issue => ({
  severity: 'error',
  code,
  field,
  text: { vi, en },
  remedy: { vi: 'Sửa rồi gửi lại từ danh sách hoá đơn', en: 'Mend it and send it again from the list' },
});

/** What no provider takes. */
export function refusals(payload: EInvoicePayload): Issue[] {
  const issues: Issue[] = [];
  if (!/^\d{10}(-\d{3})?$/.test(payload.seller.taxCode))
    issues.push(
      fault('tax-code', 'seller.taxCode', 'Mã số thuế người bán không đúng', 'The seller has no valid tax code'),
    );
  if (payload.buyer.name.trim() === '')
    issues.push(fault('buyer', 'buyer.name', 'Thiếu tên người mua', 'The name of the buyer is missing'));
  const sum = Decimal.sum(payload.lines.map((line) => line.amount)).add(payload.rounding);
  if (!sum.eq(payload.total))
    issues.push(fault('total', 'total', 'Tổng tiền không bằng tổng các dòng', 'The total is not the sum of its lines'));
  if (payload.kind !== 'issue' && !payload.original)
    issues.push(fault('original', 'original', 'Thiếu hoá đơn gốc', 'The original invoice is missing'));
  return issues;
}

/** `silent`: the line is down. */
export function eInvoiceSimulator(options: { silent?: () => boolean } = {}): Destination {
  return {
    name: E_INVOICE,
    title: { vi: 'Hoá đơn điện tử', en: 'E-invoices' },
    kinds: E_INVOICE_KINDS,
    simulated: true,
    async deliver(message: Outgoing): Promise<Delivery> {
      if (options.silent?.()) return { outcome: 'later', reason: `${E_INVOICE_SIMULATOR} is silent` };
      const payload = message.payload as EInvoicePayload;
      const issues = refusals(payload);
      if (issues.length > 0) return { outcome: 'refused', issues };
      // The same message gets the same number, however often it comes.
      const hash = createHash('sha256').update(message.id).digest('hex');
      const receipt: EInvoiceReceipt = {
        by: E_INVOICE_SIMULATOR,
        series: payload.original?.series ?? `1C${payload.date.slice(2, 4)}TMP`,
        number:
          payload.kind === 'cancel'
            ? (payload.original?.number ?? '')
            : String(Number.parseInt(hash.slice(0, 8), 16) % 100_000_000).padStart(8, '0'),
        lookup: hash.slice(8, 20).toUpperCase(),
      };
      return { outcome: 'accepted', receipt };
    },
  };
}
