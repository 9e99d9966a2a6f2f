import type { AllergyRow } from '@mach/outpatient/contract.ts';
import { type BannerPatient, PatientBanner, useTexts, useView } from '@mach/ui';
import type { ReactElement } from 'react';
import type { BoardRow } from '../contract.ts';
import { texts } from './texts.ts';

const SEXES: Readonly<Record<string, BannerPatient['sex']>> = { male: 'male', female: 'female', other: 'other' };

/** Who this is: a code name while nobody knows, allergies as they are recorded, the bed. */
export function EmergencyBanner({ row }: { readonly row: BoardRow }): ReactElement {
  const t = useTexts(texts);
  const known = useView<AllergyRow>('outpatient.allergies', { patientId: row.patient }, { sort: '-recordedAt' });
  const items = known.rows.filter((one) => !one.noneKnown);
  const none = known.rows.find((one) => one.noneKnown);
  return (
    <PatientBanner
      patient={{
        patient: row.patient,
        name: row.name ?? '',
        sex: SEXES[row.gender ?? ''] ?? 'unknown',
        birth: row.birthDate ?? undefined,
        code: row.codeName ?? row.patientCode ?? undefined,
        place: row.bed ?? row.roomName ?? undefined,
        ...(row.weight === null || row.vitalsAt === null
          ? {}
          : { weight: { value: String(row.weight), at: row.vitalsAt } }),
        allergy:
          items.length > 0
            ? {
                state: 'known',
                items: items.map((one) => ({ substance: one.substance ?? '', reaction: one.reaction ?? undefined })),
              }
            : none
              ? { state: 'none', at: none.recordedAt ?? undefined, by: none.recordedBy ?? undefined }
              : { state: 'unasked' },
        facts: [
          { label: t('complaint'), value: row.complaint ?? '—' },
          ...(row.mode ? [{ label: t('mode'), value: t(`mode_${row.mode}`) }] : []),
        ],
      }}
    />
  );
}
