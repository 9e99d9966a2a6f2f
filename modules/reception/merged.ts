/** Two records that became one, and what is needed to part them again. Pure. */
import { extension } from '@mach/encounter/contract.ts';
import type { Extension, Patient } from '@mach/fhir/types.ts';
import { EXT, FHIR_BASE } from '@mach/vn/systems.ts';

/**
 * On Patient, the record that was closed: what left it (complex: `moved` references, `at` instant, `how`, `by` strings,
 * `unidentified` as it stood).
 */
const MERGED = `${FHIR_BASE}/ext/merged-records`;
/** So long a merge can be taken back at the desk (journey c6). */
export const SEPARATE_DAYS = 7;

export interface MergeFacts {
  how: string;
  by: string;
  at: string;
}

export interface MergeRecord extends MergeFacts {
  /** `Encounter/…`, as they were moved. */
  moved: readonly string[];
}

/** Extensions of the record that is closed. `unidentified`: the extension by which it was somebody unknown. */
export const mergedExtension = (of: MergeRecord, unidentified: Extension | undefined): Extension => ({
  url: MERGED,
  extension: [
    { url: 'at', valueInstant: of.at },
    { url: 'how', valueString: of.how },
    { url: 'by', valueString: of.by },
    ...(unidentified === undefined ? [] : [{ ...unidentified, url: 'unidentified' }]),
    ...of.moved.map((reference) => ({ url: 'moved', valueReference: { reference } })),
  ],
});

/** How a record was closed by a merge; undefined for everybody else. */
export function mergeOf(patient: Pick<Patient, 'extension'>): MergeRecord | undefined {
  const found = extension(patient, MERGED);
  if (!found) return undefined;
  const text = (url: string): string => extension(found, url)?.valueString ?? '';
  return {
    at: extension(found, 'at')?.valueInstant ?? '',
    how: text('how'),
    by: text('by'),
    moved: (found.extension ?? []).flatMap((part) => part.valueReference?.reference ?? []),
  };
}

/** The extensions of a closed record as they were before, with the mark of somebody unknown where it had been one. */
export function reopenedExtensions(
  patient: Pick<Patient, 'extension'>,
  urls: { unidentified: string; identified: string },
): Extension[] {
  const merged = extension(patient, MERGED);
  const was = merged && extension(merged, 'unidentified');
  const others = (patient.extension ?? []).filter((e) => e.url !== MERGED && (!was || e.url !== urls.identified));
  return was ? [...others, { ...was, url: urls.unidentified }] : others;
}

/** Whether it may still be taken back at `now`. */
export const isSeparable = ({ at }: MergeRecord, now: string): boolean =>
  Date.parse(now) - Date.parse(at) <= SEPARATE_DAYS * 86_400_000;

/** Extensions of a record with the allergy state that its allergies give it; undefined: nobody has asked. */
export function allergiesAfter(extensions: readonly Extension[], state: 'known' | 'none' | undefined): Extension[] {
  const others = extensions.filter((e) => e.url !== EXT.allergyState);
  return state === undefined ? others : [...others, { url: EXT.allergyState, valueCode: state }];
}
