import { Chip, usePick, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { EarlyWarning, Scale } from '../../rules/early-warning.ts';
import { texts } from './texts.ts';

/** As the tables call themselves: names, not words. */
export const SCALE_NAMES: Readonly<Record<Scale, string>> = { news2: 'NEWS2', pews: 'PEWS', meows: 'MEOWS' };

/** Loudness of the whole: the colour of the band of the published charts. */
function bandOf(warning: EarlyWarning): '0' | '1' | '2' | '3' {
  if (warning.risk === 'high') return '3';
  if (warning.risk === 'medium' || warning.risk === 'low-medium') return '2';
  return warning.parts.some((p) => (p.points ?? 0) > 0) ? '1' : '0';
}

/** The score while it grows: what it is, what it asks for, and the points of each parameter. */
export function ScoreTile({
  warning,
  reason,
}: {
  readonly warning: EarlyWarning | undefined;
  readonly reason: string;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  if (!warning)
    return (
      <section className="vit-news" aria-label={t('score')}>
        <span className="vit-news-name">{t('score')}</span>
        <span className="vit-news-why">{reason}</span>
      </section>
    );
  const named = (parameter: string): string => {
    const name = warning.parts.find((p) => p.parameter === parameter)?.name;
    return name ? pick(name) : parameter;
  };
  return (
    <section
      className="vit-news vit-scored"
      data-band={bandOf(warning)}
      data-scale={warning.scale}
      aria-label={SCALE_NAMES[warning.scale]}
      aria-live="polite"
    >
      <div className="vit-news-head">
        <span className="vit-news-name">{SCALE_NAMES[warning.scale]}</span>
        <strong className="vit-news-score">{pick(warning.text)}</strong>
        {!warning.complete && (
          <span className="vit-news-part">{t('news2Recorded', { recorded: warning.recorded })}</span>
        )}
        <span className="vit-news-risk">{pick(warning.riskText)}</span>
      </div>
      <p className="vit-news-what">{pick(warning.response)}</p>
      <ul className="vit-points">
        {warning.parts.map((part) => (
          <li key={part.parameter} className="vit-point" data-points={part.points === null ? 'none' : part.level}>
            {pick(part.name)} <b>{pointsText(warning.scale, part.points, t)}</b>
          </li>
        ))}
      </ul>
      {warning.missing.length > 0 && (
        <Chip tone="warn" icon="help">
          {t('missing', { names: warning.missing.map(named).join(', ') })}
        </Chip>
      )}
    </section>
  );
}

/** Points as the table speaks: numbers, of MEOWS the colour in words. */
function pointsText(scale: Scale, points: number | null, t: (key: 'yellow' | 'red') => string): string {
  if (points === null) return '—';
  if (scale !== 'meows' || points === 0) return String(points);
  return t(points === 1 ? 'yellow' : 'red');
}
