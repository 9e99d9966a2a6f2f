import { Decimal } from '@mach/base/decimal.ts';
import { addDays, formatDate, localDate } from '@mach/base/time.ts';
import type { Schedule, ScheduledRun } from '@mach/engine/jobs/schedule.ts';
import { declineLine, type PharmacyLineRow, type PharmacyRow } from './contract.ts';

/** Days behind the last day of collection; null: nothing is closed by itself. */
export const CLOSE_AFTER = 'pharmacy.closeUncollectedAfterDays';

/** Of a line, what has neither been handed over nor been taken off. */
const openOf = (line: PharmacyLineRow): Decimal =>
  Decimal.of(String(line.quantity))
    .sub(Decimal.of(String(line.dispensed)))
    .sub(Decimal.of(String(line.refunded ?? 0)));

/**
 * Drugs that were paid and that nobody has collected in time come off the bill: the line is done, the claim can go out, the
 * money waits at the desk. What is not settled is left alone: nobody has paid for it.
 */
async function closeUncollected(run: ScheduledRun): Promise<void> {
  const days = run.setting<number | null>(CLOSE_AFTER, 3);
  if (days === null) return;
  const last = addDays(localDate(run.now), -days);
  const waiting = await run.rows<PharmacyRow>('pharmacy.queue', {
    filters: [
      { column: 'rank', op: 'eq', values: ['1', '2'] },
      { column: 'visitState', op: 'eq', values: ['settled'] },
    ],
    sort: 'rank',
  });
  const codes = waiting.flatMap((row) => row.code ?? []);
  const lines: PharmacyLineRow[] = [];
  for (let n = 0; n < codes.length; n += 200)
    lines.push(
      ...(await run.rows<PharmacyLineRow>('pharmacy.lines', {
        filters: [
          { column: 'code', op: 'eq', values: codes.slice(n, n + 200) },
          { column: 'status', op: 'eq', values: ['active'] },
        ],
      })),
    );
  const over = lines.filter(
    (line) => line.validUntil !== null && line.validUntil.slice(0, 10) < last && openOf(line).gt(Decimal.ZERO),
  );
  await run.each(
    over,
    (line) =>
      run.send(
        declineLine,
        {
          medicationRequest: line.key,
          reason: `Không đến lĩnh: đơn hết hạn lĩnh ngày ${formatDate((line.validUntil ?? '').slice(0, 10))}`,
        },
        `uncollected-${line.key}-${openOf(line).toString()}`,
      ),
    (line) => `${line.code ?? ''} · ${line.name ?? line.drug}`,
  );
}

export const schedules: readonly Schedule[] = [
  {
    name: 'pharmacy.close-uncollected',
    title: { vi: 'Đóng đơn đã trả tiền, quá hạn không lĩnh', en: 'Close paid prescriptions that nobody collected' },
    every: { daily: '02:10' },
    run: closeUncollected,
  },
];
