import { toast, useCommand, useTexts } from '@mach/ui';
import { similarName } from '@mach/vn/names.ts';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { useCallback, useRef, useState } from 'react';
import {
  type AddCoverageInput,
  type AddCoverageResult,
  addCoverage,
  type IdentifyInput,
  type IdentifyResult,
  identify,
  type PersonSummary,
} from '../contract.ts';
import { texts } from './texts.ts';

/** What a scan or a number led to, when it was not exactly one person. */
export type Outcome =
  | { readonly kind: 'choose'; readonly people: readonly PersonSummary[] }
  | { readonly kind: 'new'; readonly text: string; readonly found: IdentifyResult }
  | { readonly kind: 'failed'; readonly found: IdentifyResult };

export interface Desk {
  readonly busy: boolean;
  /** People who have been looked up since the desk was opened, by record id. */
  readonly known: ReadonlyMap<string, PersonSummary>;
  /** Looks a scan or number up; answers the person, or undefined when the outcome was something else. */
  readonly look: (text: string, open?: PersonSummary) => Promise<PersonSummary | undefined>;
  /** Reads a person again. */
  readonly load: (patient: string) => Promise<PersonSummary | undefined>;
  readonly outcome: Outcome | null;
  readonly clear: () => void;
}

/** Finding people: one field, whatever is scanned or typed into it. */
export function useDesk(onOutcome: (outcome: Outcome) => void): Desk {
  const t = useTexts(texts);
  const [known, setKnown] = useState<ReadonlyMap<string, PersonSummary>>(new Map());
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const finder = useCommand<IdentifyInput, IdentifyResult>(identify.name);
  const coverer = useCommand<AddCoverageInput, AddCoverageResult>(addCoverage.name);
  const find = useRef(finder.run);
  find.current = finder.run;

  const keep = useCallback((people: readonly PersonSummary[]): void => {
    setKnown((before) => new Map([...before, ...people.map((p) => [p.patient, p] as const)]));
  }, []);

  const load = useCallback(
    async (patient: string): Promise<PersonSummary | undefined> => {
      const found = await find.current({ patient });
      const [person] = found?.people ?? [];
      if (person) keep([person]);
      return person;
    },
    [keep],
  );

  const settle = (next: Outcome): void => {
    setOutcome(next);
    onOutcome(next);
  };

  async function look(text: string, open?: PersonSummary): Promise<PersonSummary | undefined> {
    setOutcome(null);
    const found = await find.current({ text });
    if (!found) return undefined;
    keep(found.people);
    const [person] = found.people;
    if (person && found.people.length === 1) {
      // The card may have been renewed since: what was scanned is what counts.
      if (found.card && scanRouter(text).kind === 'bhyt' && text.includes('|')) return renew(person, text);
      return person;
    }
    if (found.people.length > 1) settle({ kind: 'choose', people: found.people });
    else if (found.notices.some((n) => n.severity === 'error')) settle({ kind: 'failed', found });
    else if (open && found.card && found.draft && similarName(found.draft.name ?? '', open.person.name ?? ''))
      return renew(open, text);
    else if (found.kind === 'cccd' || found.kind === 'bhyt') settle({ kind: 'new', text, found });
    else toast({ text: t('noPerson', { text }), tone: 'warn' });
    return undefined;
  }

  /** Puts a scanned insurance card on the person's record. */
  async function renew(person: PersonSummary, bhytQr: string): Promise<PersonSummary | undefined> {
    const done = await coverer.run({ patient: person.patient, bhytQr });
    if (done && !done.existing) toast({ text: t('cardSaved') });
    return done ? load(person.patient) : person;
  }

  return {
    busy: finder.running || coverer.running,
    known,
    look,
    load,
    outcome,
    clear: () => setOutcome(null),
  };
}
