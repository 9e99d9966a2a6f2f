import type { ReactElement } from 'react';
import { Button } from '../base/button.tsx';
import { Fact, Facts } from '../base/panel.tsx';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import './consent-card.css';

export interface ConsentCardProps {
  /** What is asked, as a whole sentence. */
  readonly title: string;
  /** Who gets it. */
  readonly who: string;
  readonly what: string;
  readonly why: string;
  /** Until when, and how it is taken back. */
  readonly until: string;
  readonly decision?: { readonly given: boolean; readonly by: string; readonly at: string };
  readonly busy?: boolean;
  readonly onDecide: (given: boolean) => void;
  readonly onWithdraw?: () => void;
}

/** A consent for one purpose: who, what, why, how long, and two answers of the same weight; nothing is ticked beforehand. */
export function ConsentCard(props: ConsentCardProps): ReactElement {
  const { title, who, what, why, until, decision, busy, onDecide, onWithdraw } = props;
  const t = useTexts(boardTexts);
  return (
    <section className="m-consent" aria-label={title}>
      <h3 className="m-consent-title">{title}</h3>
      <Facts>
        <Fact label={t('consentWho')}>{who}</Fact>
        <Fact label={t('consentWhat')}>{what}</Fact>
        <Fact label={t('consentWhy')}>{why}</Fact>
        <Fact label={t('consentUntil')}>{until}</Fact>
      </Facts>
      {decision ? (
        <p className="m-consent-said" role="status">
          <Icon name={decision.given ? 'check' : 'close'} size={16} />
          <span>
            {t(decision.given ? 'consentGiven' : 'consentRefused')} · {decision.by} · {decision.at}
          </span>
          {decision.given && onWithdraw && (
            <Button size="small" look="quiet" onClick={onWithdraw}>
              {t('withdraw')}
            </Button>
          )}
        </p>
      ) : (
        <div className="m-consent-answers">
          <Button busy={busy} onClick={() => onDecide(false)}>
            {t('doNotAgree')}
          </Button>
          <Button busy={busy} onClick={() => onDecide(true)}>
            {t('agree')}
          </Button>
        </div>
      )}
    </section>
  );
}
