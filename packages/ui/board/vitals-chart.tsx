import { type ReactElement, useState } from 'react';
import { Segmented } from '../base/choice.tsx';
import { formatDateTime, formatTime } from '../format/date.ts';
import { clinicalNumber } from '../format/number.ts';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import { type DataState, Stated } from './stated.tsx';
import './vitals-chart.css';

export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  /** Oldest first. */
  readonly points: readonly { readonly at: string; readonly value: number }[];
  /** The usual range, drawn as a band. */
  readonly range?: readonly [low: number, high: number];
}

export interface ChartMark {
  readonly at: string;
  readonly label: string;
}

export interface VitalsChartProps extends DataState {
  readonly label: string;
  readonly series: readonly ChartSeries[];
  /** Drugs and deeds, drawn as lines through all series. */
  readonly marks?: readonly ChartMark[];
}

/** Height of one series and the air above and below its line, in the units of the drawing. */
const HEIGHT = 60;
const AIR = 8;
const WIDTH = 600;

/**
 * Vital signs over time: one strip a sign on a common axis of time (never two axes of value in one drawing), and the same
 * numbers as a table, which is what a screen reader reads.
 */
export function VitalsChart({ label, series, marks = [], ...state }: VitalsChartProps): ReactElement {
  const t = useTexts(boardTexts);
  const [look, setLook] = useState<'chart' | 'table'>('chart');
  const instants = [...new Set(series.flatMap((one) => one.points.map((point) => point.at)))].sort();
  const first = Date.parse(instants[0] ?? '');
  const last = Date.parse(instants.at(-1) ?? '');
  const x = (at: string): number => (last > first ? ((Date.parse(at) - first) / (last - first)) * WIDTH : WIDTH / 2);
  const seen = marks.filter((mark) => x(mark.at) >= 0 && x(mark.at) <= WIDTH);
  return (
    <section className="m-vchart" aria-label={label}>
      <Segmented
        label={t('showAs')}
        labelHidden
        value={look}
        onChange={setLook}
        options={[
          { value: 'chart', label: t('chart'), icon: 'pulse' },
          { value: 'table', label: t('table'), icon: 'list' },
        ]}
      />
      <Stated {...state} shape="card" nothing={instants.length === 0} nothingTitle={t('noVitals')}>
        {look === 'chart' ? (
          <>
            {series.map((one) => (
              <Strip key={one.key} series={one} x={x} marks={seen} />
            ))}
            <div className="m-vchart-axis" aria-hidden="true">
              {[instants[0], instants.at(-1)].map((end, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the two ends of the axis
                <span key={i}>{end && formatDateTime(end)}</span>
              ))}
            </div>
            {seen.length > 0 && (
              <ul className="m-vchart-marks">
                {seen.map((mark) => (
                  <li key={`${mark.at} ${mark.label}`}>
                    <b>{formatTime(mark.at)}</b> {mark.label}
                  </li>
                ))}
              </ul>
            )}
          </>
        ) : (
          <Numbers label={label} series={series} instants={instants} />
        )}
      </Stated>
    </section>
  );
}

function Strip(props: {
  readonly series: ChartSeries;
  readonly x: (at: string) => number;
  readonly marks: readonly ChartMark[];
}): ReactElement {
  const { series, x, marks } = props;
  const { label, unit, points, range } = series;
  const values = [...points.map((point) => point.value), ...(range ?? [])];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const y = (value: number): number =>
    high === low ? HEIGHT / 2 : HEIGHT - AIR - ((value - low) / (high - low)) * (HEIGHT - 2 * AIR);
  const latest = points.at(-1);
  const text = `${label}: ${points.map((point) => `${formatTime(point.at)} ${clinicalNumber(point.value)}`).join(', ')} ${unit}`;
  return (
    <div className="m-vchart-strip">
      <div className="m-vchart-name">
        <span>{label}</span>
        <b>{latest ? clinicalNumber(latest.value) : '—'}</b>
        <span>{unit}</span>
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={text}>
        <title>{text}</title>
        {range && (
          <rect className="m-vchart-range" x="0" width={WIDTH} y={y(range[1])} height={y(range[0]) - y(range[1])} />
        )}
        {marks.map((mark) => (
          <line
            key={`${mark.at} ${mark.label}`}
            className="m-vchart-mark"
            x1={x(mark.at)}
            x2={x(mark.at)}
            y1="0"
            y2={HEIGHT}
          />
        ))}
        <polyline
          className="m-vchart-line"
          points={points.map((point) => `${x(point.at)},${y(point.value)}`).join(' ')}
        />
        {points.map((point) => {
          const out = range && (point.value < range[0] || point.value > range[1]);
          // A line of no length with a round end stays round however the drawing is stretched.
          return (
            <path
              key={point.at}
              className={out ? 'm-vchart-point m-vchart-out' : 'm-vchart-point'}
              d={`M${x(point.at)} ${y(point.value)}h0`}
            />
          );
        })}
      </svg>
      <div className="m-vchart-scale" aria-hidden="true">
        <span>{clinicalNumber(high)}</span>
        <span>{clinicalNumber(low)}</span>
      </div>
    </div>
  );
}

function Numbers(props: {
  readonly label: string;
  readonly series: readonly ChartSeries[];
  readonly instants: readonly string[];
}): ReactElement {
  const t = useTexts(boardTexts);
  const { label, series, instants } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className="m-vchart-table m-scroll" aria-label={label} tabIndex={0}>
      <table className="m-table">
        <thead>
          <tr>
            <th scope="col">{t('time')}</th>
            {series.map((one) => (
              <th key={one.key} scope="col" className="m-td-right">
                {one.label} <small>{one.unit}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {instants.toReversed().map((at) => (
            <tr key={at} className="m-tr">
              <th scope="row">{formatDateTime(at)}</th>
              {series.map((one) => {
                const value = one.points.find((point) => point.at === at)?.value;
                const sign =
                  value === undefined || !one.range
                    ? ''
                    : value > one.range[1]
                      ? ' ↑'
                      : value < one.range[0]
                        ? ' ↓'
                        : '';
                return (
                  <td key={one.key} className="m-td-right">
                    {value === undefined ? '—' : `${clinicalNumber(value)}${sign}`}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
