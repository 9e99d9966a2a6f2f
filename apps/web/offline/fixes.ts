import type { KeptAct } from '@mach/ui';

/** A way out of a refusal that one key can take: what changes in the input. */
export interface Fix {
  readonly label: 'samePerson' | 'otherPerson' | 'byFee';
  /** The issue that it answers, for its place on the screen. */
  readonly field: string;
  readonly change: object;
}

/** What a person may decide about a refused act at once. Everything else is sent again as it is, or becomes a note. */
export function fixesFor(act: KeptAct): readonly Fix[] {
  if (act.command !== 'reception.checkIn') return [];
  const input = act.input as { notDuplicateOf?: readonly string[]; payer?: string };
  return act.issues.flatMap(({ code, field = '' }): Fix[] => {
    const alike = /^notDuplicateOf\.(.+)$/.exec(field)?.[1];
    if (alike !== undefined)
      return [
        // The card is of the person who stood there: with the record named, it is not read a second time.
        { label: 'samePerson', field, change: { patient: alike, cccdQr: undefined, person: undefined } },
        { label: 'otherPerson', field, change: { notDuplicateOf: [...(input.notDuplicateOf ?? []), alike] } },
      ];
    if (input.payer === 'bhyt' && (code.startsWith('card-') || field === 'coverage' || field.startsWith('card')))
      return [{ label: 'byFee', field, change: { payer: 'fee' } }];
    return [];
  });
}
