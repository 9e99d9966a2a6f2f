import type { AllergyRow } from '@mach/outpatient/contract.ts';
import { type BannerPatient, PatientBanner, useCan, useTexts, useView } from '@mach/ui';
import type { ReactElement, ReactNode } from 'react';
import type { PersonOfRow } from './person-of-row.ts';
import { PlainBanner } from './plain-banner.tsx';
import { texts } from './texts.ts';

const SEXES: Readonly<Record<string, BannerPatient['sex']>> = { male: 'male', female: 'female', other: 'other' };

interface Props {
  readonly row: PersonOfRow;
  readonly side?: ReactNode;
}

/** Who the order is for: never scrolls away. Who may not see allergies is told nothing of them, not "not asked". */
export function Banner({ row, side }: Props): ReactElement {
  const can = useCan();
  return can('outpatient.see-allergies') ? <FullBanner row={row} side={side} /> : <PlainBanner row={row} side={side} />;
}

function FullBanner({ row, side }: Props): ReactElement {
  const t = useTexts(texts);
  const known = useView<AllergyRow>('outpatient.allergies', { patientId: row.patient }, { sort: '-recordedAt' });
  if (known.state !== 'ready') return <PlainBanner row={row} side={side} />;
  return <PatientBanner patient={bannerOf(row, known.rows, t)} side={side} />;
}

function bannerOf(
  row: PersonOfRow,
  rows: readonly AllergyRow[],
  t: ReturnType<typeof useTexts<typeof texts.vi>>,
): BannerPatient {
  const items = rows.filter((one) => !one.noneKnown);
  const none = rows.find((one) => one.noneKnown);
  return {
    patient: row.patient,
    name: row.patientName ?? t('unknown'),
    sex: SEXES[row.gender ?? ''] ?? 'unknown',
    birth: row.birthDate ?? undefined,
    code: row.patientCode ?? undefined,
    // The number first: of a long room's name a phone shows the beginning.
    place: [row.queueNumber, row.roomName].filter(Boolean).join(' · ') || undefined,
    allergy:
      items.length > 0
        ? {
            state: 'known',
            items: items.map((one) => ({
              substance: one.substance ?? '',
              reaction: one.reaction ?? undefined,
              year: one.since?.slice(0, 4),
            })),
          }
        : none
          ? { state: 'none', at: none.recordedAt ?? undefined, by: none.recordedBy ?? undefined }
          : { state: 'unasked' },
    facts: [
      { label: t('orderedBy'), value: row.requesterName ?? '—' },
      { label: t('visitCode'), value: row.visitCode ?? '—' },
    ],
  };
}
