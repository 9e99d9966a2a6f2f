import type { ReactElement } from 'react';
import { formatDateTime, recently } from '../format/date.ts';
import { clinicalNumber } from '../format/number.ts';
import { uiTexts } from '../texts/ui.ts';
import { useLanguage, useTexts } from '../texts/use-texts.ts';
import { FLAG_SIGNS, type Flag } from './result.ts';
import { useNow } from './use-now.ts';
import './vitals-strip.css';

export interface Vital {
  /** `bp` takes "148/86" as value. */
  readonly kind: 'bp' | 'pulse' | 'temperature' | 'spo2' | 'breaths' | 'weight' | 'news2' | 'other';
  /** For `other`. */
  readonly label?: string;
  readonly value?: string;
  readonly unit?: string;
  readonly flag?: Flag;
  readonly at?: string;
  /** Older than its useful life: grey with its date. */
  readonly stale?: boolean;
  /** Extra word: "O₂ 2 l/phút", "Thang 2". */
  readonly note?: string;
}

export interface VitalsStripProps {
  readonly vitals: readonly Vital[];
  /** Opens the chart. */
  readonly onOpen?: () => void;
}

/** NEWS2 in our own tiles: 0–4 quiet, 5–6 orange, 7 and more red (a single 3 counts as 5–6 by its flag). */
function newsLevel(value: string | undefined, flag: Flag | undefined): '' | '2' | '3' {
  const score = Number(value);
  if (!Number.isFinite(score)) return '';
  if (score >= 7) return '3';
  return score >= 5 || flag === 'abnormal' ? '2' : '';
}

/** Last vital signs under the banner, with the age of the data. */
export function VitalsStrip({ vitals, onOpen }: VitalsStripProps): ReactElement {
  const t = useTexts(uiTexts);
  const language = useLanguage();
  const now = useNow();
  const labels = {
    bp: t('bp'),
    pulse: t('pulse'),
    temperature: t('temperature'),
    spo2: t('spo2'),
    breaths: t('breaths'),
    weight: t('weight'),
    news2: t('news2'),
    other: '',
  };
  const newest = vitals
    .map((v) => v.at ?? '')
    .toSorted()
    .at(-1);
  return (
    <div className="m-vitals">
      {vitals.map((vital) => {
        const level = vital.kind === 'news2' ? newsLevel(vital.value, vital.flag) : '';
        const shown = vital.value === undefined ? '—' : vital.kind === 'bp' ? vital.value : clinicalNumber(vital.value);
        return (
          <span
            key={vital.label ?? vital.kind}
            className={`m-vital${vital.stale ? ' m-vital-stale' : ''}${level ? ` m-vital-news${level}` : ''}`}
            title={vital.at && formatDateTime(vital.at)}
          >
            <span className="m-vital-label">{vital.label ?? labels[vital.kind]}</span>
            <span className={`m-vital-value m-vital-${vital.flag ?? 'normal'}`}>
              {shown}
              {vital.flag && FLAG_SIGNS[vital.flag] && ` ${FLAG_SIGNS[vital.flag]}`}
            </span>
            {vital.unit && <span className="m-vital-unit">{vital.unit}</span>}
            {vital.note && <span className="m-vital-unit">{vital.note}</span>}
            {vital.stale && vital.at && <span className="m-vital-unit">{recently(vital.at, now, language)}</span>}
          </span>
        );
      })}
      {newest && <span className="m-vitals-at">{recently(newest, now, language)}</span>}
      {onOpen && (
        <button type="button" className="m-vitals-open" onClick={onOpen}>
          {t('trend')}
        </button>
      )}
    </div>
  );
}
