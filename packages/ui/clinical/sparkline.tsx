import type { ReactElement } from 'react';
import { clinicalNumber } from '../format/number.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import { sparkPoints } from './result.ts';
import './sparkline.css';

const WIDTH = 52;
const HEIGHT = 14;

/** The last few values as a line with its end marked; the numbers are spoken and stand in the title. */
export function Sparkline({ values }: { readonly values: readonly number[] }): ReactElement | null {
  const t = useTexts(uiTexts);
  if (values.length < 2) return null;
  const points = sparkPoints(values, WIDTH, HEIGHT);
  const text = `${t('trend')} ${values.map((v) => clinicalNumber(v)).join(' → ')}`;
  const last = points.at(-1);
  return (
    <svg
      className="m-spark"
      width={WIDTH + 6}
      height={HEIGHT + 6}
      viewBox={`-3 -3 ${WIDTH + 6} ${HEIGHT + 6}`}
      role="img"
      aria-label={text}
    >
      <title>{text}</title>
      <polyline points={points.map((p) => p.join(',')).join(' ')} />
      {last && <circle cx={last[0]} cy={last[1]} r="2.2" />}
    </svg>
  );
}
