import type { CodeRow } from '@mach/ui';
import type { PersonFields } from '../contract.ts';

/** The form's own state: the fields, and the names of chosen codes. */
export interface PersonDraft {
  readonly fields: Partial<PersonFields>;
  readonly ward: CodeRow | null;
  readonly occupation: CodeRow | null;
  readonly ethnic: CodeRow | null;
}

export const emptyPerson: PersonDraft = {
  fields: { idPaper: 'cccd', nationality: 'VN' },
  ward: null,
  occupation: null,
  ethnic: null,
};

const rowOf = (code: string | undefined, display: string | null | undefined): CodeRow | null =>
  code === undefined ? null : { code, display: display ?? '' };

export const draftOf = (fields: Partial<PersonFields>, wardText: string | null): PersonDraft => ({
  fields,
  ward: rowOf(fields.wardCode, wardText),
  occupation: rowOf(fields.occupation, null),
  ethnic: rowOf(fields.ethnic, null),
});

/** What is sent: texts trimmed, empty ones left out. */
export function fieldsOf({ fields }: PersonDraft): Partial<PersonFields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && value !== null),
  );
}
