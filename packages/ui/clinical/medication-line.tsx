import type { ReactElement, ReactNode } from 'react';
import { Chip } from '../base/chip.tsx';
import { clinicalNumber, NBSP } from '../format/number.ts';
import { Icon } from '../icons/icon.tsx';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import './medication-line.css';

export type MedicationState = 'new' | 'continued' | 'changed' | 'stopped' | 'expired';

export interface Medication {
  /** Generic name as the governed list writes it (lower case, Tall-man letters kept). */
  readonly name: string;
  /** "500 mg": never parted from its unit or from the name. */
  readonly strength?: string;
  readonly form?: string;
  readonly brand?: string;
  readonly route?: string;
  /** Amount each time: canonical number and unit. */
  readonly dose?: { readonly value: string; readonly unit: string };
  readonly timesPerDay?: number;
  /** "sáng – chiều, sau ăn". */
  readonly when?: string;
  readonly days?: number;
  readonly total?: { readonly value: string; readonly unit: string };
  readonly note?: string;
  readonly highAlert?: boolean;
  readonly lookAlike?: boolean;
}

export interface MedicationLineProps {
  readonly medication: Medication;
  readonly state?: MedicationState;
  /** What changed: "500 → 850 mg". */
  readonly change?: string;
  /** Why stopped, who and when. */
  readonly reason?: string;
  /** Warnings and coverage, below the line: `<AlertLine>`, chips. */
  readonly below?: ReactNode;
  /** Quantity, price or buttons at the right. */
  readonly side?: ReactNode;
}

const GLYPHS: Readonly<Record<MedicationState, string>> = {
  new: '+',
  continued: '=',
  changed: '↑',
  stopped: '×',
  expired: '·',
};

function amount(quantity: { readonly value: string; readonly unit: string }): string {
  return `${clinicalNumber(quantity.value)}${NBSP}${quantity.unit}`;
}

/**
 * A drug order in the fixed word order: drug – form – route – dose each – times – when – days –
 * total (design language §7.3). Name, strength and dose are never cut; lines break between parts.
 */
export function MedicationLine(props: MedicationLineProps): ReactElement {
  const { medication: m, state, change, reason, below, side } = props;
  const t = useTexts(uiTexts);
  const words = {
    new: t('medNew'),
    continued: t('medContinued'),
    changed: t('medChanged'),
    stopped: t('medStopped'),
    expired: t('medExpired'),
  };
  const parts: ReactNode[] = [];
  if (m.form || m.brand) parts.push([m.form, m.brand && `(${m.brand})`].filter(Boolean).join(' '));
  if (m.route) parts.push(m.route);
  if (m.dose)
    parts.push(
      <>
        {t('doseEach')} <b>{amount(m.dose)}</b>
      </>,
    );
  if (m.timesPerDay !== undefined)
    parts.push(
      <>
        {t('doseTimes')} <b>{t('timesN', { n: m.timesPerDay })}</b>
        {m.when && `, ${m.when}`}
      </>,
    );
  else if (m.when) parts.push(m.when);
  if (m.days !== undefined) parts.push(t('daysN', { n: m.days }));
  if (m.total) parts.push(`${t('totalQ')}${NBSP}${amount(m.total)}`);
  return (
    <div className="m-medbox">
      <div className={`m-med${state ? ` m-med-${state}` : ''}`}>
        {state && (
          <span className="m-med-state" title={words[state]}>
            <span aria-hidden="true">{GLYPHS[state]}</span>
            <span className="m-sr">{words[state]}</span>
          </span>
        )}
        <div className="m-med-body">
          <p className="m-med-text">
            {m.highAlert && (
              <span className="m-med-alert" role="img" aria-label={t('highAlert')} title={t('highAlert')}>
                <Icon name="warn" size={16} />
              </span>
            )}
            <b className="m-med-name">
              {m.name}
              {m.strength && `${NBSP}${m.strength.replaceAll(' ', NBSP)}`}
            </b>
            {parts.map((part, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the order of the parts is their identity
              <span key={i} className="m-med-part">
                {part}
              </span>
            ))}
          </p>
          {(state === 'stopped' || state === 'changed' || reason || change || m.note) && (
            <p className="m-med-sub">
              {state && state !== 'continued' && state !== 'new' && <b>{words[state]}</b>} {change} {reason} {m.note}
            </p>
          )}
        </div>
        {(side || m.lookAlike) && (
          <div className="m-med-side">
            {m.lookAlike && (
              <Chip tone="warn" title={t('lookAlikeHint')}>
                {t('lookAlike')}
              </Chip>
            )}
            {side}
          </div>
        )}
        {below && <div className="m-med-below">{below}</div>}
      </div>
    </div>
  );
}
