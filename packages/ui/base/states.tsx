import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { issuesOf } from '../data/issues.ts';
import { NotKept } from '../data/transport.ts';
import { Icon } from '../icons/icon.tsx';
import type { IconName } from '../icons/paths.ts';
import { uiTexts } from '../texts/ui.ts';
import { usePick, useTexts } from '../texts/use-texts.ts';
import { Button } from './button.tsx';
import './states.css';
import { toast } from './toast.tsx';

/** Appears only when loading lasts: under 100 ms nothing flickers (design language §10). */
function useLate(ms = 100): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late;
}

export interface SkeletonProps {
  /** The shape of what is coming: worklist rows, text lines, table rows or a card. */
  readonly shape?: 'rows' | 'lines' | 'table' | 'card';
  readonly count?: number;
}

/** The real shape of what is loading. */
export function Skeleton({ shape = 'lines', count = 4 }: SkeletonProps): ReactElement {
  const t = useTexts(uiTexts);
  const late = useLate();
  return (
    // The place is kept from the start, so that nothing below moves when the bars appear.
    <div
      className={`m-skeleton m-skeleton-${shape}`}
      role="status"
      aria-label={t('loading')}
      data-late={late || undefined}
    >
      {Array.from({ length: count }, (_, i) => (
        <div key={String(i)} className="m-skeleton-bar" />
      ))}
    </div>
  );
}

export interface EmptyProps {
  readonly icon?: IconName;
  /** What belongs here. */
  readonly title: string;
  readonly hint?: ReactNode;
  /** The one action. */
  readonly action?: ReactNode;
}

/** Says what belongs here and the one thing to do. */
export function Empty({ icon, title, hint, action }: EmptyProps): ReactElement {
  return (
    <div className="m-state">
      {icon && <Icon name={icon} size={24} />}
      <p className="m-state-title">{title}</p>
      {hint && <p className="m-state-hint">{hint}</p>}
      {action}
    </div>
  );
}

export interface ErrorStateProps {
  /** What was caught: from `useView`, `useRecord`, `useCommand`. */
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** What is safe, e.g. "Đơn đã lưu trên máy". */
  readonly safe?: ReactNode;
}

/** What happened, what is safe, what to do, and a code to copy. */
export function ErrorState({ error, onRetry, safe }: ErrorStateProps): ReactElement {
  const t = useTexts(uiTexts);
  const pick = usePick();
  const issues = issuesOf(error);
  const code = issues[0]?.code ?? '';
  // Without the server is a state, not an error: nothing is broken, and it ends by itself.
  if (error instanceof NotKept)
    return (
      <div className="m-state m-state-away" role="status">
        <Icon name="sync" size={24} />
        {issues.map((issue) => (
          <div key={issue.code}>
            <p className="m-state-title">{pick(issue.text)}</p>
            {issue.remedy && <p className="m-state-hint">{pick(issue.remedy)}</p>}
          </div>
        ))}
        {safe && <p className="m-state-hint">{safe}</p>}
      </div>
    );
  return (
    <div className="m-state m-state-error" role="alert">
      <Icon name="warn" size={24} />
      {issues.map((issue) => (
        <div key={issue.code}>
          <p className="m-state-title">{pick(issue.text)}</p>
          {issue.remedy && <p className="m-state-hint">{pick(issue.remedy)}</p>}
        </div>
      ))}
      {safe && <p className="m-state-hint">{safe}</p>}
      <div className="m-state-actions">
        {onRetry && (
          <Button icon="sync" onClick={onRetry}>
            {t('retry')}
          </Button>
        )}
        <Button
          look="quiet"
          icon="copy"
          onClick={() => {
            void navigator.clipboard?.writeText(code).then(() => toast({ text: t('codeCopied') }));
          }}
        >
          <span className="m-code">{code}</span>
        </Button>
      </div>
    </div>
  );
}

/** Offline is a state, not an error: work goes on under this strip. */
export function OfflineNote({ children }: { readonly children?: ReactNode }): ReactElement {
  const t = useTexts(uiTexts);
  return (
    <div className="m-note m-note-offline" role="status">
      <Icon name="sync" size={16} />
      <strong>{t('offline')}</strong>
      <span>{children ?? t('offlineText')}</span>
    </div>
  );
}

/** Signed: locked, with the way to amend. */
export function ReadOnlyNote(props: { readonly children?: ReactNode; readonly onAmend?: () => void }): ReactElement {
  const t = useTexts(uiTexts);
  return (
    <div className="m-note m-note-locked" role="status">
      <Icon name="lock" size={16} />
      <span>{props.children ?? t('readOnly')}</span>
      {props.onAmend && (
        <Button look="quiet" size="small" onClick={props.onAmend}>
          {t('amend')}
        </Button>
      )}
    </div>
  );
}

/** Data are kept on the screen while they are older than they should be. */
export function StaleNote({ at, onReload }: { readonly at: string; readonly onReload?: () => void }): ReactElement {
  const t = useTexts(uiTexts);
  return (
    <div className="m-note m-note-stale" role="status">
      <Icon name="clock" size={16} />
      <span>{t('stale', { time: at })}</span>
      {onReload && (
        <Button look="quiet" size="small" onClick={onReload}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}
