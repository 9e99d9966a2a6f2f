import { Button, Combobox, MedicationLine, NBSP, useCodes, usePick, useTexts } from '@mach/ui';
import { type KeyboardEvent, type ReactElement, type RefObject, useEffect, useRef, useState } from 'react';
import type { DrugCodeRow, ServiceCodeRow } from '../../../contract.ts';
import { keepInView } from '../finish/goto.ts';
import { ServiceOption } from '../orders/service-option.tsx';
import { texts } from '../texts.ts';
import { asDrugs, DrugOption } from './drug-option.tsx';
import { daysForAll, type LineDraft, readTypedLine } from './line.ts';
import { medicationOf } from './show.ts';
import { splitTyped } from './typed-drug.ts';
import type { Composing } from './use-rx.ts';

export interface LineComposerProps {
  readonly composing: Composing;
  readonly onCompose: (next: Composing) => void;
  /** Days that stand in where the line names none. */
  readonly days: number | undefined;
  readonly onLine: (drug: DrugCodeRow, draft: LineDraft, note: string | undefined) => void;
  /** "30n" alone: the days of all lines. */
  readonly onDays: (days: number) => void;
  /** Something else was meant: a test, an X-ray. It goes to the orders. */
  readonly onService: (row: ServiceCodeRow) => void;
  readonly drugRef: RefObject<HTMLInputElement | null>;
}

/** One line: the drug by search (never the first row by itself), the dose as doctors type it, shown before it counts. */
export function LineComposer(props: LineComposerProps): ReactElement {
  const { composing, onCompose, days, onLine, onDays, onService, drugRef } = props;
  const { drug, typed } = composing;
  const t = useTexts(texts);
  const [round, setRound] = useState(0);
  const dose = useRef<HTMLInputElement>(null);
  const moved = useRef(false);

  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    if (drug) dose.current?.focus();
    else drugRef.current?.focus();
  }, [drug, drugRef]);

  function restart(): void {
    moved.current = true;
    onCompose({ drug: null, typed: '' });
    setRound((n) => n + 1);
  }

  return (
    <div
      className="doc-compose"
      onKeyDownCapture={(event: KeyboardEvent) => {
        if (drug || event.key !== 'Enter' || event.nativeEvent.isComposing || event.ctrlKey) return;
        const all = event.target instanceof HTMLInputElement ? daysForAll(event.target.value) : undefined;
        if (all === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        onDays(all);
        restart();
      }}
    >
      {drug ? (
        <DoseField
          drug={drug}
          typed={typed}
          days={days}
          inputRef={dose}
          onTyped={(next) => onCompose({ ...composing, typed: next })}
          onBack={restart}
          onDone={(draft, note) => {
            onLine(drug, draft, note);
            restart();
          }}
        />
      ) : (
        <DrugSearch
          key={round}
          inputRef={drugRef}
          autoFocus={moved.current}
          onChoose={(row, left) => {
            moved.current = true;
            onCompose({ drug: row, typed: left });
          }}
          onService={(row) => {
            setRound((n) => n + 1);
            onService(row);
          }}
          placeholder={t('drugHint')}
        />
      )}
    </div>
  );
}

type Choice =
  | { readonly kind: 'drug'; readonly row: DrugCodeRow }
  | { readonly kind: 'service'; readonly row: ServiceCodeRow };

/** A few services only: the orders have a search of their own. They are the last of those that a number takes. */
const SERVICES = 4;
const NUMBERED = 9;

