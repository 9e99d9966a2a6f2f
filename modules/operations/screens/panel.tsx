import { Icon } from '@mach/ui';
import type { ReactElement, ReactNode } from 'react';

/** One subject of the morning: a heading, what to do about it, and lines that open their rows. */
export function Panel(props: {
  readonly name: string;
  readonly title: string;
  /** How it is counted. */
  readonly definition: string;
  readonly side?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="ops-panel" data-panel={props.name} aria-label={props.title}>
      <header className="ops-panel-head">
        <h2 title={props.definition}>{props.title}</h2>
        {props.side && <span className="ops-panel-side">{props.side}</span>}
      </header>
      {props.children}
    </section>
  );
}

export type Open = (figure: string, title: string) => void;

/** A number with its name: the whole line opens the rows that it counts. */
export function Line(props: {
  readonly figure: string;
  readonly name: string;
  readonly n: number;
  /** What is shown in place of the bare number. */
  readonly value?: ReactNode;
  readonly note?: ReactNode;
  readonly tone?: 'bad' | 'warn' | undefined;
  readonly open: Open;
  readonly title?: string;
}): ReactElement {
  const { figure, name, n, value, note, tone, open, title } = props;
  return (
    <button
      type="button"
      className="ops-press ops-line"
      data-figure={figure}
      data-n={n}
      data-tone={n > 0 ? tone : undefined}
      title={title}
      onClick={() => open(figure, name)}
    >
      <span className="ops-line-name">
        {n > 0 && tone && <Icon name={tone === 'bad' ? 'warn' : 'clock'} size={16} />}
        {name}
      </span>
      {note && <span className="ops-line-note">{note}</span>}
      <span className="ops-line-value">{value ?? n}</span>
    </button>
  );
}
