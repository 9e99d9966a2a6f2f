import { refuse } from '@mach/base/problem.ts';
import { defined, idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { AllergyIntolerance, Encounter, Patient } from '@mach/fhir/types.ts';
import type { MergePeopleResult, SeparatePeopleResult } from '../contract.ts';
import { mergePeopleInput, separatePeopleInput } from '../inputs.ts';
import { allergiesAfter, isSeparable, mergeOf, reopenedExtensions, SEPARATE_DAYS } from '../merged.ts';
import { PAPER_SYSTEM, patientCodeOf } from '../person.ts';
import { NO_KNOWN_ALLERGY } from '../read.ts';
import { IDENTIFIED, UNIDENTIFIED, unidentifiedOf } from '../unknown.ts';
import { mergeInto, moveBack, relativesOf } from './merge.ts';
import type { PatientRecord } from './register.ts';
import { refuseUnfit } from './unknown.ts';

/** The visits first, as in every deed on them; then the two people, always in one order. */
async function lockBoth(ctx: CommandContext, of: string, ids: readonly [string, string]): Promise<PatientRecord[]> {
  const visits = await ctx.referring<Encounter>('Encounter.subject', of);
  for (const visit of [...visits].sort((a, b) => (a.id < b.id ? -1 : 1)))
    await ctx.lock<Encounter>('Encounter', visit.id);
  const locked = new Map<string, PatientRecord>();
  for (const id of [...ids].sort()) locked.set(id, await ctx.lock<Patient>('Patient', id));
  return ids.flatMap((id) => locked.get(id) ?? []);
}

const numberOf = (patient: Patient): string | undefined =>
  patient.identifier?.find((i) => i.system === PAPER_SYSTEM.cccd)?.value;

export const mergePeopleCommand = defineCommand({
  name: 'reception.mergePeople',
  kind: 'intent',
  permission: 'reception.register',
  title: { vi: 'Gộp hai hồ sơ của một người', en: 'Merge two records of one person' },
  input: mergePeopleInput,
  async handle(input, ctx): Promise<MergePeopleResult> {
    const [from, to] = await lockBoth(ctx, input.patient, [input.patient, input.into]);
    if (!from || !to) throw new RangeError('two records were locked');
    if (unidentifiedOf(from) || from.active === false)
      throw refuse(
        409,
        'record-unfit',
        { vi: 'Hồ sơ này không gộp được ở đây', en: 'This record cannot be merged here' },
        {
          field: 'patient',
          remedy: { vi: 'Người chưa rõ tên: dùng "Đặt tên / ghép hồ sơ"', en: 'Somebody unknown is identified' },
        },
      );
    refuseUnfit(from, to);
    const numbers = [numberOf(from), numberOf(to)];
    if (numbers[0] !== undefined && numbers[1] !== undefined && numbers[0] !== numbers[1])
      throw refuse(
        409,
        'numbers-differ',
        {
          vi: 'Hai hồ sơ có số CCCD khác nhau: là hai người',
          en: 'The two records have different personal numbers: two people',
        },
        { field: 'into', remedy: { vi: 'Sửa số CCCD ghi sai trước khi gộp', en: 'Correct the wrong number first' } },
      );
    const how = { how: input.how, by: ctx.actor.practitioner ?? ctx.actor.login, at: ctx.performedAt };
    const moved = await mergeInto(ctx, from, to, how);
    ctx.emit('reception.identified', { code: patientCodeOf(from) ?? '', patient: from.id, into: to.id, moved });
    return { patient: to.id, patientCode: patientCodeOf(to) ?? '', moved };
  },
});

export const separatePeopleCommand = defineCommand({
  name: 'reception.separatePeople',
  kind: 'intent',
  permission: 'reception.register',
  title: { vi: 'Tách hồ sơ đã gộp nhầm', en: 'Part records that were merged wrongly' },
  input: separatePeopleInput,
  async handle(input, ctx): Promise<SeparatePeopleResult> {
    const closed = await ctx.read<Patient>('Patient', input.patient);
    const into = idOf(closed.link?.find((link) => link.type === 'replaced-by')?.other);
    if (into === undefined) throw notMerged();
    const [from, to] = await lockBoth(ctx, into, [input.patient, into]);
    const merge = from && mergeOf(from);
    if (!from || !to || !merge || from.active !== false) throw notMerged();
    if (!isSeparable(merge, ctx.performedAt))
      throw refuse(
        409,
        'merge-too-old',
        { vi: `Đã gộp quá ${SEPARATE_DAYS} ngày`, en: `Merged more than ${SEPARATE_DAYS} days ago` },
        {
          field: 'patient',
          remedy: {
            vi: 'Báo phòng kế hoạch tổng hợp đính chính từng hồ sơ',
            en: 'The records office corrects each record',
          },
        },
      );
    const moved = await moveBack(ctx, from, to, { merge, reason: input.reason });
    ctx.update<Patient>(
      defined({
        ...from,
        active: true,
        extension: allergiesAfter(
          reopenedExtensions(from, { unidentified: UNIDENTIFIED, identified: IDENTIFIED }),
          await allergyState(ctx, from.id),
        ),
        link: without(from, to),
      }),
    );
    const state = await allergyState(ctx, to.id);
    ctx.update<Patient>(
      defined({ ...to, extension: allergiesAfter(to.extension ?? [], state), link: without(to, from) }),
    );
    ctx.emit('reception.separated', { patient: from.id, from: to.id, moved });
    return { patient: from.id, patientCode: patientCodeOf(from) ?? '', from: to.id, moved };
  },
});

/** What the allergies that name somebody now say: also one in words alone, which no list of substances knows. */
async function allergyState(ctx: CommandContext, patient: string): Promise<'known' | 'none' | undefined> {
  const found = await ctx.referring<AllergyIntolerance>('AllergyIntolerance.patient', patient);
  const standing = found.filter(
    (one) =>
      one.patient?.reference === `Patient/${patient}` &&
      !['entered-in-error', 'refuted'].includes(one.verificationStatus?.coding?.[0]?.code ?? '') &&
      !['inactive', 'resolved'].includes(one.clinicalStatus?.coding?.[0]?.code ?? ''),
  );
  const isNone = (one: AllergyIntolerance): boolean =>
    one.code?.coding?.some((c) => c.code === NO_KNOWN_ALLERGY) ?? false;
  if (standing.some((one) => !isNone(one))) return 'known';
  return standing.length > 0 ? 'none' : undefined;
}

const without = (patient: PatientRecord, other: PatientRecord): Patient['link'] => {
  // What came with the other record goes with it: the mother of somebody's children is that one.
  const theirs = new Set(other.active === false ? relativesOf(other).map((link) => link.other.reference) : []);
  const rest = (patient.link ?? []).filter(
    ({ other: { reference } }) => reference !== `Patient/${other.id}` && !theirs.has(reference),
  );
  return rest.length > 0 ? rest : undefined;
};

const notMerged = () =>
  refuse(
    409,
    'not-merged',
    { vi: 'Hồ sơ này không bị gộp', en: 'This record was not merged' },
    { field: 'patient', remedy: { vi: 'Mở lại danh sách', en: 'Open the list again' } },
  );
