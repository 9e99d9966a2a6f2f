import {
  AlertLine,
  Button,
  Chip,
  type CodeRow,
  CodeSearch,
  Icon,
  IconButton,
  Section,
  useLanguage,
  useNow,
  usePick,
  useTexts,
} from '@mach/ui';
import { type KeyboardEvent, type ReactElement, type RefObject, useState } from 'react';
import type { IcdCodeRow } from '../../../contract.ts';
import { shortDate } from '../note/short-date.ts';
import { texts } from '../texts.ts';
import {
  addDx,
  type Dx,
  type DxRefusal,
  MOST_DIAGNOSES,
  makePrincipal,
  refusal,
  removeDx,
  withText,
} from './diagnoses.ts';
import type { Diagnoses } from './use-diagnoses.ts';

interface Refused {
  readonly row: IcdCodeRow;
  readonly why: DxRefusal;
}

/** Diagnoses: code as it is typed, the principal one with a star, refusals at the code with what to do. */
export function DiagnosisSection(props: {
  readonly diagnoses: Diagnoses;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}): ReactElement {
  const { diagnoses, inputRef } = props;
  const { list, set, last } = diagnoses;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const now = useNow();
  const [refused, setRefused] = useState<Refused | null>(null);

  function take(found: CodeRow | null): void {
    if (!found) return;
    const row = found as unknown as IcdCodeRow;
    const why = refusal(list, row);
    if (why) {
      setRefused({ row, why });
      return;
    }
    setRefused(null);
    set(addDx(list, row));
  }

  function takeLast(): void {
    if (last) set(last.list);
  }

  return (
    <Section
      anchor={4}
      title={t('diagnoses')}
      side={
        list.length > 0 && (
          <span>{diagnoses.saving ? t('saving') : t('ofMost', { n: list.length, most: MOST_DIAGNOSES })}</span>
        )
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hears a key of the fields in it */}
      <div
        className="doc-stack"
        onKeyDown={(event: KeyboardEvent) => {
          if (!last || !event.ctrlKey || event.code !== 'KeyD') return;
          event.preventDefault();
          takeLast();
        }}
      >
        {list.length > 0 && (
          <ul className="doc-dx-list">
            {list.map((dx, i) => (
              <DxLine
                key={dx.code}
                dx={dx}
                onPrincipal={() => set(makePrincipal(list, dx.code))}
                onText={(text) => set(withText(list, dx.code, text))}
                onRemove={() => {
                  set(removeDx(list, dx.code));
                  inputRef.current?.focus();
                }}
                notes={[
                  ...Object.entries(diagnoses.issues)
                    .filter(([field]) => field.startsWith(`diagnoses.${i}.`))
                    .flatMap(([, issues]) => issues)
                    .map((issue) => ({
                      level: issue.severity === 'error' ? ('stop' as const) : ('warn' as const),
                      what: pick(issue.text),
                      remedy: issue.remedy && pick(issue.remedy),
                    })),
                  ...diagnoses.warnings
                    .filter((warning) => warning.field?.startsWith(`diagnoses.${i}.`))
                    .map((warning) => ({ level: 'note' as const, what: pick(warning.text), remedy: undefined })),
                ]}
              />
            ))}
          </ul>
        )}
        {diagnoses.general.map((issue) => (
          <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
        ))}
        <div className="doc-inline">
          <CodeSearch
            className="doc-grow"
            label={t('addDiagnosis')}
            labelHidden
            list="icd10"
            collect
            value={null}
            onChange={take}
            inputRef={inputRef}
            placeholder={list.length === 0 ? t('principalHint') : t('secondaryHint')}
            detail={(row) => <DxDetail row={row as unknown as IcdCodeRow} language={language} />}
          />
          {last && (
            <Button look="quiet" size="small" chord="Ctrl+D" onClick={takeLast}>
              {t('likeLast', { date: shortDate(last.on, now) })}
            </Button>
          )}
        </div>
        {refused && (
          <AlertLine
            level={refused.why === 'dxTaken' ? 'note' : 'warn'}
            what={t('dxRefused', { code: refused.row.code, name: refused.row.display })}
            why={t(refused.why, { code: refused.row.code, most: MOST_DIAGNOSES })}
          />
        )}
      </div>
    </Section>
  );
}

function DxDetail({ row, language }: { readonly row: IcdCodeRow; readonly language: 'vi' | 'en' }): ReactElement {
  const t = useTexts(texts);
  const other = language === 'en' ? row.displayEn : row.via;
  return (
    <>
      {other && other !== row.display && <span>{other}</span>}
      {!row.usable && (
        <Chip tone="warn">{row.flags.includes('mortality-only') ? t('onlyMortality') : t('tooCoarse')}</Chip>
      )}
      {row.principal === 'no' && <Chip>{t('neverPrincipal')}</Chip>}
      {row.principal === 'discouraged' && <Chip>{t('rarelyPrincipal')}</Chip>}
    </>
  );
}

interface DxNote {
  readonly level: 'stop' | 'warn' | 'note';
  readonly what: string;
  readonly remedy: string | undefined;
}

function DxLine(props: {
  readonly dx: Dx;
  readonly notes: readonly DxNote[];
  readonly onPrincipal: () => void;
  readonly onText: (text: string) => void;
  readonly onRemove: () => void;
}): ReactElement {
  const { dx, notes, onPrincipal, onText, onRemove } = props;
  const t = useTexts(texts);
  const [editing, setEditing] = useState(false);
  return (
    <li className={dx.carried ? 'doc-dx doc-carried' : 'doc-dx'}>
      <div className="doc-dx-line">
        <button
          type="button"
          className="doc-star"
          aria-pressed={dx.principal}
          aria-label={t('makePrincipal', { code: dx.code })}
          title={dx.principal ? t('principal') : t('makePrincipal', { code: dx.code })}
          onClick={onPrincipal}
        >
          <Icon name="star" size={16} />
        </button>
        <span className="m-code doc-dx-code">{dx.code}</span>
        {editing ? (
          <input
            className="m-input doc-grow"
            // biome-ignore lint/a11y/noAutofocus: opened by the person, to write the words
            autoFocus
            aria-label={t('dxWords', { code: dx.code })}
            maxLength={500}
            value={dx.text === '' ? dx.display : dx.text}
            onChange={(event) => onText(event.target.value)}
            onBlur={() => setEditing(false)}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
              event.preventDefault();
              setEditing(false);
            }}
          />
        ) : (
          <span className="doc-grow doc-dx-name">
            {dx.text === '' ? dx.display : dx.text}
            {dx.text !== '' && <span className="doc-dx-official"> {dx.display}</span>}
          </span>
        )}
        {dx.carried && (
          <Chip tone="warn" title={t('carriedHint')}>
            {t('carried')}
          </Chip>
        )}
        <IconButton icon="edit" size="small" label={t('dxWords', { code: dx.code })} onClick={() => setEditing(true)} />
        <IconButton icon="close" size="small" label={t('dxRemove', { code: dx.code })} onClick={onRemove} />
      </div>
      {notes.map((note) => (
        <AlertLine key={note.what} level={note.level} what={note.what} why={note.remedy} />
      ))}
    </li>
  );
}
