import type { ReactElement, Ref } from 'react';
import { Chip } from '../base/chip.tsx';
import { Combobox } from '../base/combobox.tsx';
import { PersonName } from '../clinical/person-name.tsx';
import { formatDate } from '../format/date.ts';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';

export interface PersonHit {
  readonly key: string;
  readonly name: string;
  readonly birth: string;
  readonly sex?: string;
  readonly code: string;
  /** Masked: "•• ••• 118". */
  readonly phone?: string;
  readonly place?: string;
  /** "cùng hộ". */
  readonly household?: string;
  /** How likely it is that this is the same person as another of the list, 0–1. */
  readonly duplicate?: number;
}

export interface PersonSearchProps {
  readonly label: string;
  readonly hits: readonly PersonHit[];
  readonly onQuery: (query: string) => void;
  readonly answered: string;
  readonly searching?: boolean;
  readonly onOpen: (person: PersonHit) => void;
  readonly readOnly?: boolean;
  readonly error?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** From this likeness on somebody must look before a second record grows beside the first. */
const LIKELY = 0.6;

/**
 * Finds a person by name, phone, code or year of birth. Two identifiers stand in every row, and a row that may be the same
 * person as another says so; nobody is chosen beforehand.
 */
export function PersonSearch({ label, hits, onOpen, ...rest }: PersonSearchProps): ReactElement {
  const t = useTexts(boardTexts);
  return (
    <Combobox<PersonHit>
      {...rest}
      label={label}
      placeholder={t('personHint')}
      value={null}
      collect
      preselect={hits.length === 1}
      options={hits}
      keyOf={(one) => one.key}
      textOf={(one) => one.name}
      onChange={(one) => one && onOpen(one)}
      renderOption={(one) => (
        <>
          <div className="m-option-main">
            <PersonName name={one.name} />
            {one.duplicate !== undefined && one.duplicate >= LIKELY && (
              <Chip tone="warn" icon="users">
                {t('maybeSame', { n: Math.round(one.duplicate * 100) })}
              </Chip>
            )}
            {one.household && <Chip>{one.household}</Chip>}
          </div>
          <div className="m-option-sub">
            {[one.sex, formatDate(one.birth), one.code, one.phone, one.place].filter(Boolean).join(' · ')}
          </div>
        </>
      )}
    />
  );
}
