import { useLanguage, usePick, useTexts } from '@mach/ui';
import type { News2Pack, News2Score } from '@mach/vn/clinical/news2.ts';
import { type ReactElement, useMemo } from 'react';
import { NEWS2_NAMES } from '../../rules/early-warning.ts';
import { CHART_COLUMNS, type ChartRow, chartColumn, news2Chart } from '../../rules/news2-chart.ts';
import type { Measured } from '../../rules/vitals.ts';
import { texts } from './texts.ts';

/** Middle of the usual: a value below it stands on the left side of the chart. */
const USUAL: Readonly<Partial<Record<ChartRow['parameter'], number>>> = {
  resp: 16,
  sbp: 150,
  pulse: 70,
  temp: 37,
};

const COLUMN_KEYS = ['low-3', 'low-2', 'low-1', 'usual', 'high-1', 'high-2', 'high-3'];

/**
 * The chart of the Royal College of Physicians in its own layout and colours, on light paper in every theme: it may be
 * reproduced, not altered. What was measured is ringed.
 */
export function News2Chart(props: {
  readonly pack: News2Pack;
  readonly score: News2Score | undefined;
  readonly values: Measured;
  readonly scale: 1 | 2;
}): ReactElement {
  const { pack, score, values, scale } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const rows = useMemo(() => news2Chart(pack), [pack]);
  const words: Readonly<Record<string, string>> = {
    air: t('air'),
    oxygen: t('onOxygen'),
    alert: t('alert'),
    'not-alert': t('notAlert'),
  };
  /** The cell in the language of the screen: its words, and the comma of its decimals. */
  const said = (cell: string): string => {
    const text = cell.replaceAll(/\{([a-z-]+)\}/g, (_, word: string) => words[word] ?? word);
    return language === 'vi' ? text.replaceAll(/(\d)\.(\d)/g, '$1,$2') : text;
  };
  const ringed = (row: ChartRow): number | undefined => {
    const points = score?.scores[row.parameter];
    if (points === undefined || (row.scale !== undefined && row.scale !== scale)) return undefined;
    const value = values[row.parameter as keyof Measured]?.toNumber();
    const usual = row.parameter === 'spo2' ? (row.scale === 2 ? 90 : 101) : USUAL[row.parameter];
    const low = row.parameter === 'oxygen' || (value !== undefined && usual !== undefined && value < usual);
    return chartColumn(row, points, low);
  };
  return (
    <details className="vit-chart">
      <summary>{t('chart')}</summary>
      <div className="vit-paper">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('parameter')}</th>
              {COLUMN_KEYS.map((key, i) => (
                <th key={key} scope="col" data-points={CHART_COLUMNS[i]}>
                  {CHART_COLUMNS[i]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const ring = ringed(row);
              const name = NEWS2_NAMES[row.parameter];
              return (
                <tr key={`${row.parameter}${row.scale ?? ''}`}>
                  <th scope="row">
                    {name && pick(name)}
                    {row.scale && ` ${t('scaleN', { n: row.scale })}`}
                  </th>
                  {COLUMN_KEYS.map((key, i) => (
                    <td
                      key={key}
                      data-points={row.cells[i] ? CHART_COLUMNS[i] : undefined}
                      data-here={ring === i ? '' : undefined}
                    >
                      {said(row.cells[i] ?? '')}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
