import type { BundleRule, ClockRule, StepRule } from './bundle-pack.ts';

/** What was done to a step, by whom, when. A step may have several: ordered, then done; a dose given twice. */
export interface StepMark {
  step: string;
  /** `undone`: a dose that was marked as given was not. */
  kind: 'done' | 'not-done' | 'ordered' | 'undone';
  at: string;
  by: string;
  /** Words, value, dose with its working, or why not. */
  text: string;
  orders: readonly string[];
  /** Of a dose: the MedicationAdministration. */
  given?: string;
}

export interface RunFacts {
  doorAt: string;
  startedAt: string;
  marks: readonly StepMark[];
}

export interface StepState {
  rule: StepRule;
  dueAt: string;
  marks: StepMark[];
  /** Done, or decided against. */
  settled: boolean;
}

export interface ClockState {
  rule: ClockRule;
  startAt: string;
  dueAt: string;
  /** When its step was done. */
  stoppedAt: string | null;
}

export interface RunState {
  steps: StepState[];
  clocks: ClockState[];
  /** The needed step that is due first. */
  next: StepState | null;
  /** The running clock that ends first. */
  clock: ClockState | null;
  done: number;
  total: number;
  /** Every needed step is settled. */
  complete: boolean;
}

const later = (from: string, minutes: number): string => new Date(Date.parse(from) + minutes * 60_000).toISOString();
const first = <T extends { dueAt: string }>(list: readonly T[]): T | null =>
  [...list].sort((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0))[0] ?? null;

/** Where a bundle stands, from its rules and what was marked. The moment it is looked at plays no part. Pure. */
export function runState(bundle: BundleRule, facts: RunFacts): RunState {
  const undone = new Set(facts.marks.flatMap((m) => (m.kind === 'undone' ? [m.given] : [])));
  const all = facts.marks.filter((m) => m.kind !== 'undone' && (m.given === undefined || !undone.has(m.given)));
  const origin = { door: facts.doorAt, start: facts.startedAt };
  const steps = bundle.steps.map((rule): StepState => {
    const marks = all.filter((m) => m.step === rule.code);
    return {
      rule,
      dueAt: later(origin[rule.from], rule.dueMinutes),
      marks,
      settled: marks.some((m) => m.kind !== 'ordered'),
    };
  });
  const clocks = bundle.clocks.map((rule): ClockState => {
    const startAt = origin[rule.from];
    const done = all.filter((m) => m.step === rule.stops && m.kind === 'done').map((m) => m.at);
    return { rule, startAt, dueAt: later(startAt, rule.minutes), stoppedAt: done.toSorted()[0] ?? null };
  });
  const needed = steps.filter((s) => !s.rule.optional);
  const open = needed.filter((s) => !s.settled);
  return {
    steps,
    clocks,
    next: first(open),
    clock: first(clocks.filter((c) => c.stoppedAt === null)),
    done: needed.length - open.length,
    total: needed.length,
    complete: open.length === 0,
  };
}
