/** The day of a clinic in numbers. Pure. */
import { Decimal } from '@mach/base';

export interface DaySources {
  readonly visits: readonly { readonly state: string }[];
  readonly invoices: readonly {
    readonly status: string;
    readonly patientTotal: number;
  }[];
  readonly drugs: readonly {
    readonly status: string;
    readonly name: string | null;
    readonly unit: string | null;
    readonly quantity: number;
  }[];
}

export interface DayNumbers {
  visits: number;
  /** Neither cancelled nor brought to their end. */
  open: number;
  /** What the standing receipts of the day say, whole đồng. */
  taken: number;
  drugs: { name: string; unit: string; quantity: string }[];
}

const OVER: readonly string[] = ['settled', 'closed', 'transferred', 'died', 'left', 'cancelled'];

export function dayNumbers({ visits, invoices, drugs }: DaySources): DayNumbers {
  const sold = new Map<string, { name: string; unit: string; quantity: Decimal }>();
  for (const one of drugs) {
    if (one.status !== 'completed') continue;
    const name = one.name ?? '';
    const before = sold.get(name)?.quantity ?? Decimal.ZERO;
    sold.set(name, { name, unit: one.unit ?? '', quantity: before.add(String(one.quantity)) });
  }
  const seen = visits.filter((one) => one.state !== 'cancelled');
  return {
    visits: seen.length,
    open: seen.filter((one) => !OVER.includes(one.state)).length,
    taken: invoices.filter((one) => one.status === 'balanced').reduce((sum, one) => sum + one.patientTotal, 0),
    drugs: [...sold.values()].map((one) => ({ ...one, quantity: one.quantity.toString() })),
  };
}
