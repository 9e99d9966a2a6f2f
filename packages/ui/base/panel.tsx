import type { ReactElement, ReactNode } from 'react';
import type { Chord } from '../keys/chord.ts';
import { KeyHint } from '../keys/key-hint.tsx';
import { cx } from './class-names.ts';
import './panel.css';

export interface SectionProps {
  readonly title: string;
  /** Anchor number of the page, reached by Alt+1…9. */
  readonly anchor?: number;
  readonly chord?: Chord;
  /** Counts, chips, small buttons at the right of the head. */
  readonly side?: ReactNode;
  readonly children: ReactNode;
}

/** A numbered part of the one scrolling page; Alt+number jumps to it. Wide pages carry its head in the margin. */
export function Section({ title, anchor, chord, side, children }: SectionProps): ReactElement {
  return (
    <section className="m-section" data-anchor={anchor} tabIndex={anchor ? -1 : undefined} aria-label={title}>
      <header className="m-section-head">
        <div className="m-section-heading">
          {anchor && <span className="m-section-number">{anchor}</span>}
          <h2 className="m-section-title">{title}</h2>
          {chord && <KeyHint chord={chord} />}
        </div>
        {side && <div className="m-section-side">{side}</div>}
      </header>
      <div className="m-section-body">{children}</div>
    </section>
  );
}

/** A card on the canvas: one subject, a hairline, no shadow. */
export function Card(props: {
  readonly title?: string;
  readonly side?: ReactNode;
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'insurance' | 'warn' | 'critical';
}): ReactElement {
  const { title, side, children, tone = 'plain' } = props;
  return (
    <section className={`m-card m-card-${tone}`} aria-label={title}>
      {(title || side) && (
        <header className="m-card-head">
          {title && <h2 className="m-card-title">{title}</h2>}
          {side && <div className="m-section-side">{side}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** Label over value, without colon; `—` = not done, "Chưa rõ" = asked but unknown. */
export function Fact(props: {
  readonly label: string;
  readonly children: ReactNode;
  readonly stale?: boolean;
  /** A number that must stand on one line: takes two columns. */
  readonly wide?: boolean;
}): ReactElement {
  return (
    <div className={cx('m-fact', props.stale && 'm-fact-stale', props.wide && 'm-fact-wide')}>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** A group of facts in columns that reflow. */
export function Facts({ children }: { readonly children: ReactNode }): ReactElement {
  return <dl className="m-facts">{children}</dl>;
}
