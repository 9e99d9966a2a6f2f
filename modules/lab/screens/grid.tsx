import '@mach/ui/base/number-field.css';
import '@mach/ui/list/table.css';
import type { Issue } from '@mach/base';
import { type Flag, flagOf, formatDate, KeyHint, ResultValue, usePick, useTexts } from '@mach/ui';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import type { ResultRow } from '../contract.ts';
import type { Item } from '../rules/tests.ts';
import { valueSetOf } from '../rules/tests.ts';
import type { ReadLine } from './lines.ts';
import { texts } from './texts.ts';

export interface GridProps {
  readonly pack: LabPack;
  readonly lines: readonly ReadLine[];
  readonly onType: (item: string, text: string) => void;
  readonly previous: ReadonlyMap<string, ResultRow>;
  /** Refusals of the server, by item. */
  readonly issues: ReadonlyMap<string, readonly Issue[]>;
  /** After Enter in the last line; without it the caret leaves the grid. */
  readonly onEnd?: () => void;
}

/** One line an item: Enter goes down, flags appear while typing, what can be read in two ways is asked beside it. */
export function Grid({ pack, lines, onType, previous, issues, onEnd }: GridProps): ReactElement {
  const t = useTexts(texts);
  const body = useRef<HTMLTableSectionElement>(null);

  function move(event: KeyboardEvent<HTMLInputElement>, line: ReadLine): void {
    if (event.nativeEvent.isComposing || event.ctrlKey) return;
    const choice =
      event.code === 'Digit1' ? line.choices?.[0] : event.code === 'Digit2' ? line.choices?.[1] : undefined;
    if (event.altKey && choice !== undefined) {
      // Alt+1 and Alt+2 answer here before they mean the sections of the page.
      event.preventDefault();
      event.stopPropagation();
      onType(line.item.code, choice.typed);
    }
    // An open question holds the caret until it is answered.
    if (event.altKey || (event.key === 'Enter' && line.choices)) return;
    const step = event.key === 'Enter' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const inputs = [...(body.current?.querySelectorAll<HTMLInputElement>('input.lab-value') ?? [])];
    const next = inputs[inputs.indexOf(event.currentTarget) + step];
    if (next) next.focus();
    else if (step > 0 && onEnd) onEnd();
    else event.currentTarget.blur();
  }

  return (
    <div className="lab-gridbox">
      <table className="m-table lab-grid">
        <thead>
          <tr>
            <th scope="col">{t('item')}</th>
            <th scope="col">{t('value')}</th>
            <th scope="col">{t('unit')}</th>
            <th scope="col" className="lab-grid-flag">
              {t('flag')}
            </th>
            <th scope="col">{t('range')}</th>
            <th scope="col" className="m-td-wide">
              {t('previous')}
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {lines.map((line) => (
            <Line
              key={line.item.code}
              {...{ pack, line, onType, move }}
              before={previous.get(line.item.code)}
              refused={issues.get(line.item.code) ?? []}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  readonly pack: LabPack;
  readonly line: ReadLine;
  readonly onType: (item: string, text: string) => void;
  readonly move: (event: KeyboardEvent<HTMLInputElement>, line: ReadLine) => void;
  readonly before: ResultRow | undefined;
  readonly refused: readonly Issue[];
}

function Line({ pack, line, onType, move, before, refused }: LineProps): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  // Half a number is no fault yet: it is judged when the caret has left it.
  const [typing, setTyping] = useState(false);
  const { item, typed, reading, judged } = line;
  const flag: Flag = judged?.flag ? flagOf(judged.flag) : 'normal';
  const bad = reading !== undefined && !reading.ok && !typing;
  return (
    <tr className={judged?.critical ? 'm-tr m-tr-critical' : 'm-tr'}>
      <th scope="row">
        {pick(item.analyte.name)}
        <span className="lab-item-code">{item.code}</span>
      </th>
      <td className="lab-grid-value">
        {item.computed ? (
          <span className="lab-muted">{judged ? judged.text : t('computed')}</span>
        ) : (
          <input
            className={bad ? 'm-input lab-value lab-value-bad' : 'm-input lab-value'}
            aria-label={t('valueOf', { name: pick(item.analyte.name) })}
            aria-invalid={bad || undefined}
            inputMode={item.analyte.kind === 'quantity' ? 'decimal' : 'text'}
            autoComplete="off"
            spellCheck={false}
            list={item.analyte.kind === 'code' ? `lab-set-${valueSetOf(item.analyte)}` : undefined}
            value={typed}
            onChange={(event) => {
              setTyping(true);
              onType(item.code, event.target.value);
            }}
            onFocus={(event) => {
              setTyping(true);
              event.target.select();
            }}
            onBlur={() => setTyping(false)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') setTyping(false);
              move(event, line);
            }}
            data-item={item.code}
          />
        )}
        <Question line={line} typing={typing} onChoose={(text) => onType(item.code, text)} refused={refused} />
      </td>
      <td className="lab-muted">{item.analyte.unit || '—'}</td>
      <td className="lab-grid-flag" aria-live="polite">
        {judged && <ResultValue value={judged.text} flag={flag} />}
      </td>
      <td className="lab-muted">{judged?.rangeText || line.range}</td>
      <td className="m-td-wide lab-muted">{before && <Previous before={before} line={line} pack={pack} />}</td>
    </tr>
  );
}

/** "1 hay 1 000?" with both readings as buttons; any other fault in words. */
export function Question(props: {
  readonly line: ReadLine;
  readonly typing: boolean;
  readonly onChoose: (text: string) => void;
  readonly refused: readonly Issue[];
}): ReactElement | null {
  const { line, typing, onChoose, refused } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const unit = line.reading && !line.reading.ok && line.reading.error.code === 'result-unit' && line.reading.error;
  // Which of two numbers is asked at once; a number without its last digit has no unit to ask for yet.
  if (line.choices && !(unit && typing))
    return (
      <span className="lab-ask" role="alert">
        {unit ? pick(unit.text) : t('whichNumber')}
        {line.choices.map((choice, i) => (
          <button key={choice.typed} type="button" className="m-number-choice" onClick={() => onChoose(choice.typed)}>
            {choice.label} <KeyHint chord={`Alt+${i + 1}`} />
          </button>
        ))}
      </span>
    );
  const issue = line.fault ?? refused[0];
  return issue === undefined || typing ? null : (
    <span className="lab-fault" role="alert">
      <strong>{pick(issue.text)}</strong>
      {issue.remedy && <span>{pick(issue.remedy)}</span>}
    </span>
  );
}

function Previous({
  before,
  line,
}: {
  readonly before: ResultRow;
  readonly line: ReadLine;
  readonly pack: LabPack;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <span title={before.at ? formatDate(before.at) : undefined}>
      {before.text} · {before.at ? formatDate(before.at) : '—'}
      {line.change && (
        <span className={line.change.exceeds ? 'lab-delta lab-delta-big' : 'lab-delta'}>
          {' Δ '}
          {line.change.difference}
          {line.change.exceeds && ` ${t('deltaBig')}`}
        </span>
      )}
    </span>
  );
}

/** Words that a coded item takes, offered while typing. */
export function ValueSets({ pack, items }: { readonly pack: LabPack; readonly items: readonly Item[] }): ReactElement {
  const sets = new Set(items.filter((i) => i.analyte.kind === 'code').map((i) => valueSetOf(i.analyte)));
  return (
    <>
      {[...sets].map((set) => (
        <datalist key={set} id={`lab-set-${set}`}>
          {[...(pack.valueSets.get(set) ?? [])].map(([code, text]) => (
            <option key={code} value={text.vi} />
          ))}
        </datalist>
      ))}
    </>
  );
}
