import { type Bill, type CashierQueueRow, type QuoteInput, quote } from '@mach/cashier/contract.ts';
import type { AllergyRow, PrescriptionRow } from '@mach/outpatient/contract.ts';
import { useCommand, useView } from '@mach/ui';
import { useEffect, useRef } from 'react';
import type { VisitFacts } from '../rules/visit.ts';

export interface OpenVisit {
  readonly facts: VisitFacts;
  /** Prescriptions of the visit that stand. */
  readonly prescriptions: readonly PrescriptionRow[];
  readonly allergies: readonly AllergyRow[];
  /** As it stands now; undefined once the visit is settled. */
  readonly bill: Bill | undefined;
  readonly loading: boolean;
}

const HANDED: readonly string[] = ['dispensed', 'cancelled'];

/** What is known of a visit beside its row: prescriptions, allergies, the running bill. */
export function useVisit(row: CashierQueueRow): OpenVisit {
  const prescriptions = useView<PrescriptionRow>(
    'outpatient.prescriptions',
    { encounter: row.key },
    { sort: '-prescribedAt' },
  );
  const allergies = useView<AllergyRow>('outpatient.allergies', { patientId: row.patient }, { sort: '-recordedAt' });
  const asked = useCommand<QuoteInput, Bill>(quote.name);
  const ask = useRef(asked.run);
  ask.current = asked.run;
  const lines = JSON.stringify(row.charges);
  const open = row.rank < 4;
  useEffect(() => {
    void lines;
    if (open) void ask.current({ encounter: row.key });
  }, [row.key, lines, open]);
  const standing = prescriptions.rows.filter((one) => !HANDED.includes(one.state));
  return {
    facts: { state: row.state, allergiesKnown: allergies.rows.length > 0, prescribed: standing.length > 0 },
    prescriptions: standing,
    allergies: allergies.rows,
    bill: open && asked.result?.encounter === row.key ? asked.result : undefined,
    loading: prescriptions.state === 'loading' || allergies.state === 'loading',
  };
}
