import { type BannerPatient, formatDateTime, type Translate } from '@mach/ui';
import type { PersonSummary } from '../contract.ts';
import type { texts } from './texts.ts';

/** Only the end of a number is shown: the desk faces a queue. */
export const masked = (number: string | undefined, shown: number): string | undefined =>
  number === undefined ? undefined : `${'•'.repeat(Math.max(0, number.length - shown))}${number.slice(-shown)}`;

/** The banner of a person at the desk: who, allergies, how to reach them. */
export function bannerOf(summary: PersonSummary, t: Translate<(typeof texts)['vi']>): BannerPatient {
  const { person, allergies } = summary;
  return {
    patient: summary.patient,
    name: person.name ?? t('unknown'),
    sex: person.sex ?? 'unknown',
    birth: person.birthDate,
    code: summary.patientCode ?? undefined,
    place: summary.today[0]?.queueNumber
      ? `${summary.today[0].roomName ?? ''} · ${summary.today[0].queueNumber}`
      : undefined,
    allergy:
      allergies === null
        ? { state: 'unasked' }
        : allergies.length === 0
          ? { state: 'none' }
          : { state: 'known', items: allergies.map((a) => ({ substance: a.text })) },
    chips: summary.unidentified ? [{ kind: 'other', text: t('unidentified'), tone: 'warn' }] : undefined,
    facts: [
      ...(summary.unidentified?.marks ? [{ label: t('marks'), value: summary.unidentified.marks }] : []),
      ...(summary.unidentified?.estimatedAge === undefined
        ? []
        : [{ label: t('estimatedAge'), value: `~${summary.unidentified.estimatedAge}` }]),
      ...(summary.bornAt ? [{ label: t('bornAt'), value: formatDateTime(summary.bornAt) }] : []),
      ...(summary.mother ? [{ label: t('mother'), value: summary.mother.name }] : []),
      {
        label: t('cccd'),
        value: person.idPaper === 'cccd' ? (masked(person.idNumber, 4) ?? t('unknown')) : t('unknown'),
      },
      { label: t('phone'), value: person.noPhone ? t('noPhone') : (masked(person.phone, 3) ?? t('missingPhone')) },
      { label: t('address'), value: summary.address ?? t('unknown') },
    ],
  };
}
