import type { ReactElement } from 'react';
import { cx } from '../base/class-names.ts';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import './diff-view.css';
import { diffWords } from './diff-words.ts';
import { type DataState, Stated } from './stated.tsx';

export interface DiffField {
  readonly key: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

export interface DiffViewProps extends DataState {
  readonly label: string;
  /** "Bản 2 · BS An · 24/11/2026 08:12". */
  readonly beforeTitle: string;
  readonly afterTitle: string;
  readonly fields: readonly DiffField[];
  /** Why the later version was made. */
  readonly reason?: string;
}

/** Two versions of a signed document, a configuration or a catalogue: what went is struck and said so, what came is underlined. */
export function DiffView({ label, beforeTitle, afterTitle, fields, reason, ...state }: DiffViewProps): ReactElement {
  const t = useTexts(boardTexts);
  const changed = fields.filter((field) => field.before !== field.after);
  return (
    <section className="m-diff" aria-label={label}>
      <header className="m-diff-head">
        <span>
          {beforeTitle} <Icon name="right" size={16} /> {afterTitle}
        </span>
        <span>{t('changesN', { n: changed.length })}</span>
        {reason && <span>{t('becauseOf', { reason })}</span>}
      </header>
      <Stated {...state} shape="lines" nothing={changed.length === 0} nothingTitle={t('noChange')}>
        <dl>
          {changed.map((field) => (
            <div key={field.key} className="m-diff-field">
              <dt>{field.label}</dt>
              <dd>
                {diffWords(field.before, field.after).map((part, i) => {
                  const Tag = part.kind === 'same' ? 'span' : part.kind === 'out' ? 'del' : 'ins';
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the order of the parts is their identity
                    <Tag key={i} className={cx(part.kind !== 'same' && `m-diff-${part.kind}`)}>
                      {part.kind !== 'same' && (
                        <span className="m-sr">{t(part.kind === 'out' ? 'removed' : 'added')} </span>
                      )}
                      {part.text}
                    </Tag>
                  );
                })}
              </dd>
            </div>
          ))}
        </dl>
      </Stated>
    </section>
  );
}
