import type { ReactElement, ReactNode } from 'react';
import { Button } from '../base/button.tsx';
import { count } from '../format/number.ts';
import { Icon } from '../icons/icon.tsx';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import './job-card.css';

export interface JobCardProps {
  readonly title: string;
  readonly done: number;
  readonly total: number;
  readonly state: 'running' | 'stopped' | 'done' | 'failed';
  /** Time left, in words ("2 phút"). */
  readonly left?: string;
  readonly rate?: string;
  readonly failures?: number;
  readonly onFailures?: () => void;
  readonly onCancel?: () => void;
  readonly onResume?: () => void;
  /** Result file, partial results. */
  readonly result?: ReactNode;
}

/** Work longer than 10 s: count, rate, time left, usable partial results, stop and resume. */
export function JobCard(props: JobCardProps): ReactElement {
  const { title, done, total, state, left, rate, failures = 0, onFailures, onCancel, onResume, result } = props;
  const t = useTexts(uiTexts);
  const progress = `${count(done)}/${count(total)}`;
  const line = [
    progress,
    state === 'running' && left && t('jobLeft', { time: left }),
    state === 'running' && rate,
    state === 'done' && t('jobDone'),
    state === 'failed' && t('failed'),
  ].filter(Boolean);
  return (
    <section className={`m-job m-job-${state}`} aria-label={title}>
      <header className="m-job-head">
        <span className="m-job-title">{title}</span>
        {state === 'done' && <Icon name="check" size={16} />}
        {state === 'failed' && <Icon name="warn" size={16} />}
        {state === 'running' && onCancel && (
          <Button size="small" look="quiet" onClick={onCancel}>
            {t('jobCancel')}
          </Button>
        )}
        {(state === 'stopped' || state === 'failed') && onResume && (
          <Button size="small" onClick={onResume}>
            {t('jobResume')}
          </Button>
        )}
      </header>
      <progress className="m-job-bar" value={done} max={Math.max(total, 1)} aria-label={progress} />
      <p className="m-job-line" aria-live="polite">
        <span>{line.join(' · ')}</span>
        {failures > 0 && (
          <button type="button" className="m-job-failures" onClick={onFailures}>
            {t('jobFailures', { n: failures })}
          </button>
        )}
      </p>
      {result}
    </section>
  );
}
