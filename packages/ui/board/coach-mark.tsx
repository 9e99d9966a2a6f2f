import type { ReactElement } from 'react';
import { Button } from '../base/button.tsx';
import { Icon } from '../icons/icon.tsx';
import type { Chord } from '../keys/chord.ts';
import { KeyHint } from '../keys/key-hint.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import './coach-mark.css';

export interface CoachMarkProps {
  /** What is to be reached, not which button to press. */
  readonly goal: string;
  readonly hint?: string;
  readonly chord?: Chord;
  readonly step: number;
  readonly steps: number;
  readonly state?: 'open' | 'done' | 'wrong';
  /** What went wrong, and what to try. */
  readonly said?: string;
  readonly onSkip: () => void;
  readonly onNext?: () => void;
}

/** A step of a lesson beside the work. It stands in the page like everything else, so that it never covers a banner. */
export function CoachMark(props: CoachMarkProps): ReactElement {
  const { goal, hint, chord, step, steps, state = 'open', said, onSkip, onNext } = props;
  const t = useTexts(boardTexts);
  return (
    <aside className={`m-coach m-coach-${state}`} aria-label={t('lesson')}>
      <p className="m-coach-step">{t('stepOf', { n: step, of: steps })}</p>
      <p className="m-coach-goal">
        {state === 'done' && <Icon name="check" size={16} />}
        {goal}
        {chord && <KeyHint chord={chord} />}
      </p>
      {hint && state === 'open' && <p className="m-coach-hint">{hint}</p>}
      <p className="m-coach-said" role="status">
        {said}
      </p>
      <div className="m-coach-deeds">
        <Button size="small" look="quiet" onClick={onSkip}>
          {t('skip')}
        </Button>
        {onNext && (
          <Button size="small" look="primary" disabled={state !== 'done'} onClick={onNext}>
            {t('nextStep')}
          </Button>
        )}
      </div>
    </aside>
  );
}
