import { Chip, usePick, useTexts } from '@mach/ui';
import { NEWS2_PARAMETERS, type News2Parameter, type News2Score } from '@mach/vn/clinical/news2.ts';
import type { ReactElement } from 'react';
import { news2Verdict } from '../../rules/vitals.ts';
import { type ItemLabel, texts } from './texts.ts';

/** Names on the chips; oxygen and consciousness are asked elsewhere under longer names. */
export const SCORED: Readonly<Record<News2Parameter, ItemLabel | 'onOxygen' | 'consciousness'>> = {
  resp: 'resp',
  spo2: 'spo2',
  oxygen: 'onOxygen',
  sbp: 'sbp',
  pulse: 'pulse',
  consciousness: 'consciousness',
  temp: 'temp',
};

/** Colour of the aggregate as the chart of the Royal College bands it: 1–4 with a single 3, 5–6, 7 and more. */
function bandOf(score: News2Score): '0' | '1' | '2' | '3' {
  if (score.total >= 7) return '3';
  if (score.total >= 5 || score.risk === 'low-medium') return '2';
  return score.total > 0 ? '1' : '0';
}

/** The score while it grows: sum, response, points of each parameter in the colours of the published chart. */
export function News2Tile({
  score,
  reason,
}: {
  readonly score: News2Score | undefined;
  readonly reason: string;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  if (!score)
    return (
      <section className="vit-news" aria-label={t('news2')}>
        <span className="vit-news-name">{t('news2')}</span>
        <span className="vit-news-why">{reason}</span>
      </section>
    );
  const verdict = news2Verdict(score);
  const missing = score.missing.map((p) => t(SCORED[p]));
  return (
    <section className="vit-news vit-scored" data-band={bandOf(score)} aria-label={t('news2')} aria-live="polite">
      <div className="vit-news-head">
        <span className="vit-news-name">{t('news2')}</span>
        <strong className="vit-news-score">{score.total}</strong>
        {!score.complete && <span className="vit-news-part">{t('news2Recorded', { recorded: score.recorded })}</span>}
        <span className="vit-news-risk">{pick(verdict.riskText)}</span>
      </div>
      <p className="vit-news-what">{pick(verdict.response)}</p>
      <ul className="vit-points">
        {NEWS2_PARAMETERS.map((p) => (
          <li key={p} className="vit-point" data-points={score.scores[p] ?? 'none'}>
            {t(SCORED[p])} <b>{score.scores[p] ?? '—'}</b>
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <Chip tone="warn" icon="help">
          {t('missing', { names: missing.join(', ') })}
        </Chip>
      )}
    </section>
  );
}
