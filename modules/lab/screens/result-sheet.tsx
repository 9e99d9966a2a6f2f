import { formatDate, formatDateTime, useNow, useSession, useTexts, useView } from '@mach/ui';
import { officialName } from '@mach/vn/names.ts';
import { Fragment, type ReactElement } from 'react';
import type { LabRow, ResultRow } from '../contract.ts';
import { useBarCode } from './bar-code.ts';
import './paper.css';
import { standing } from './sheet.ts';
import { texts } from './texts.ts';

/** Black and white, and arrows are missing in many printers' fonts: words. */
const FLAG_WORDS = {
  L: 'flagLow',
  LL: 'flagLowLow',
  H: 'flagHigh',
  HH: 'flagHighHigh',
  A: 'flagAbnormal',
  AA: 'flagAlarm',
} as const;

/** Every validated result of the visit on paper (A4), by order: what the person takes home and the record keeps. */
export function ResultSheet(props: {
  readonly row: LabRow;
  /** Validated results of the visit. */
  readonly results: readonly ResultRow[];
  /** Who made the results, and who validated them. */
  readonly by: readonly string[];
}): ReactElement {
  const { row, results, by } = props;
  const t = useTexts(texts);
  const now = useNow();
  const { facility } = useSession();
  const code = row.visitCode ?? '';
  const picture = useBarCode(code === '' ? '0' : code);
  const orders = useView<LabRow>('lab.worklist', { encounter: row.encounter, group: 'lab' }, { sort: 'orderedAt' });
  const parts = orders.rows
    .map((order) => ({ order, rows: [...standing(results.filter((one) => one.order === order.key)).values()] }))
    .filter((part) => part.rows.length > 0);
  const facts: [string, string][] = [
    [t('sheetName'), officialName(row.patientName ?? '')],
    [t('sheetBorn'), row.birthDate ? formatDate(row.birthDate) : t('unknown')],
    [t('sheetSex'), row.gender === 'male' ? t('male') : row.gender === 'female' ? t('female') : t('unknown')],
    [t('code'), row.patientCode ?? '—'],
    [t('orderedBy'), row.requesterName ?? '—'],
    [t('sheetRoom'), row.roomName ?? '—'],
  ];
  return (
    <section className="lab-sheet lab-paper" aria-hidden="true">
      <div className="lab-sheet-head">
        <strong>{facility.name}</strong>
        <div>
          {picture && code !== '' && <img src={picture} alt={code} />}
          <div>{code}</div>
        </div>
      </div>
      <h1>{t('sheetTitle')}</h1>
      <div className="lab-sheet-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            {label}: <strong>{value}</strong>
          </div>
        ))}
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('test')}</th>
            <th scope="col">{t('value')}</th>
            <th scope="col">{t('unit')}</th>
            <th scope="col">{t('range')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ order, rows }) => (
            <Fragment key={order.key}>
              <tr className="lab-sheet-test">
                <th colSpan={4}>
                  {order.name}
                  {order.collectedAt && ` · ${t('sheetTaken')} ${formatDateTime(order.collectedAt)}`}
                </th>
              </tr>
              {rows.map((one) => (
                <SheetLine key={one.key} one={one} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
      <p>{t('sheetLegend')}</p>
      <div className="lab-sheet-foot">
        <div>
          <p>{t('sheetBy')}</p>
          <strong>{by[0] ?? ''}</strong>
        </div>
        <div>
          <p>{t('sheetApproved')}</p>
          <strong>{by.at(-1) ?? ''}</strong>
          <p>{results[0]?.issued && t('sheetSigned', { time: formatDateTime(results[0].issued) })}</p>
        </div>
      </div>
      <p>{t('sheetPrinted', { time: formatDateTime(now) })}</p>
    </section>
  );
}

function SheetLine({ one }: { readonly one: ResultRow }): ReactElement {
  const t = useTexts(texts);
  const word = one.flag === null || one.flag === 'N' ? '' : t(FLAG_WORDS[one.flag]);
  return (
    <tr>
      <td>{one.name}</td>
      <td className={word === '' ? undefined : 'lab-sheet-out'}>
        {[one.text, word].filter(Boolean).join(' ')}
        {one.correctedFrom && ` (${t('sheetCorrected', { old: one.correctedFrom })})`}
      </td>
      <td>{one.unit}</td>
      <td>{one.range}</td>
    </tr>
  );
}
