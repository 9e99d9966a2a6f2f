import { foldText } from '@mach/base/fold.ts';
import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { AllergyIntolerance, Patient } from '@mach/fhir/types.ts';
import type { IdentifiedResource } from '@mach/store';
import { CS } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import type { AllergiesResult } from '../contract.ts';
import { type allergyItemInput, recordAllergiesInput } from '../inputs.ts';
import {
  allergyStateOf,
  clinicalStatus,
  isActiveAllergy,
  isNoneKnown,
  isStanding,
  NO_KNOWN_ALLERGY,
  stateOf,
  substanceKey,
  verificationStatus,
  withAllergyState,
} from '../rules/allergies.ts';
import { prescribingPacks } from './packs.ts';
import { create, performer, update } from './visit.ts';

type Known = IdentifiedResource<AllergyIntolerance>;
type Item = z.output<typeof allergyItemInput>;

export const allergiesOf = (ctx: CommandContext, patient: string): Promise<Known[]> =>
  ctx.referring<AllergyIntolerance>('AllergyIntolerance.patient', patient);

export const recordAllergiesCommand = defineCommand({
  name: 'outpatient.recordAllergies',
  kind: 'intent',
  permission: 'outpatient.record-allergies',
  title: { vi: 'Ghi tiền sử dị ứng', en: 'Record allergies' },
  input: recordAllergiesInput,
  async handle(input, ctx): Promise<AllergiesResult> {
    const patient = await ctx.lock<Patient>('Patient', input.patient);
    const all = new Map((await allergiesOf(ctx, patient.id)).map((a) => [a.id, a]));
    for (const [i, { allergy, reason }] of (input.refuted ?? []).entries()) {
      const one = all.get(allergy);
      if (!one || !isStanding(one)) throw notThere(`refuted.${i}.allergy`);
      all.set(
        allergy,
        update<AllergyIntolerance>(ctx, {
          ...one,
          clinicalStatus: clinicalStatus('inactive'),
          verificationStatus: verificationStatus('refuted'),
          note: [...(one.note ?? []), { text: reason, time: ctx.performedAt }],
        }),
      );
    }
    const about = frame(ctx, patient, input.encounter);
    if (input.none) {
      const standing = [...all.values()].filter(isActiveAllergy);
      if (standing.length > 0) throw stillThere(standing);
      if (stateOf([...all.values()]) !== 'none') {
        const none = create<AllergyIntolerance>(ctx, {
          ...about,
          code: {
            coding: [{ system: CS.snomed, code: NO_KNOWN_ALLERGY, display: 'No known allergy' }],
            text: 'Không dị ứng đã biết',
          },
        });
        all.set(none.id, none);
      }
    }
    for (const item of input.items ?? []) {
      const written = writeItem(ctx, about, item, [...all.values()]);
      all.set(written.id, written);
    }
    // A statement that there is none ends with the first that is.
    if ([...all.values()].some(isActiveAllergy))
      for (const one of all.values())
        if (isStanding(one) && isNoneKnown(one))
          all.set(one.id, update<AllergyIntolerance>(ctx, { ...one, clinicalStatus: clinicalStatus('inactive') }));
    const state = stateOf([...all.values()]);
    if (allergyStateOf(patient) !== (state ?? undefined)) update<Patient>(ctx, withAllergyState(patient, state));
    ctx.emit('outpatient.allergiesRecorded', { patient: patient.id, state });
    return { state, allergies: [...all.values()].filter(isActiveAllergy).map((a) => a.id) };
  },
});

type Frame = Pick<
  AllergyIntolerance,
  'resourceType' | 'clinicalStatus' | 'verificationStatus' | 'patient' | 'encounter' | 'recordedDate' | 'recorder'
>;

function frame(ctx: CommandContext, patient: Patient & { id: string }, encounter: string | undefined): Frame {
  return {
    resourceType: 'AllergyIntolerance',
    clinicalStatus: clinicalStatus('active'),
    verificationStatus: verificationStatus('confirmed'),
    patient: { reference: `Patient/${patient.id}`, display: patient.name?.[0]?.text },
    encounter: encounter === undefined ? undefined : { reference: `Encounter/${encounter}` },
    recordedDate: ctx.performedAt,
    recorder: performer(ctx),
  };
}

/** A new allergy, or what is newly known of one that stands already. */
function writeItem(ctx: CommandContext, about: Frame, item: Item, all: readonly Known[]): Known {
  const { rules, ingredients } = prescribingPacks(ctx);
  const { key, recognised } = substanceKey(item.ingredient ?? item.substance, rules, ingredients);
  const coding = item.kind === 'medication' && recognised ? [{ system: CS.ingredient, code: key }] : undefined;
  const content: AllergyIntolerance = {
    ...about,
    type: 'allergy',
    category: [item.kind],
    criticality: item.criticality,
    code: { coding, text: item.substance.normalize('NFC') },
    onsetString: item.since,
    reaction:
      item.reaction === undefined && item.severity === undefined
        ? undefined
        : [{ manifestation: [{ text: item.reaction ?? 'Không rõ' }], severity: item.severity }],
  };
  const known = all.find((a) => isActiveAllergy(a) && sameSubstance(a, key, item.substance));
  if (!known) return create<AllergyIntolerance>(ctx, content);
  return update<AllergyIntolerance>(ctx, {
    ...known,
    recordedDate: content.recordedDate,
    recorder: content.recorder,
    criticality: content.criticality ?? known.criticality,
    onsetString: content.onsetString ?? known.onsetString,
    reaction: content.reaction ? [...(known.reaction ?? []), ...content.reaction] : known.reaction,
  });
}

function sameSubstance(a: AllergyIntolerance, key: string, text: string): boolean {
  const coded = a.code?.coding?.find((c) => c.system === CS.ingredient)?.code;
  return coded === key || foldText(a.code?.text ?? '') === foldText(text);
}

const notThere = (field: string) =>
  refuse(
    422,
    'allergy-not-standing',
    { vi: 'Không có dị ứng này đang được ghi nhận', en: 'This allergy does not stand in the record' },
    { field, remedy: { vi: 'Tải lại danh sách dị ứng', en: 'Reload the allergies' } },
  );

function stillThere(standing: readonly AllergyIntolerance[]) {
  const names = standing.map((a) => a.code?.text ?? '').join(', ');
  return refuse(
    409,
    'allergies-known',
    { vi: `Hồ sơ đang ghi dị ứng: ${names}`, en: `The record holds allergies: ${names}` },
    {
      field: 'none',
      remedy: { vi: 'Bác bỏ từng dị ứng kèm lý do trước', en: 'Refute each of them with a reason first' },
    },
  );
}
