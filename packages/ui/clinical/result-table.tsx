import { type ReactElement, type ReactNode, useState } from 'react';
import { Chip } from '../base/chip.tsx';
import { formatDateTime, recently } from '../format/date.ts';
import { clinicalNumber } from '../format/number.ts';
import { SideScroll } from '../list/side-scroll.tsx';
import { uiTexts } from '../texts/ui.ts';
import { useLanguage, useTexts } from '../texts/use-texts.ts';
import '../list/table.css';
import './result-table.css';
import { delta, type Flag, loudness } from './result.ts';
import { ResultValue } from './result-value.tsx';
import { Sparkline } from './sparkline.tsx';
import { useNow } from './use-now.ts';

export interface ResultRow {
  readonly key: string;
  readonly test: string;
  /** Group the test belongs to ("Sinh hoá máu"). */
  readonly panel?: string;
  /** Canonical number, or text; absent while pending. */
  readonly value?: string;
  readonly flag?: Flag;
  readonly unit?: string;
  /** Twin in the other customary unit ("169 mg/dL"). */
  readonly twin?: string;
  /** Reference range as the laboratory gives it for this person ("4,1–5,9"). */
  readonly reference?: string;
  /** Last values, oldest first, with the present one at the end. */
  readonly trend?: readonly number[];
  /** The value before, for the difference. */
  readonly previous?: string;
  readonly at?: string;
  /** Corrected after release: the old value stays readable. */
  readonly corrected?: { readonly value: string; readonly at: string };
  /** Not seen by this person. */
  readonly fresh?: boolean;
  /** Pending: when it is expected ("ECG còn ~8 phút"). */
  readonly expected?: string;
  /** State of the call-back of a critical value. */
  readonly callBack?: string;
}

export interface ResultTableProps {
  readonly rows: readonly ResultRow[];
  /** `narrow` for the drawer: reference and time under the value. */
  readonly narrow?: boolean;
  readonly abnormalFirst?: boolean;
  readonly onOpen?: (row: ResultRow) => void;
  readonly empty?: ReactNode;
}

/** Results: abnormal first, pending last with the expected time. */
export function ResultTable(props: ResultTableProps): ReactElement {
  const { rows, narrow, onOpen, empty } = props;
  const t = useTexts(uiTexts);
  const [abnormalFirst, setAbnormalFirst] = useState(props.abnormalFirst ?? true);
  if (rows.length === 0) return <>{empty}</>;
  const done = rows.filter((row) => row.value !== undefined);
  const pending = rows.filter((row) => row.value === undefined);
  const ordered = abnormalFirst
    ? done.toSorted((a, b) => loudness(a.flag ?? 'normal') - loudness(b.flag ?? 'normal'))
    : done;
  const panels = abnormalFirst ? [undefined] : [...new Set(ordered.map((row) => row.panel))];
  const columns = narrow ? 3 : 6;
  return (
    <div className="m-results">
      {done.length > 1 && (
        <div className="m-results-tools">
          <Chip onClick={() => setAbnormalFirst(!abnormalFirst)} pressed={abnormalFirst}>
            {t('abnormalFirst')}
          </Chip>
        </div>
      )}
      <SideScroll className="m-results-box" label={t('resultsAll')}>
        <table className={narrow ? 'm-table m-resulttable m-resulttable-narrow' : 'm-table m-resulttable'}>
          <thead className={narrow ? 'm-sr' : undefined}>
            <tr>
              <th scope="col">{t('test')}</th>
              <th scope="col" className="m-td-right">
                {t('result')}
              </th>
              {!narrow && <th scope="col">{t('reference')}</th>}
              <th scope="col">{t('trend')}</th>
              {!narrow && <th scope="col">Δ</th>}
              {!narrow && <th scope="col">{t('time')}</th>}
            </tr>
          </thead>
          {panels.map((panel) => (
            <tbody key={panel ?? ''}>
              {panel && (
                <tr className="m-tr-group">
                  <th scope="rowgroup" colSpan={columns}>
                    {panel}
                  </th>
                </tr>
              )}
              {ordered
                .filter((row) => abnormalFirst || row.panel === panel)
                .map((row) => (
                  <DoneRow key={row.key} row={row} narrow={narrow === true} onOpen={onOpen} />
                ))}
            </tbody>
          ))}
          {pending.length > 0 && (
            <tbody>
              {pending.map((row) => (
                <tr key={row.key} className="m-tr-muted">
                  <th scope="row">{row.test}</th>
                  <td colSpan={columns - 1} className="m-td-right">
                    {t('pending')}
                    {row.expected && ` · ${row.expected}`}
                  </td>
                </tr>
              ))}
            </tbody>
          )}
        </table>
      </SideScroll>
    </div>
  );
}

function DoneRow(props: {
  readonly row: ResultRow;
  readonly narrow: boolean;
  readonly onOpen: ((row: ResultRow) => void) | undefined;
}): ReactElement {
  const { row, narrow, onOpen } = props;
  const t = useTexts(uiTexts);
  const language = useLanguage();
  const now = useNow();
  const change = row.value !== undefined && row.previous !== undefined ? delta(row.value, row.previous) : undefined;
  const name = onOpen ? (
    <button type="button" className="m-results-name" onClick={() => onOpen(row)}>
      {row.test}
    </button>
  ) : (
    row.test
  );
  return (
    <tr>
      <th scope="row">
        {row.fresh && <span className="m-results-dot" role="img" aria-label={t('newSince')} />}
        {name}
        {row.callBack && <span className="m-results-call">{row.callBack}</span>}
      </th>
      <td className="m-td-right">
        <ResultValue value={row.value ?? ''} flag={row.flag} unit={row.unit} />
        {row.twin && <div className="m-results-sub">{row.twin}</div>}
        {row.corrected && (
          <div className="m-results-sub">
            <s>{clinicalNumber(row.corrected.value)}</s> {t('correctedAt', { time: formatDateTime(row.corrected.at) })}
          </div>
        )}
        {narrow && row.reference && <div className="m-results-sub">{row.reference}</div>}
      </td>
      {!narrow && <td className="m-results-ref">{row.reference}</td>}
      <td>
        {row.trend && <Sparkline values={row.trend} />}
        {narrow && change && <div className="m-results-sub">Δ {change}</div>}
      </td>
      {!narrow && <td className="m-results-ref">{change}</td>}
      {!narrow && (
        <td className="m-results-ref" title={row.at && formatDateTime(row.at)}>
          {row.at && recently(row.at, now, language)}
        </td>
      )}
    </tr>
  );
}
