import type { ReactElement } from 'react';
import { cx } from '../base/class-names.ts';
import { boardTexts } from '../texts/board.ts';
import { usePick, useTexts } from '../texts/use-texts.ts';
import './region-map.css';
import { MAPS, type RegionMapName } from './regions.ts';

export interface RegionMapProps {
  readonly label: string;
  readonly map: RegionMapName;
  /** Codes of the regions that are marked, with what is there. */
  readonly marks: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
  readonly onToggle?: (code: string) => void;
}

/**
 * A body or a set of teeth: a tap gives a coded site. The drawing is for the hand; the same regions stand below as
 * buttons with their names, which is what keys and screen readers use.
 */
export function RegionMap({ label, map, marks, readOnly, onToggle }: RegionMapProps): ReactElement {
  const t = useTexts(boardTexts);
  const pick = usePick();
  const { box, regions } = MAPS[map];
  const marked = regions.filter((region) => region.code in marks);
  return (
    <section className={`m-map m-map-${map}`} aria-label={label}>
      <svg className="m-map-drawing" viewBox={box} aria-hidden="true">
        {regions.map((region) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the twin below is what keys reach
          <path
            key={region.code}
            d={region.path}
            className={cx('m-map-region', region.code in marks && 'm-map-on', readOnly && 'm-map-locked')}
            onClick={() => !readOnly && onToggle?.(region.code)}
          >
            <title>{pick(region.name)}</title>
          </path>
        ))}
      </svg>
      <ul className="m-map-list">
        {(readOnly ? marked : regions).map((region) => {
          const note = marks[region.code];
          return (
            <li key={region.code}>
              {readOnly ? (
                <span className="m-map-name">
                  {pick(region.name)}
                  {note && ` · ${note}`}
                </span>
              ) : (
                <button
                  type="button"
                  className="m-map-choice"
                  aria-pressed={note !== undefined}
                  onClick={() => onToggle?.(region.code)}
                >
                  {pick(region.name)}
                  {note && ` · ${note}`}
                </button>
              )}
            </li>
          );
        })}
        {readOnly && marked.length === 0 && <li className="m-map-name">{t('nothingMarked')}</li>}
      </ul>
    </section>
  );
}
