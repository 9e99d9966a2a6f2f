import type { AllergyRow } from '@mach/outpatient/contract.ts';
import { AlertLine, type BannerPatient, PatientBanner, Skeleton, useTexts, useView } from '@mach/ui';
import type { ReactElement } from 'react';
import type { PharmacyRow } from '../contract.ts';
import { texts } from './texts.ts';
import { useWeight } from './use-weight.ts';

const SEXES: Readonly<Record<string, BannerPatient['sex']>> = { male: 'male', female: 'female', other: 'other' };

/** Whose drugs these are. Allergies that could not be loaded are never shown as "not asked". */
export function Banner({ row }: { readonly row: PharmacyRow }): ReactElement {
  const t = useTexts(texts);
  const known = useView<AllergyRow>('outpatient.allergies', { patientId: row.patient }, { sort: '-recordedAt' });
  const weight = useWeight(row.patient);
  const name = row.patientName ?? t('unknown');
  if (known.state === 'loading' || weight === 'loading') return <Skeleton shape="lines" count={1} />;
  if (known.state === 'error')
    return (
      <AlertLine
        level="stop"
        what={t('allergiesFailed', { name })}
        why={t('allergiesFailedWhy')}
        instead={{ label: t('reload'), run: known.reload }}
      />
    );
  return (
    <PatientBanner
      patient={{
        patient: row.patient,
        name,
        sex: SEXES[row.gender ?? ''] ?? 'unknown',
        birth: row.birthDate ?? undefined,
        code: row.patientCode ?? undefined,
        place: [row.roomName, row.queueNumber].filter(Boolean).join(' · ') || undefined,
        allergy: allergyOf(known.rows),
        weight: typeof weight === 'string' ? undefined : weight,
        chips: weight === 'failed' ? [{ kind: 'other', text: t('weightFailed'), tone: 'warn' }] : undefined,
        facts: [
          { label: t('prescriber'), value: row.prescriberName ?? '—' },
          { label: t('visit'), value: row.visitCode ?? '—' },
        ],
      }}
    />
  );
}

function allergyOf(rows: readonly AllergyRow[]): BannerPatient['allergy'] {
  const items = rows.filter((one) => !one.noneKnown);
  const none = rows.find((one) => one.noneKnown);
  if (items.length > 0)
    return {
      state: 'known',
      items: items.map((one) => ({
        substance: one.substance ?? '',
        reaction: one.reaction ?? undefined,
        year: one.since?.slice(0, 4),
      })),
    };
  if (!none) return { state: 'unasked' };
  return { state: 'none', at: none.recordedAt ?? undefined, by: none.recordedBy ?? undefined };
}
