import { type ReactElement, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { cx } from '../base/class-names.ts';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import { type DataState, Stated } from './stated.tsx';
import './mar-grid.css';
import { useGridKeys } from './use-grid-keys.ts';

/** A dose: what is to come, what was done, and why not. */
export type DoseState = 'planned' | 'due' | 'overdue' | 'given' | 'late' | 'refused' | 'withheld' | 'held';

export interface MarCell {
  readonly state: DoseState;
  /** "02:10", "muộn 60′": stands in the cell under the sign. */
  readonly text?: string;
  /** A second person must confirm. */
  readonly two?: boolean;
}

export interface MarRow {
  readonly key: string;
  /** The line as `<MedicationLine>` writes it, and its plain name for what is spoken. */
  readonly line: ReactNode;
  readonly name: string;
  readonly kind: 'scheduled' | 'needed' | 'once' | 'continuous';
  readonly stopped?: boolean;
  /** By the key of the slot. */
  readonly doses: Readonly<Record<string, MarCell>>;
}

export interface MarGridProps extends DataState {
  readonly label: string;
  readonly slots: readonly { readonly key: string; readonly label: string; readonly when: 'past' | 'now' | 'future' }[];
  readonly rows: readonly MarRow[];
  readonly readOnly?: boolean;
  /** Opens the sheet of a dose: scan, dose, reason. */
  readonly onOpen?: (row: MarRow, slot: string) => void;
}

/** Drawn, not written: a sign of a dose must not depend on the fonts of a machine. */
function Sign({ state }: { readonly state: DoseState }): ReactElement {
  const letter = { late: 'M', refused: 'R', withheld: '—', held: 'H' }[state as 'late'];
  return (
    <span className="m-mar-sign" aria-hidden="true">
      {(state === 'planned' || state === 'due') && <span className="m-mar-open" />}
      {(state === 'given' || state === 'late') && <Icon name="check" size={16} />}
      {state === 'overdue' && <Icon name="warn" size={16} />}
      {letter}
    </span>
  );
}

const LEGEND: readonly DoseState[] = ['due', 'overdue', 'given', 'late', 'refused', 'withheld', 'held'];

/** Drugs against hours: what is past, what is due now, what comes; a dose is a sign and a word, never only a colour. */
export function MarGrid({ label, slots, rows, readOnly, onOpen, ...state }: MarGridProps): ReactElement {
  const t = useTexts(boardTexts);
  const box = useRef<HTMLDivElement>(null);
  const { move, place } = useGridKeys(box);
  const hidden = useHidden(box, slots.length, rows.length);
  const words: Readonly<Record<DoseState, string>> = {
    planned: t('dosePlanned'),
    due: t('doseDue'),
    overdue: t('doseOverdue'),
    given: t('doseGiven'),
    late: t('doseLate'),
    refused: t('doseRefused'),
    withheld: t('doseWithheld'),
    held: t('doseHeld'),
  };
  const kinds = { scheduled: undefined, needed: t('asNeeded'), once: t('once'), continuous: t('continuous') };
  return (
    <Stated {...state} shape="table" nothing={rows.length === 0} nothingTitle={t('noDrugs')}>
      <div className="m-mar">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the grid inside */}
        <div ref={box} className="m-mar-box m-scroll" onKeyDown={move}>
          {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrows walk its cells, which makes it a grid */}
          <table className="m-mar-table" role="grid" aria-label={label} aria-readonly={readOnly || undefined}>
            <thead>
              <tr>
                <th scope="col" className="m-mar-drug">
                  {t('drug')}
                </th>
                {slots.map((slot) => (
                  <th key={slot.key} scope="col" data-when={slot.when} data-slot>
                    {slot.label}
                    {slot.when === 'now' && <span className="m-mar-now">{t('now')}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, r) => (
                <tr key={row.key} className={cx(row.stopped && 'm-mar-stopped')}>
                  <th scope="row" className="m-mar-drug">
                    {kinds[row.kind] && <span className="m-mar-kind">{kinds[row.kind]}</span>}
                    {row.stopped && <span className="m-mar-kind">{t('stopped')}</span>}
                    {row.line}
                  </th>
                  {slots.map((slot, c) => {
                    const dose = row.doses[slot.key];
                    if (!dose) return <td key={slot.key} data-when={slot.when} />;
                    const spoken = [row.name, slot.label, words[dose.state], dose.two && t('twoPeople')];
                    return (
                      <td key={slot.key} data-when={slot.when}>
                        <button
                          type="button"
                          className={`m-mar-dose m-mar-${dose.state}`}
                          {...place(r, c)}
                          aria-disabled={readOnly || undefined}
                          onClick={() => !readOnly && onOpen?.(row, slot.key)}
                        >
                          <span className="m-sr">{spoken.filter(Boolean).join(', ')} </span>
                          <Sign state={dose.state} />
                          {dose.two && (
                            <span className="m-mar-two" aria-hidden="true">
                              2
                            </span>
                          )}
                          {dose.text && <span className="m-mar-text">{dose.text}</span>}
                        </button>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="m-mar-legend">
          {LEGEND.map((one) => (
            <span key={one} className="m-mar-word">
              <Sign state={one} />
              {words[one]}
            </span>
          ))}
          {(hidden.columns > 0 || hidden.rows > 0) && (
            <span className="m-mar-hidden" role="status">
              {hidden.columns > 0 && t('columnsLeft', { n: hidden.columns })}
              {hidden.columns > 0 && hidden.rows > 0 && ' · '}
              {hidden.rows > 0 && t('rowsLeft', { n: hidden.rows })}
            </span>
          )}
        </p>
      </div>
    </Stated>
  );
}

/** How many hours and drugs lie outside the window, so that nobody believes to have seen all. */
function useHidden(box: RefObject<HTMLDivElement | null>, columns: number, rows: number) {
  const [hidden, setHidden] = useState({ columns: 0, rows: 0 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => {
      const { right, bottom } = element.getBoundingClientRect();
      const beyond = (selector: string, edge: (rect: DOMRect) => boolean): number =>
        [...element.querySelectorAll(selector)].filter((one) => edge(one.getBoundingClientRect())).length;
      const next = {
        columns: beyond('th[data-slot]', (rect) => rect.right > right + 1),
        rows: beyond('tbody tr', (rect) => rect.bottom > bottom + 1),
      };
      setHidden((now) => (now.columns === next.columns && now.rows === next.rows ? now : next));
    };
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    if (columns + rows > 0) measure();
    return () => {
      watch.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [box, columns, rows]);
  return hidden;
}
