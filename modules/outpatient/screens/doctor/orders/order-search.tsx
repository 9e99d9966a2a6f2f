import { Chip, type CodeRow, Combobox, useCodes, useLanguage, useTexts, useTransport } from '@mach/ui';
import { type ReactElement, type Ref, useEffect, useState } from 'react';
import type { DrugCodeRow, ServiceCodeRow } from '../../../contract.ts';
import { asDrugs, DrugOption } from '../prescription/drug-option.tsx';
import { splitTyped } from '../prescription/typed-drug.ts';
import { texts } from '../texts.ts';
import { exactRow, separateWords } from './basket.ts';
import { ServiceOption } from './service-option.tsx';

type Choice =
  | { readonly kind: 'one'; readonly row: ServiceCodeRow }
  | { readonly kind: 'many'; readonly rows: readonly ServiceCodeRow[] }
  | { readonly kind: 'drug'; readonly row: DrugCodeRow; readonly dose: string };

/** Drugs stand below the services, a few of them: the prescription has a search of its own. */
const DRUGS = 5;

const asRows = (rows: readonly CodeRow[]): readonly ServiceCodeRow[] => rows as unknown as readonly ServiceCodeRow[];

/**
 * One box for every kind of order; several words that are orders each ("glu crea ecg") are offered together. A drug with its
 * dose ("ceftriaxon 1g tmc 12h 7n") is handed to the prescription, where it is read and checked; never as the first row by
 * itself.
 */
export function OrderSearch(props: {
  readonly onChoose: (rows: readonly ServiceCodeRow[]) => void;
  /** Absent where nothing can be prescribed any more. */
  readonly onDrug?: (drug: DrugCodeRow, dose: string) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
}): ReactElement {
  const { onChoose, onDrug, inputRef } = props;
  const t = useTexts(texts);
  const language = useLanguage();
  const [query, setQuery] = useState('');
  const codes = useCodes('service', query, { enabled: query !== '', limit: 20 });
  const split = splitTyped(query);
  const isAsked = onDrug !== undefined && split.drug.length > 2;
  const drugs = useCodes('drug', split.drug, { enabled: isAsked, limit: DRUGS });
  const many = useSeveral(query);
  const rows = query === '' ? [] : asRows(codes.rows);
  const found = isAsked ? asDrugs(drugs.rows) : [];
  // A dose behind the words says that they are a drug: then no service may be marked for Enter.
  const isDose = split.dose !== '' && found.length > 0;
  const options: Choice[] = [
    ...(many.rows.length > 1 && !isDose ? [{ kind: 'many' as const, rows: many.rows }] : []),
    ...(isDose ? [] : rows.map((row): Choice => ({ kind: 'one', row }))),
    ...found.map((row): Choice => ({ kind: 'drug', row, dose: split.dose })),
  ];
  function choose(choice: Choice): void {
    if (choice.kind === 'drug') onDrug?.(choice.row, choice.dose);
    else onChoose(choice.kind === 'one' ? [choice.row] : choice.rows);
  }
  const name = (row: ServiceCodeRow): string => (language === 'en' ? row.displayEn : row.display);
  return (
    <Combobox<Choice>
      label={t('addOrder')}
      labelHidden
      value={null}
      collect
      autoFocus
      inputRef={inputRef}
      placeholder={t('orderHint')}
      options={options}
      onQuery={setQuery}
      answered={query}
      searching={codes.searching || many.searching || (isAsked && drugs.searching)}
      preselect={options[0]?.kind !== 'drug'}
      keyOf={(choice) => (choice.kind === 'many' ? 'many' : `${choice.kind}:${choice.row.code}`)}
      textOf={(choice) => (choice.kind === 'one' ? name(choice.row) : '')}
      onChange={(choice) => choice && choose(choice)}
      renderOption={(choice) =>
        choice.kind === 'drug' ? (
          <DrugOption row={choice.row} rows={found} at={options.indexOf(choice)} />
        ) : choice.kind === 'many' ? (
          <div className="m-option-main">
            <Chip tone="info">{t('several', { n: choice.rows.length })}</Chip>
            <span>{choice.rows.map(name).join(' · ')}</span>
          </div>
        ) : (
          <ServiceOption row={choice.row} />
        )
      }
    />
  );
}

/** The orders that the words of a query name each for itself; empty unless every word is certain. */
function useSeveral(query: string): { readonly rows: readonly ServiceCodeRow[]; readonly searching: boolean } {
  const transport = useTransport();
  const [found, setFound] = useState<{ query: string; rows: readonly ServiceCodeRow[] }>({ query: '', rows: [] });
  useEffect(() => {
    const words = separateWords(query);
    if (words.length < 2) {
      setFound({ query, rows: [] });
      return;
    }
    const control = new AbortController();
    Promise.all(words.map((word) => transport.codes('service', { q: word, limit: 10 }, control.signal)))
      .then((lists) => {
        const rows = lists.map((list, i) => exactRow(asRows(list), words[i] ?? ''));
        const certain = rows.filter((row) => row !== undefined);
        setFound({ query, rows: certain.length === words.length ? certain : [] });
      })
      .catch(() => undefined);
    return () => control.abort();
  }, [query, transport]);
  return {
    rows: found.query === query ? found.rows : [],
    searching: found.query !== query && separateWords(query).length > 1,
  };
}
