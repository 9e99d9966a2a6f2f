import { Chip, type CodeRow, Combobox, money, useCodes, useLanguage, useTexts, useTransport } from '@mach/ui';
import { type ReactElement, type Ref, useEffect, useState } from 'react';
import type { ServiceCodeRow } from '../../../contract.ts';
import { texts } from '../texts.ts';
import { exactRow, separateWords } from './basket.ts';

type Choice =
  | { readonly kind: 'one'; readonly row: ServiceCodeRow }
  | { readonly kind: 'many'; readonly rows: readonly ServiceCodeRow[] };

const asRows = (rows: readonly CodeRow[]): readonly ServiceCodeRow[] => rows as unknown as readonly ServiceCodeRow[];

/** One box for every kind of order; several words that are orders each ("glu crea ecg") are offered together. */
export function OrderSearch(props: {
  readonly onChoose: (rows: readonly ServiceCodeRow[]) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
}): ReactElement {
  const { onChoose, inputRef } = props;
  const t = useTexts(texts);
  const language = useLanguage();
  const [query, setQuery] = useState('');
  const codes = useCodes('service', query, { enabled: query !== '', limit: 20 });
  const many = useSeveral(query);
  const rows = query === '' ? [] : asRows(codes.rows);
  const options: Choice[] = [
    ...(many.rows.length > 1 ? [{ kind: 'many' as const, rows: many.rows }] : []),
    ...rows.map((row): Choice => ({ kind: 'one', row })),
  ];
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
      searching={codes.searching || many.searching}
      keyOf={(choice) => (choice.kind === 'one' ? choice.row.code : 'many')}
      textOf={(choice) => (choice.kind === 'one' ? name(choice.row) : '')}
      onChange={(choice) => choice && onChoose(choice.kind === 'one' ? [choice.row] : choice.rows)}
      renderOption={(choice) =>
        choice.kind === 'many' ? (
          <div className="m-option-main">
            <Chip tone="info">{t('several', { n: choice.rows.length })}</Chip>
            <span>{choice.rows.map(name).join(' · ')}</span>
          </div>
        ) : (
          <>
            <div className="m-option-main">
              <span className="m-code">{choice.row.code}</span>
              <span className="doc-grow">{name(choice.row)}</span>
              <span className="doc-money">{money(choice.row.price)}</span>
            </div>
            <div className="m-option-sub doc-sub">
              {choice.row.kind === 'bundle' && <Chip tone="info">{t('bundle', { n: choice.row.items.length })}</Chip>}
              {choice.row.kind === 'bundle' && <span>{choice.row.items.join(' · ')}</span>}
              {choice.row.kind !== 'bundle' && (
                <span>
                  {choice.row.bhytRatio === 0 ? t('notInsured') : t('insuredAt', { n: choice.row.bhytRatio })}
                </span>
              )}
              {choice.row.minutes !== null && <span>{t('minutesOf', { n: choice.row.minutes })}</span>}
              {choice.row.fasting && <Chip tone="warn">{t('fasting')}</Chip>}
            </div>
          </>
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