function DrugSearch(props: {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly autoFocus: boolean;
  readonly placeholder: string;
  /** The chosen product, and the dose that was typed behind its name. */
  readonly onChoose: (drug: DrugCodeRow, dose: string) => void;
  readonly onService: (row: ServiceCodeRow) => void;
}): ReactElement {
  const { inputRef, autoFocus, placeholder, onChoose, onService } = props;
  const t = useTexts(texts);
  const [query, setQuery] = useState('');
  const split = splitTyped(query);
  const codes = useCodes('drug', split.drug, { enabled: split.drug !== '', limit: 20 });
  const rows = split.drug === '' ? [] : asDrugs(codes.rows);
  // A dose behind the words says that they are a drug.
  const mayBeService = split.drug.length > 2 && split.dose === '';
  const services = useCodes('service', split.drug, { enabled: mayBeService, limit: SERVICES });
  const others = mayBeService ? (services.rows as unknown as readonly ServiceCodeRow[]) : [];
  const drugs = rows.map((row): Choice => ({ kind: 'drug', row }));
  const before = NUMBERED - others.length;
  const options: Choice[] = [
    ...drugs.slice(0, before),
    ...others.map((row): Choice => ({ kind: 'service', row })),
    ...drugs.slice(before),
  ];
  return (
    <Combobox<Choice>
      label={t('addDrug')}
      labelHidden
      value={null}
      onChange={(choice) => {
        if (choice?.kind === 'drug') onChoose(choice.row, split.dose);
        else if (choice) onService(choice.row);
      }}
      options={options}
      onQuery={setQuery}
      answered={query}
      searching={codes.searching || (mayBeService && services.searching)}
      keyOf={(choice) => `${choice.kind}:${choice.row.code}`}
      textOf={(choice) => choice.row.display}
      preselect={false}
      inputRef={inputRef}
      autoFocus={autoFocus}
      placeholder={placeholder}
      renderOption={(choice) =>
        choice.kind === 'drug' ? (
          <DrugOption row={choice.row} rows={rows} at={options.indexOf(choice)} />
        ) : (
          <ServiceOption row={choice.row} at={options.indexOf(choice)} />
        )
      }
    />
  );
}

/** Days of the other lines are meant for this one too, unless it is a drug for a short course. */
function impliedDays(drug: DrugCodeRow, days: number | undefined): number | undefined {
  if (days === undefined || drug.antibiotic || (drug.maxDays !== null && drug.maxDays < days)) return undefined;
  return days;
}

function DoseField(props: {
  readonly drug: DrugCodeRow;
  readonly typed: string;
  readonly days: number | undefined;
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly onTyped: (typed: string) => void;
  readonly onBack: () => void;
  readonly onDone: (draft: LineDraft, note: string | undefined) => void;
}): ReactElement {
  const { drug, typed, days, inputRef, onTyped, onBack, onDone } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [pressed, setPressed] = useState(false);
  const read = readTypedLine(typed, drug, impliedDays(drug, days));
  const questions = read.ok ? [] : read.questions;
  const choices = questions.flatMap((question) => question.answers);
  const rest = read.ok ? read.rest.join(' ') : '';

  function change(next: string): void {
    setPressed(false);
    onTyped(next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.ctrlKey) {
      event.preventDefault();
      // Words that were not understood become a note with a second Enter, never by themselves.
      if (read.ok && (rest === '' || pressed)) onDone(read.draft, rest === '' ? undefined : rest);
      else {
        setPressed(true);
        // What is asked is typed behind the rest.
        if (!read.ok && typed !== '' && !typed.endsWith(' ')) onTyped(`${typed} `);
      }
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onBack();
    } else if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
      const choice = choices[Number(event.code.slice(5)) - 1];
      if (!choice) return;
      event.preventDefault();
      change(choice.typed);
    }
  }

  const box = useRef<HTMLDivElement>(null);
  const shown = read.ok ? 'line' : questions.map((question) => question.text.vi).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown below the field changes its height
  useEffect(() => keepInView(box.current), [shown]);

  const asks = questions.length > 0 && (pressed || choices.length > 0 || typed.trim() !== '');
  return (
    <div ref={box} className="doc-dose">
      <div className="doc-dose-line">
        <button type="button" className="doc-dose-drug" onClick={onBack} title={t('otherDrug')}>
          <b>{drug.name}</b> {drug.strength.replaceAll(' ', NBSP)}
        </button>
        <input
          ref={inputRef}
          className="m-input doc-grow"
          aria-label={t('doseOf', { drug: drug.display })}
          placeholder={drug.doseUnitsPerUnit === null ? t('creamHint', { unit: drug.unit }) : t('doseHint')}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      {read.ok && (
        <div className="doc-dose-read">
          <MedicationLine medication={medicationOf({ drug, ...read.draft }, t, pick)} />
          {rest === '' ? (
            <span className="doc-muted">{t('enterAdds')}</span>
          ) : (
            <p className="doc-question" role="status">
              {t('notUnderstood', { words: rest })}
            </p>
          )}
        </div>
      )}
      {asks &&
        questions.map((question) => (
          <p key={question.text.vi} className="doc-question" role="status">
            <span>{pick(question.text)}</span>
            {question.answers.map((answer, i) => (
              <Button
                key={answer.typed}
                size="small"
                chord={`Alt+${i + 1}`}
                onClick={() => {
                  change(answer.typed);
                  inputRef.current?.focus();
                }}
              >
                {answer.label}
              </Button>
            ))}
          </p>
        ))}
    </div>
  );
}
