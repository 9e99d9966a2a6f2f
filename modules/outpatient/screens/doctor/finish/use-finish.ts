import { localDate } from '@mach/base/time.ts';
import { emphasised, type Issue, toast, useCommand, useNow, useTexts } from '@mach/ui';
import { useState } from 'react';
import { type FinishInput, type FinishResult, finish } from '../../../contract.ts';
import type { Visit } from '../data/use-visit.ts';
import type { Diagnoses } from '../diagnosis/use-diagnoses.ts';
import type { Note } from '../note/use-note.ts';
import type { Rx } from '../prescription/use-rx.ts';
import { texts } from '../texts.ts';
import { lastAt } from './missing.ts';
import type { Ending } from './use-ending.ts';

/** Where the chain of signatures stopped. */
export type Stopped = 'note' | 'diagnoses' | 'prescription' | 'finish';

export interface Finishing {
  readonly busy: boolean;
  readonly issues: readonly Issue[];
  /** Signs note and prescription and ends the visit; answers where it stopped, or null when all is done. */
  readonly run: () => Promise<Stopped | null>;
}

/**
 * One key for the end of a visit: the note is saved, the diagnoses recorded, the prescription signed, the note signed
 * and the visit concluded. What was done before a refusal stays done; the key may be pressed again.
 */
export function useFinish(of: {
  readonly visit: Visit;
  readonly name: string;
  readonly note: Note;
  readonly diagnoses: Diagnoses;
  readonly rx: Rx;
  readonly ending: Ending;
}): Finishing {
  const { visit, name, note, diagnoses, rx, ending } = of;
  const t = useTexts(texts);
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const end = useCommand<FinishInput, FinishResult>(finish.name);

  async function chain(): Promise<Stopped | null> {
    end.reset();
    if (!note.signed && !(await note.flush())) return 'note';
    if (!(await diagnoses.flush())) return 'diagnoses';
    const advice = note.texts.advice?.trim();
    if (rx.lines.length > 0) {
      const signed = await rx.sign({
        ...(advice ? { advice } : {}),
        ...(ending.revisit === '' ? {} : { revisit: ending.revisit }),
      });
      if (!signed) return 'prescription';
    }
    const done = await end.run({
      encounter: visit.id,
      outcome: ending.outcome,
      ...(ending.revisit === '' ? {} : { revisit: ending.revisit }),
      ...(ending.outcome === 'transferred' ? { destination: ending.destination.trim() } : {}),
      ...(ending.outcome === 'died' ? { diedAt: lastAt(ending.diedAt, localDate(now), now) } : {}),
      ...(ending.pendingReason.trim() === '' ? {} : { pendingReason: ending.pendingReason.trim() }),
    });
    if (!done) return 'finish';
    note.discard();
    ending.discard();
    toast({ text: t('finished', { name: emphasised(name) }) });
    return null;
  }

  return {
    busy,
    issues: end.issues,
    run: async () => {
      setBusy(true);
      try {
        return await chain();
      } finally {
        setBusy(false);
      }
    },
  };
}
