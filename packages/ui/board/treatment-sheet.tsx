import type { ReactElement } from 'react';
import { Chip } from '../base/chip.tsx';
import { cx } from '../base/class-names.ts';
import { formatDate, formatTime } from '../format/date.ts';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import { type DataState, Stated } from './stated.tsx';
import './treatment-sheet.css';

export interface SheetOrder {
  readonly key: string;
  readonly text: string;
  /** Counted days of a drug: "N3/7". */
  readonly day?: string;
  readonly state?: 'new' | 'continued' | 'changed' | 'stopped';
}

export interface SheetEntry {
  readonly key: string;
  readonly at: string;
  readonly progress: string;
  readonly orders: readonly SheetOrder[];
  /** Level of care, diet, watching: the lines below the orders. */
  readonly care?: string;
  readonly by: string;
  readonly signed: boolean;
  readonly late?: boolean;
}

export interface SheetDay {
  readonly date: string;
  /** Day of the stay. */
  readonly day: number;
  readonly entries: readonly SheetEntry[];
}

export interface TreatmentSheetProps extends DataState {
  readonly label: string;
  readonly days: readonly SheetDay[];
}

const GLYPHS = { new: '+', continued: '=', changed: '↑', stopped: '×' } as const;

/** The treatment sheet as it is on paper: what happened at the left, what was ordered at the right, a section a day. */
export function TreatmentSheet({ label, days, ...state }: TreatmentSheetProps): ReactElement {
  const t = useTexts(boardTexts);
  const words = {
    new: t('orderNew'),
    continued: t('orderContinued'),
    changed: t('orderChanged'),
    stopped: t('stopped'),
  };
  return (
    <Stated {...state} shape="lines" nothing={days.length === 0} nothingTitle={t('noSheet')}>
      <table className="m-sheet" aria-label={label}>
        <thead>
          <tr>
            <th scope="col" className="m-sheet-time">
              {t('time')}
            </th>
            <th scope="col">{t('progress')}</th>
            <th scope="col">{t('orders')}</th>
          </tr>
        </thead>
        {days.map((day) => (
          <tbody key={day.date}>
            <tr className="m-sheet-day">
              <th scope="rowgroup" colSpan={3}>
                {formatDate(day.date)} · {t('dayN', { n: day.day })}
              </th>
            </tr>
            {day.entries.map((entry) => (
              <tr key={entry.key} className={cx(!entry.signed && 'm-sheet-draft')}>
                <th scope="row" className="m-sheet-time">
                  {formatTime(entry.at)}
                  {entry.late && <Chip tone="warn">{t('writtenLate')}</Chip>}
                </th>
                <td>{entry.progress}</td>
                <td>
                  <ul>
                    {entry.orders.map((order) => (
                      <li
                        key={order.key}
                        className={cx('m-sheet-order', order.state === 'stopped' && 'm-sheet-stopped')}
                      >
                        {order.state && (
                          <span className="m-sheet-glyph">
                            <span aria-hidden="true">{GLYPHS[order.state]}</span>
                            <span className="m-sr">{words[order.state]}</span>
                          </span>
                        )}
                        <span>{order.text}</span>
                        {order.day && <b className="m-sheet-count">{order.day}</b>}
                      </li>
                    ))}
                  </ul>
                  {entry.care && <p>{entry.care}</p>}
                  <p className="m-sheet-by">
                    <Icon name={entry.signed ? 'sign' : 'edit'} size={16} />
                    {entry.by} · {t(entry.signed ? 'signed' : 'notSigned')}
                  </p>
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Stated>
  );
}
