import { cx, formatDate, Icon, useLanguage, usePick, useTexts } from '@mach/ui';
import { type KeyboardEvent, type ReactElement, useId } from 'react';
import type { ResultFlag } from '../../contract.ts';
import { valueSetOf } from '../../rules/tests.ts';
import { texts } from '../texts.ts';
import { type Cell, chosen } from './cell.ts';

const SIGN: Readonly<Record<Exclude<ResultFlag, null>, string>> = {
  N: '',
  L: '↓',
  H: '↑',
  LL: '↓↓',
  HH: '↑↑',
  A: '!',
  AA: '!!',
};
const WORD = {
  L: 'low',
  H: 'high',
  LL: 'criticalLow',
  HH: 'criticalHigh',
  A: 'abnormal',
  AA: 'critical',
  N: 'normal',
} as const;

/** Sign and word first, colour after; a critical value fills its cell (design language §7.5). */
export function FlagMark({ flag }: { readonly flag: ResultFlag }): ReactElement | null {
  const t = useTexts(texts);
  if (flag === null) return null;
  return (
    <>
      <span className="lab-sign" aria-hidden="true">
        {SIGN[flag]}
      </span>{' '}
      <span>{t(WORD[flag])}</span>
    </>
  );
}

const tone = (cell: Cell): string | undefined => {
  if (cell.critical) return 'critical';
  if (cell.flag === 'L' || cell.flag === 'LL') return 'low';
  return cell.flag === null || cell.flag === 'N' ? undefined : 'high';
};

/** One analyte: Enter goes down, "1.000" is asked back in place, flag and range stand beside the value. */
export function ResultLine(props: {
  readonly cell: Cell;
  readonly onType: (text: string) => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly readOnly?: boolean;
}): ReactElement {
  const { cell, onType, onMove, readOnly } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const id = useId();
  const { item, choices } = cell;
  const { analyte } = item;
  const set = analyte.kind === 'code' ? cell.pack.valueSets.get(valueSetOf(analyte)) : undefined;
  const computed = item.computed || readOnly;

  function choose(choice: string): void {
    onType(chosen(cell.text, choice));
  }
  function key(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.nativeEvent.isComposing || event.ctrlKey) return;
    if (choices && event.altKey && (event.code === 'Digit1' || event.code === 'Digit2')) {
      event.preventDefault();
      event.stopPropagation();
      choose(choices[event.code === 'Digit1' ? 0 : 1]);
      return;
    }
    if (event.altKey) return;
    if (event.key === 'Enter' && !choices) {
      event.preventDefault();
      onMove(event.shiftKey ? -1 : 1);
    }
    if (set === undefined && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      onMove(event.key === 'ArrowDown' ? 1 : -1);
    }
  }

  return (
    <tr data-tone={tone(cell)} data-dirty={cell.dirty || undefined}>
      <th scope="row">
        {language === 'en' ? analyte.name.en : analyte.name.vi}
        {cell.saved?.correctedFrom && (
          <span className="lab-was">
            {t('was')} <s>{cell.saved.correctedFrom}</s>
          </span>
        )}
      </th>
      <td className="lab-td-value">
        {computed ? (
          <span className="lab-fixed">{cell.shown || (item.computed ? t('computedLater') : '—')}</span>
        ) : (
          <input
            className={cx('m-input', 'lab-value', analyte.kind === 'text' && 'lab-value-wide')}
            data-lab-cell={cell.key}
            aria-label={pick(analyte.name)}
            aria-invalid={cell.problem !== undefined || undefined}
            aria-describedby={`${id}-below`}
            inputMode={analyte.kind === 'quantity' ? 'decimal' : 'text'}
            autoComplete="off"
            spellCheck={false}
            list={set ? `${id}-set` : undefined}
            value={cell.text}
            onChange={(event) => onType(event.target.value)}
            onFocus={(event) => event.target.select()}
            onKeyDown={key}
          />
        )}
        {set && (
          <datalist id={`${id}-set`}>
            {[...set.values()].map((one) => (
              <option key={one.vi} value={pick(one)} />
            ))}
          </datalist>
        )}
        <span className="lab-unit">{analyte.unit}</span>
        <div id={`${id}-below`} aria-live="polite">
          {choices ? (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot sit inline beside the field
            <div className="m-number-ask" role="group" aria-label={cell.problem && pick(cell.problem)}>
              <span className="m-number-question">{t('which')}</span>
              {choices.map((choice, i) => (
                <button key={choice} type="button" className="m-number-choice" onClick={() => choose(choice)}>
                  {`${spoken(choice)} ${analyte.unit} (Alt+${i + 1})`}
                </button>
              ))}
            </div>
          ) : (
            cell.problem && (
              <p className="m-field-error">
                <Icon name="stop" size={16} />
                <span>{pick(cell.problem)}</span>
              </p>
            )
          )}
        </div>
      </td>
      <td className="lab-td-flag">
        {cell.flag !== null && cell.flag !== 'N' && <FlagMark flag={cell.flag} />}
        {cell.flag === 'N' && <span className="lab-muted">{t('normal')}</span>}
      </td>
      <td className="lab-td-range">{cell.range}</td>
      <td className="lab-td-before">
        {cell.previous && (
          <>
            {cell.previous.text} <span className="lab-muted">{cell.previous.at && formatDate(cell.previous.at)}</span>
          </>
        )}
        {cell.saved?.difference && (
          <span className={cell.saved.exceeds ? 'lab-delta' : 'lab-muted'}>
            {' '}
            Δ {cell.saved.difference}
            {cell.saved.exceeds && ` ${t('deltaExceeds')}`}
          </span>
        )}
      </td>
    </tr>
  );
}

/** With every digit apart: the thin space of thousands and the comma of decimals. */
const spoken = (choice: string): string => {
  const [whole = '', part] = choice.split('.');
  const head = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return part === undefined ? head : `${head},${part}`;
};
