import { foldText } from '@mach/base';
import { type ReactElement, type ReactNode, type Ref, useState } from 'react';
import type { CodeRow } from '../data/transport.ts';
import { useCodes } from '../data/use-codes.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Chip } from './chip.tsx';
import { Combobox } from './combobox.tsx';
import type { FieldProps } from './field.tsx';

export interface CodeSearchProps extends Omit<FieldProps, 'warning'> {
  /** The code list: `icd10`, `service`, `drug`, `unit`… */
  readonly list: string;
  readonly value: CodeRow | null;
  readonly onChange: (row: CodeRow | null) => void;
  /** Date on which the code must be in force. */
  readonly date?: string;
  /** The small second line; default: code. For drugs: form, route, brand, stock, insurance. */
  readonly detail?: (row: CodeRow) => ReactNode;
  readonly collect?: boolean;
  readonly placeholder?: string;
  readonly readOnly?: boolean;
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** The start of two names that look alike in a hurry (CEF…, DUPHA…, NOVO…). */
function lookAlike(a: CodeRow | undefined, b: CodeRow | undefined): boolean {
  if (!a || !b) return false;
  const [x, y] = [a, b].map((row) => foldText(row.display).split(' ')[0] ?? '');
  return x !== y && x !== undefined && y !== undefined && x.slice(0, 3) === y.slice(0, 3);
}

/**
 * Search of a code list. In the list `drug` no row is pre-selected and neighbours that look alike
 * are divided and marked.
 */
export function CodeSearch(props: CodeSearchProps): ReactElement {
  const { list, value, onChange, date, detail, ...rest } = props;
  const t = useTexts(uiTexts);
  const [query, setQuery] = useState('');
  const codes = useCodes(list, query, { date, enabled: query !== '' });
  const drug = list === 'drug';
  const rows = query === '' ? [] : codes.rows;
  return (
    <Combobox<CodeRow>
      {...rest}
      value={value}
      onChange={onChange}
      options={rows}
      onQuery={setQuery}
      answered={query}
      searching={codes.searching}
      keyOf={(row) => row.code}
      textOf={(row) => (drug ? row.display : `${row.code} ${row.display}`)}
      preselect={!drug}
      renderOption={(row) => {
        const at = rows.indexOf(row);
        const alike = drug && (lookAlike(rows[at - 1], row) || lookAlike(row, rows[at + 1]) || row.lasa === true);
        return (
          <div className={drug && lookAlike(rows[at - 1], row) ? 'm-option-split' : undefined}>
            <div className="m-option-main">
              {drug ? (
                <span>{row.display}</span>
              ) : (
                <>
                  <span className="m-code">{row.code}</span>
                  <span>{row.display}</span>
                </>
              )}
              {alike && (
                <Chip tone="warn" title={t('lookAlikeHint')}>
                  {t('lookAlike')}
                </Chip>
              )}
            </div>
            {detail ? (
              <div className="m-option-sub">{detail(row)}</div>
            ) : (
              drug && <div className="m-option-sub m-code">{row.code}</div>
            )}
          </div>
        );
      }}
    />
  );
}
