import type { ReactElement, ReactNode } from 'react';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Button } from './button.tsx';
import './more-states.css';
import './states.css';

/** Something is known and something is not: what is known is shown, the gap is named. */
export function PartialNote({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <div className="m-note m-note-stale" role="status">
      <Icon name="info" size={16} />
      <span>{children}</span>
    </div>
  );
}

export interface NoPermissionProps {
  /** "Hồ sơ này thuộc khoa khác". */
  readonly title: string;
  /** Who may, and how one asks. */
  readonly who?: string;
  /** Breaks the glass: only for records of people, with a reason that they will read. */
  readonly onBreakGlass?: () => void;
}

/** Not a wall but a way: who may, whom to ask, and the glass that can be broken where a life depends on it. */
export function NoPermission({ title, who, onBreakGlass }: NoPermissionProps): ReactElement {
  const t = useTexts(boardTexts);
  return (
    <div className="m-state">
      <Icon name="lock" size={24} />
      <p className="m-state-title">{title}</p>
      {who && <p className="m-state-hint">{who}</p>}
      {onBreakGlass && (
        <Button look="danger" icon="warn" onClick={onBreakGlass}>
          {t('breakGlass')}
        </Button>
      )}
    </div>
  );
}

export interface ConflictVersion {
  /** "BS An · 08:12". */
  readonly title: string;
  readonly text: string;
}

export interface ConflictProps {
  readonly what: string;
  readonly mine: ConflictVersion;
  readonly theirs: ConflictVersion;
  readonly onKeep: (which: 'both' | 'mine' | 'theirs') => void;
}

/** Two people wrote at once: both versions side by side, and keeping both is what one key does. */
export function Conflict({ what, mine, theirs, onKeep }: ConflictProps): ReactElement {
  const t = useTexts(boardTexts);
  return (
    <section className="m-conflict" aria-label={what}>
      <p className="m-conflict-what" role="alert">
        <Icon name="users" size={16} />
        {what}
      </p>
      <div className="m-conflict-two">
        {(
          [
            ['mine', mine],
            ['theirs', theirs],
          ] as const
        ).map(([which, version]) => (
          <section key={which} className="m-conflict-one" aria-label={version.title}>
            <h3>{version.title}</h3>
            <p>{version.text}</p>
            <Button size="small" look="quiet" onClick={() => onKeep(which)}>
              {t('keepThis')}
            </Button>
          </section>
        ))}
      </div>
      <Button look="primary" onClick={() => onKeep('both')}>
        {t('keepBoth')}
      </Button>
    </section>
  );
}
