import { formatDate } from '@mach/base/time.ts';
import {
  benefitOf,
  OUTCOME_LABELS,
  outcomeOf,
  payerOf,
  queueNumberOf,
  roomOf,
  VISIT_LABELS,
} from '@mach/encounter/contract.ts';
import type { AllergyIntolerance } from '@mach/fhir/types.ts';
import {
  type AllergyState,
  type BannerPatient,
  type ContextChip,
  isChild,
  PatientBanner,
  useDrawer,
  useNow,
  usePick,
  useTexts,
  VitalsStrip,
} from '@mach/ui';
import { CS, SID } from '@mach/vn/systems.ts';
import { type ReactElement, useMemo } from 'react';
import type { QueueRow } from '../../../contract.ts';
import { isActiveAllergy, isNoneKnown, isStanding } from '../../../rules/allergies.ts';
import type { Visit } from '../data/use-visit.ts';
import { lastDiagnoses } from '../diagnosis/diagnoses.ts';
import { ALLERGY_DRAWER } from '../drawers.ts';
import { texts } from '../texts.ts';
import { useClockChip } from './use-clock.ts';
import { lastVitals, strip, weightOf } from './vitals.ts';

/** Who is open: allergies in three states, what the insurance pays, weight, a twin of the name; and the vital signs. */
export function VisitBanner(props: {
  readonly visit: Visit;
  readonly twins: readonly QueueRow[];
  readonly menu: ReactElement;
}): ReactElement {
  const { visit, twins, menu } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const allergyDrawer = useDrawer(ALLERGY_DRAWER);
  const { patient, encounter } = visit;
  const adult = patient.birthDate === undefined || !isChild(patient.birthDate, now);
  const vitals = useMemo(() => lastVitals(visit.vitals, visit.id, adult), [visit.vitals, visit.id, adult]);
  const weight = weightOf(vitals, now);
  const last = useMemo(
    () => lastDiagnoses(visit.visits, visit.conditions, visit.id),
    [visit.visits, visit.conditions, visit.id],
  );
  const benefit = benefitOf(encounter);
  const insured = payerOf(encounter) === 'bhyt';
  const clock = useClockChip(visit.id);

  const chips: ContextChip[] = [
    ...twins.slice(0, 1).map(
      (one): ContextChip => ({
        kind: 'sameName',
        text: t('sameNameIn', { room: one.roomName ?? t('otherRoom') }),
        title: `${one.name} · ${one.birthDate ? formatDate(one.birthDate) : t('unknown')}`,
      }),
    ),
    {
      kind: 'other',
      tone: insured ? 'insurance' : 'neutral',
      text: insured ? t('insuredRate', { rate: benefit?.rate ?? 0 }) : t('feePaying'),
    },
    ...(clock ? [clock] : []),
    ...(patient.meta?.tag?.some((tag) => tag.system === CS.restriction)
      ? [{ kind: 'other', tone: 'warn', text: t('restricted'), title: t('restrictedHint') } as const]
      : []),
  ];
  const shown: BannerPatient = {
    name: patient.name?.[0]?.text ?? encounter.subject?.display ?? t('unknown'),
    sex:
      patient.gender === 'male' || patient.gender === 'female' || patient.gender === 'other'
        ? patient.gender
        : 'unknown',
    birth: patient.birthDate,
    code: patient.identifier?.find((i) => i.system === SID.patientCode)?.value,
    place: [
      roomOf(encounter)
        ?.replace(/^room-/, '')
        .toUpperCase(),
      queueNumberOf(encounter),
    ]
      .filter(Boolean)
      .join(' · '),
    allergy: allergyState(visit.allergies),
    weight: weight && { value: weight.value, at: weight.at },
    deceased: patient.deceasedDateTime,
    chips,
    facts: [
      { label: t('stateLabel'), value: stateText() },
      ...(last ? [{ label: t('lastVisit'), value: lastText(last) }] : []),
      {
        label: t('cccd'),
        value: masked(patient.identifier?.find((i) => i.system === SID.cccd)?.value, 4) ?? t('unknown'),
      },
      {
        label: t('phone'),
        value: masked(patient.telecom?.find((c) => c.system === 'phone')?.value, 3) ?? t('unknown'),
      },
    ],
  };

  function stateText(): string {
    const outcome = outcomeOf(encounter);
    return outcome
      ? `${pick(VISIT_LABELS[visit.state])} · ${pick(OUTCOME_LABELS[outcome.code])}`
      : pick(VISIT_LABELS[visit.state]);
  }

  return (
    <>
      <PatientBanner patient={shown} onAllergy={allergyDrawer.open} side={menu} />
      <VitalsStrip vitals={strip(vitals, { bmi: t('bmi') })} />
    </>
  );
}

/** "22/10/2026 · E11.9, I10" */
const lastText = ({ on, list }: { on: string; list: readonly { code: string }[] }): string =>
  `${formatDate(on)} · ${list.map((dx) => dx.code).join(', ')}`;

const masked = (number: string | undefined, shown: number): string | undefined =>
  number === undefined ? undefined : `${'•'.repeat(Math.max(0, number.length - shown))}${number.slice(-shown)}`;

/** Three states, and while the answer is under way the one that stops nothing from being asked. */
export function allergyState(all: Visit['allergies']): AllergyState {
  const known = (all ?? []).filter(isActiveAllergy);
  if (known.length > 0) return { state: 'known', items: known.map(item) };
  const none = (all ?? []).find((a) => isStanding(a) && isNoneKnown(a));
  if (!none) return { state: 'unasked' };
  return { state: 'none', at: none.recordedDate, by: none.recorder?.display };
}

function item(a: AllergyIntolerance) {
  const reaction = a.reaction?.[0];
  return {
    substance: a.code?.text ?? a.code?.coding?.[0]?.display ?? '',
    reaction: reaction?.description ?? reaction?.manifestation[0]?.text,
    year: (a.onsetString ?? a.onsetDateTime ?? '').slice(0, 4) || undefined,
  };
}
