import { type Issue, issuesOf } from '@mach/ui';
import { useState } from 'react';
import type { Outcome } from './api.ts';

export interface Step {
  readonly busy: boolean;
  readonly issues: readonly Issue[];
  /** Runs one step; answers whether it went through. */
  readonly run: (work: () => Promise<Outcome | undefined>) => Promise<boolean>;
}

/** One step at a time, with what the server said of the last one. */
export function useStep(onOutcome: (outcome: Outcome) => Promise<void>): Step {
  const [busy, setBusy] = useState(false);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  async function run(work: () => Promise<Outcome | undefined>): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    setIssues([]);
    try {
      const outcome = await work();
      if (outcome) await onOutcome(outcome);
      return outcome !== undefined;
    } catch (error) {
      setIssues(issuesOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, issues, run };
}
