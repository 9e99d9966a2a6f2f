import { Chip, useTexts } from '@mach/ui';
import type { ReactElement, ReactNode } from 'react';
import type { LabRow } from '../contract.ts';
import type { TubeNeed } from '../rules/tubes.ts';
import { texts } from './texts.ts';

/** Tubes in the order of draw: cap colour with its word, additive, volume, and the tests that need it. */
export function TubeList(props: {
  readonly tubes: readonly TubeNeed[];
  readonly orders: readonly LabRow[];
  readonly render: (tube: TubeNeed) => ReactNode;
}): ReactElement {
  const { tubes, orders, render } = props;
  const t = useTexts(texts);
  const testsOf = (tube: TubeNeed): LabRow[] => tube.orders.flatMap((id) => orders.find((o) => o.key === id) ?? []);
  return (
    <ol className="lab-tubes">
      {tubes.map((tube, i) => (
        <li key={`${tube.tube ?? ''}/${tube.specimen}`} className="lab-tube">
          <span className="lab-tube-number">{i + 1}</span>
          <span className={`lab-cap lab-cap-${(tube.tube ?? 'none').toLowerCase()}`} aria-hidden="true" />
          <span className="lab-tube-what">
            <span className="lab-tube-name">
              {tube.tube === null ? t('noTubeFor', { specimen: tube.specimen }) : tube.name}
            </span>
            {tube.tube !== null && (
              <span className="lab-muted">
                {[tube.color === '—' ? '' : tube.color, tube.additive, volume(tube.volumeMl)]
                  .filter((p) => p !== '')
                  .join(' · ')}
              </span>
            )}
            <span className="lab-tube-tests">
              {testsOf(tube).map((order) => (
                <Chip key={order.key} title={order.name} tone={order.rank === 1 ? 'critical' : 'neutral'}>
                  {order.name}
                </Chip>
              ))}
            </span>
            {testsOf(tube)
              .filter((order) => order.rejected !== null)
              .map((order) => (
                <span key={order.key} className="lab-rejected">
                  {t('rejectedBefore', { reason: order.rejected ?? '' })}
                </span>
              ))}
          </span>
          {tube.tube !== null && render(tube)}
        </li>
      ))}
    </ol>
  );
}

const volume = (ml: string): string => (ml === '' || ml === '0' ? '' : `${ml.replace('.', ',')}\u00a0ml`);
