import { Decimal } from '@mach/base';
import { AlertLine, Invoice, type InvoiceLine, money, useLanguage, usePick, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { Bill, CashierLineRow, InvoiceRow } from '../contract.ts';
import { texts } from './texts.ts';

type Key = keyof typeof texts.vi;

/** Heading of a line by its cost group (MA_NHOM). */
const GROUPS: Readonly<Record<string, Key>> = {
  '1': 'groupLab',
  '2': 'groupImaging',
  '3': 'groupFunctional',
  '4': 'groupDrug',
  '5': 'groupDrug',
  '6': 'groupDrug',
  '7': 'groupDrug',
  '8': 'groupProcedure',
  '10': 'groupDevice',
  '13': 'groupExam',
  '18': 'groupProcedure',
};
const groupOf = (costGroup: string | null): 'groupOther' | 'groupLab' =>
  (GROUPS[costGroup ?? ''] ?? 'groupOther') as 'groupOther' | 'groupLab';

const whole = (text: string | number): string => Decimal.of(text).round(0).toString();

/** The running or due bill: three totals, every line with its reasons, and what the cashier must know. */
export function BillPart({
  bill,
  onCheckCard,
}: {
  readonly bill: Bill;
  readonly onCheckCard?: () => void;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const insured = bill.payer === 'bhyt';
  const lines = bill.lines.map(
    (line): InvoiceLine => ({
      key: line.chargeItem,
      group: t(groupOf(line.costGroup)),
      name: line.text,
      quantity: line.quantity === '1' ? undefined : { value: line.quantity, unit: '' },
      price: whole(line.unitPrice),
      total: whole(line.total),
      insurance: whole(line.insurer),
      patient: whole(line.patientPays),
      why: line.why.map((w) => pick(w.text)),
    }),
  );
  const why = useWhy(bill);
  return (
    <div className="cash-bill">
      {bill.issues.map((issue) => (
        <AlertLine
          key={`${issue.code}-${issue.field ?? ''}`}
          level={issue.severity === 'information' ? 'note' : 'warn'}
          what={pick(issue.text)}
          why={issue.remedy ? pick(issue.remedy) : undefined}
          instead={
            onCheckCard && issue.field === 'coverage' && issue.code !== 'coverage-missing'
              ? { label: t('checkCard'), run: onCheckCard }
              : undefined
          }
        />
      ))}
      <Invoice
        insured={insured}
        lines={lines}
        totals={{
          total: whole(bill.total),
          insurance: whole(bill.insurerTotal),
          patient: String(bill.patientTotal),
        }}
        why={why}
      />
    </div>
  );
}

function useWhy(bill: Bill): string[] {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const { benefit, threshold } = bill;
  if (!benefit) return [];
  const reasons = benefit.reasons.filter((r) => r.decisive).map((r) => `${pick(r.text)} (${r.source})`);
  const of = threshold && { total: money(whole(threshold.total)), limit: money(whole(threshold.limit)) };
  const rate = language === 'vi' ? String(benefit.effectiveRate).replace('.', ',') : String(benefit.effectiveRate);
  return [
    t('whyLevel', { rate, reason: reasons.join('; ') }),
    ...(of ? [threshold.below ? t('whyThresholdBelow', of) : t('whyThresholdAbove', of)] : []),
    t('whyYear', { amount: money(whole(benefit.yearCoPayment)) }),
  ];
}

/** A settled bill as it was: from the lines and the invoice, never computed again. */
export function SettledBill({
  invoice,
  lines,
  insured,
}: {
  readonly invoice: InvoiceRow;
  readonly lines: readonly CashierLineRow[];
  readonly insured: boolean;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <Invoice
      insured={insured}
      lines={lines
        .filter((line) => line.status === 'billed')
        .map((line) => ({
          key: line.key,
          group: t(groupOf(line.costGroup)),
          name: line.text ?? line.code,
          quantity: line.quantity === 1 ? undefined : { value: String(line.quantity), unit: '' },
          price: whole(line.unitPrice),
          total: whole(line.total ?? 0),
          insurance: whole(line.insurer ?? 0),
          patient: whole(line.patientPays ?? 0),
        }))}
      totals={{
        total: whole(invoice.total),
        insurance: whole(invoice.insurer),
        patient: String(invoice.patientTotal),
      }}
    />
  );
}
