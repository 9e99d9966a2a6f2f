import { type ReactElement, type ReactNode, useState } from 'react';
import { IconButton } from '../base/button.tsx';
import { Chip, type Tone } from '../base/chip.tsx';
import { age, formatDate, isChild } from '../format/date.ts';
import { quantity } from '../format/number.ts';
import type { IconName } from '../icons/paths.ts';
import { useEdgeColour } from '../shell/patients.ts';
import { uiTexts } from '../texts/ui.ts';
import { useLanguage, useTexts } from '../texts/use-texts.ts';
import { Allergy, type AllergyState } from './allergy.tsx';
import './patient-banner.css';
import { PersonName } from './person-name.tsx';
import { RestrictionChip } from './restriction-chip.tsx';
import { useNow } from './use-now.ts';

/** A context chip of zone 1; at most four beside the allergy, in this order (design language §7.1). */
export interface ContextChip {
  readonly kind: 'isolation' | 'fall' | 'directive' | 'pregnant' | 'sameName' | 'other';
  readonly text: string;
  readonly tone?: Tone;
  readonly title?: string;
}

export interface BannerPatient {
  /** Record of the person: with it the banner says by itself when the person's data stand under a restriction. */
  readonly patient?: string;
  readonly name: string;
  readonly sex: 'male' | 'female' | 'other' | 'unknown';
  /** FHIR date, may be partial. */
  readonly birth?: string;
  readonly code?: string;
  /** Bed, room or queue number. */
  readonly place?: string;
  readonly allergy: AllergyState;
  /** kg, and when measured; always shown for children. */
  readonly weight?: { readonly value: string; readonly at: string };
  /** Date of death: dark banner, actions off. */
  readonly deceased?: string;
  readonly chips?: readonly ContextChip[];
  /** Zone 2: masked ID, insurance, phone, blood group, problems. */
  readonly facts?: readonly { readonly label: string; readonly value: ReactNode; readonly stale?: boolean }[];
}

export interface PatientBannerProps {
  readonly patient: BannerPatient;
  readonly onAllergy?: () => void;
  /** Small actions at the right end (phone number to correct, more). */
  readonly side?: ReactNode;
}

const ORDER: readonly ContextChip['kind'][] = ['sameName', 'isolation', 'fall', 'directive', 'pregnant', 'other'];
const ICONS: Readonly<Record<ContextChip['kind'], IconName | undefined>> = {
  sameName: 'users',
  isolation: 'isolation',
  fall: 'fall',
  directive: 'directive',
  pregnant: 'pregnant',
  other: undefined,
};

/** Who this is. Zone 1 never collapses and never scrolls away. */
export function PatientBanner({ patient, onAllergy, side }: PatientBannerProps): ReactElement {
  const t = useTexts(uiTexts);
  const language = useLanguage();
  const now = useNow();
  const edge = useEdgeColour();
  const [wide, setWide] = useState(false);
  const { name, sex, birth, code, place, allergy, weight, deceased, facts = [] } = patient;
  const sexes = { male: t('male'), female: t('female'), other: t('otherSex'), unknown: t('unknown') };
  const chips = [...(patient.chips ?? [])].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)).slice(0, 4);
  const child = birth !== undefined && isChild(birth, now);
  return (
    <header
      className={`m-banner${deceased ? ' m-banner-dead' : ''}`}
      style={edge ? ({ '--edge': edge } as React.CSSProperties) : undefined}
      data-wide={wide || undefined}
    >
      <div className="m-banner-zone1">
        <span className="m-banner-name">
          <PersonName name={name} />
        </span>
        <span className="m-banner-item">{sexes[sex]}</span>
        <span className="m-banner-item">
          <span className="m-banner-label">{t('birth')}</span> {birth ? formatDate(birth) : t('unknown')}
          {birth && <span className="m-banner-age"> ({age(birth, now, language)})</span>}
        </span>
        <span className="m-banner-item">
          <span className="m-banner-label">{t('code')}</span> <span className="m-code">{code ?? t('unknown')}</span>
        </span>
        {place && (
          <span className="m-banner-item m-banner-place">
            <span className="m-banner-label">{t('bed')}</span> {place}
          </span>
        )}
        {(child || weight) && (
          <span className={child ? 'm-banner-item' : 'm-banner-item m-banner-adult'}>
            <span className="m-banner-label">{t('weight')}</span>{' '}
            {weight ? `${quantity(weight.value, 'kg')} · ${formatDate(weight.at)}` : t('unknown')}
          </span>
        )}
        {deceased && <span className="m-banner-died">{t('deceased', { date: formatDate(deceased) })}</span>}
      </div>
      <div className="m-banner-zone2">
        <Allergy allergy={allergy} onOpen={onAllergy} />
        {patient.patient && <RestrictionChip patient={patient.patient} />}
        {chips.map((chip) => (
          <Chip
            key={chip.text}
            tone={chip.tone ?? (chip.kind === 'other' ? 'neutral' : 'warn')}
            icon={ICONS[chip.kind]}
            title={chip.title}
          >
            {chip.text}
          </Chip>
        ))}
        <dl className="m-banner-facts">
          {facts.map((fact) => (
            <div key={fact.label} className={fact.stale ? 'm-banner-fact m-banner-stale' : 'm-banner-fact'}>
              <dt>{fact.label}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className="m-banner-side">
        {side}
        {facts.length > 0 && (
          <IconButton
            icon={wide ? 'up' : 'down'}
            size="small"
            className="m-banner-toggle"
            label={t(wide ? 'less' : 'details')}
            aria-expanded={wide}
            onClick={() => setWide(!wide)}
          />
        )}
      </div>
    </header>
  );
}
