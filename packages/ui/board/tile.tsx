import { type ReactElement, useState } from 'react';
import { IconButton } from '../base/button.tsx';
import { cx } from '../base/class-names.ts';
import { Sparkline } from '../clinical/sparkline.tsx';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import { type DataState, Stated } from './stated.tsx';
import './tile.css';

/** Below this many cases a rate says little: it is shown grey, with its n. */
const FEW = 20;

export interface TileProps extends DataState {
  readonly title: string;
  /** As it is read: "107 %", "48′", "2.184 tr". */
  readonly value?: string;
  readonly target?: { readonly text: string; readonly met: boolean };
  /** The last fourteen values, oldest first. */
  readonly trend?: readonly number[];
  /** Time of the number ("06:52"). */
  readonly asOf?: string;
  readonly owner?: string;
  /** What is counted, and where it comes from. */
  readonly definition?: string;
  /** Cases behind a rate. */
  readonly n?: number;
  /** The rows behind the number. */
  readonly onOpen?: () => void;
}

/** One number of a dashboard that can be explained: value, target, trend, freshness, owner, definition; a tap opens its rows. */
export function Tile(props: TileProps): ReactElement {
  const { title, value, target, trend, asOf, owner, definition, n, onOpen, ...state } = props;
  const t = useTexts(boardTexts);
  const [explained, setExplained] = useState(false);
  const few = n !== undefined && n < FEW;
  const Main = onOpen ? 'button' : 'div';
  return (
    <section className={cx('m-tile', target && !target.met && 'm-tile-off', few && 'm-tile-few')} aria-label={title}>
      <header className="m-tile-head">
        <h3 className="m-tile-title">{title}</h3>
        {definition && (
          <IconButton
            icon="info"
            label={t('definitionOf', { title })}
            pressed={explained}
            onClick={() => setExplained(!explained)}
          />
        )}
      </header>
      <Stated {...state} shape="lines" nothing={value === undefined} nothingTitle={t('noNumber')}>
        <Main className="m-tile-main" {...(onOpen ? { type: 'button' as const, onClick: onOpen } : {})}>
          <span className="m-tile-value">{value}</span>
          {trend && <Sparkline values={trend} />}
          {onOpen && <span className="m-sr">{t('openRows')}</span>}
        </Main>
        {target && (
          <p className="m-tile-target">
            <Icon name={target.met ? 'check' : 'warn'} size={16} />
            {t(target.met ? 'targetMet' : 'targetMissed', { target: target.text })}
          </p>
        )}
        <p className="m-tile-foot">
          {[n !== undefined && `n = ${n}`, asOf && t('numbersAt', { time: asOf }), owner].filter(Boolean).join(' · ')}
        </p>
      </Stated>
      {explained && <p className="m-tile-definition">{definition}</p>}
    </section>
  );
}
