import { addDays, localDate } from '@mach/base/time.ts';
import type { Outcome } from '@mach/encounter/contract.ts';
import { useDraft, useNow } from '@mach/ui';
import { suggestOutcome } from './missing.ts';

interface EndingDraft {
  /** null: as the prescription suggests. */
  readonly outcome: Outcome | null;
  readonly revisit: string | null;
  readonly destination: string;
  /** HH:mm; missing of a draft that an earlier version kept. */
  readonly diedAt?: string;
  readonly pendingReason: string;
}
const UNTOUCHED: EndingDraft = { outcome: null, revisit: null, destination: '', diedAt: '', pendingReason: '' };

export interface Ending {
  readonly outcome: Outcome;
  /** yyyy-MM-dd or empty. */
  readonly revisit: string;
  readonly destination: string;
  /** Time of death as typed, HH:mm of today. */
  readonly diedAt: string;
  readonly pendingReason: string;
  readonly setOutcome: (outcome: Outcome) => void;
  readonly setRevisit: (date: string) => void;
  readonly setDestination: (text: string) => void;
  readonly setDiedAt: (time: string) => void;
  readonly setPendingReason: (text: string) => void;
  readonly discard: () => void;
}

/** A return visit that nobody gave a date yet is meant in so many days. */
const RETURN_DAYS = 30;

/** How the visit ends: what the prescription suggests until the doctor says otherwise. */
export function useEnding(encounter: string, days: readonly number[]): Ending {
  const today = localDate(useNow());
  const { value, set, discard } = useDraft<EndingDraft>(`kham:end:${encounter}`, UNTOUCHED);
  const suggested = suggestOutcome(days, today);
  const outcome = value.outcome ?? suggested.outcome;
  const fallback = suggested.revisit || addDays(today, RETURN_DAYS);
  return {
    outcome,
    revisit: outcome === 'revisit' ? (value.revisit ?? fallback) : '',
    destination: value.destination,
    diedAt: value.diedAt ?? '',
    pendingReason: value.pendingReason,
    setOutcome: (next) => set((before) => ({ ...before, outcome: next })),
    setRevisit: (revisit) => set((before) => ({ ...before, revisit })),
    setDestination: (destination) => set((before) => ({ ...before, destination })),
    setDiedAt: (diedAt) => set((before) => ({ ...before, diedAt })),
    setPendingReason: (pendingReason) => set((before) => ({ ...before, pendingReason })),
    discard,
  };
}
