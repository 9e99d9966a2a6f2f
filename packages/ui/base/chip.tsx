import type { ReactElement, ReactNode } from 'react';
import { Icon } from '../icons/icon.tsx';
import type { IconName } from '../icons/paths.ts';
import './chip.css';

/** What a chip means; colour follows meaning, and icon or word always carries it too. */
export type Tone = 'neutral' | 'info' | 'ok' | 'warn' | 'critical' | 'insurance' | 'sync';

export interface ChipProps {
  readonly children: ReactNode;
  readonly tone?: Tone;
  readonly icon?: IconName;
  /** Filled: for the loudest state in a row only. */
  readonly solid?: boolean;
  readonly title?: string;
  /** Makes it a button (a filter, a link to the cause). */
  readonly onClick?: () => void;
  readonly pressed?: boolean;
  /** Number after the word, as in `KQ mới 4`. */
  readonly count?: number;
}

/** A small word with a meaning. */
export function Chip(props: ChipProps): ReactElement {
  const { children, tone = 'neutral', icon, solid, title, onClick, pressed, count } = props;
  const className = `m-chip m-chip-${tone}${solid ? ' m-chip-solid' : ''}`;
  const inside = (
    <>
      {icon && <Icon name={icon} size={16} />}
      <span>{children}</span>
      {count !== undefined && <span className="m-chip-count">{count}</span>}
    </>
  );
  if (!onClick)
    return (
      <span className={className} title={title}>
        {inside}
      </span>
    );
  return (
    <button
      type="button"
      className={`${className} m-chip-button`}
      title={title}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {inside}
    </button>
  );
}
