import type { ReactElement } from 'react';
import './icon.css';
import { type IconName, iconPaths } from './paths.ts';

export interface IconProps {
  readonly name: IconName;
  readonly size?: 16 | 20 | 24;
  /** Spoken name. Left out, the icon is decoration beside a word. */
  readonly label?: string;
}

/** An icon of the one outline set. */
export function Icon({ name, size = 20, label }: IconProps): ReactElement {
  return (
    <svg
      className="m-icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <path d={iconPaths[name]} />
    </svg>
  );
}
