import { Problem, refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { defined, openVisit } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter, Patient } from '@mach/fhir/types.ts';
import { checkPerson } from '@mach/vn/person.ts';
import type { IdentifyUnknownResult, ReceiveUnknownResult } from '../contract.ts';
import { identifyUnknownInput, type PersonFields, receiveUnknownInput } from '../inputs.ts';
import { patientCodeOf, patientFrom, personInput } from '../person.ts';
import { identifiedExtensions, unidentifiedOf, unknownCode, unknownPatient } from '../unknown.ts';
import { mergeInto } from './merge.ts';
import { byPaper, newCode, type PatientRecord, personContext, personFacts, readScans, samePerson } from './register.ts';

export const receiveUnknownCommand = defineCommand({
  name: 'reception.receiveUnknown',
  kind: 'intent',
  permission: 'reception.check-in',
  title: { vi: 'Tiếp nhận người chưa rõ danh tính', en: 'Receive somebody unidentified' },
  input: receiveUnknownInput,
  async handle(input, ctx): Promise<ReceiveUnknownResult> {
    const day = localDate(ctx.performedAt);
    const code = unknownCode(day, await ctx.next(`unknown:${day}`));
    const patientCode = await newCode(ctx);
    const { room, reason, ...facts } = input;
    const patient = ctx.create<Patient>(
      unknownPatient(facts, { id: ctx.id(), code, patientCode, day, at: ctx.performedAt }),
    );
    ctx.emit('reception.registered', { patient: patient.id, patientCode });
    const opened = await ctx.call(openVisit, {
      patient: patient.id,
      room,
      reason,
      payer: 'fee',
      priority: { reason: 'emergency' },
    });
    return {
      encounter: opened.encounter,
      state: opened.state,
      visitCode: opened.visitCode,
      queueNumber: opened.queueNumber,
      room,
      patient: patient.id,
      patientCode,
      code,
    };
  },
});

export const identifyUnknownCommand = defineCommand({
  name: 'reception.identifyUnknown',
  kind: 'intent',
  permission: 'reception.register',
  title: { vi: 'Xác định danh tính', en: 'Identify somebody unknown' },
  input: identifyUnknownInput,
  async handle(input, ctx): Promise<IdentifyUnknownResult> {
    const visits = await ctx.referring<Encounter>('Encounter.subject', input.patient);
    // The visits first, as in every deed on them.
    for (const visit of [...visits].sort((a, b) => (a.id < b.id ? -1 : 1)))
      await ctx.lock<Encounter>('Encounter', visit.id);
    const unknown = await ctx.lock<Patient>('Patient', input.patient);
    const told = unidentifiedOf(unknown);
    if (!told || unknown.active === false)
      throw refuse(
        409,
        'not-unidentified',
        { vi: 'Hồ sơ này đã có danh tính', en: 'This record has an identity already' },
        {
          field: 'patient',
          remedy: { vi: 'Sửa thông tin ở hồ sơ của người đó', en: 'Change the particulars of that record' },
        },
      );
    const how = { how: input.how, by: ctx.actor.practitioner ?? ctx.actor.login, at: ctx.performedAt };
    const before = { code: told.code, patient: unknown.id };
    if (input.known !== undefined) {
      const known = await ctx.lock<Patient>('Patient', input.known);
      refuseUnfit(unknown, known);
      const moved = await mergeInto(ctx, unknown, known, how);
      ctx.emit('reception.identified', { ...before, into: known.id, moved });
      return { patient: known.id, patientCode: patientCodeOf(known) ?? '', merged: true, moved };
    }
    const { cccd, bhyt } = readScans(ctx, input);
    const fields: Partial<PersonFields> = { ...bhyt?.person, ...cccd?.person, ...input.person };
    const named = await giveName(ctx, unknown, fields, cccd !== undefined, how);
    ctx.emit('reception.identified', { ...before, into: unknown.id, moved: 0 });
    return { patient: named.id, patientCode: patientCodeOf(named) ?? '', merged: false, moved: 0 };
  },
});

/** Nobody here was known under this name: the record itself gets it. */
async function giveName(
  ctx: CommandContext,
  unknown: PatientRecord,
  fields: Partial<PersonFields>,
  scanned: boolean,
  how: { how: string; by: string; at: string },
): Promise<PatientRecord> {
  const known = samePerson(fields, await byPaper(ctx, fields));
  if (known && known.id !== unknown.id)
    throw refuse(
      409,
      'has-record',
      {
        vi: `Người này đã có hồ sơ ${patientCodeOf(known) ?? ''} ${known.name?.[0]?.text ?? ''}`,
        en: `This person has record ${patientCodeOf(known) ?? ''} ${known.name?.[0]?.text ?? ''}`,
      },
      { field: `known.${known.id}`, remedy: { vi: 'Gộp vào hồ sơ đó', en: 'Merge into that record' } },
    );
  const errors = checkPerson(personInput(fields), personContext(ctx)).filter((i) => i.severity === 'error');
  if (errors.length > 0)
    throw new Problem(
      422,
      errors.map((e) => ({ ...e, field: `person.${e.field ?? ''}` })),
    );
  const code = patientCodeOf(unknown) ?? (await newCode(ctx));
  const content = patientFrom(fields, personFacts(ctx, fields, code, scanned), {
    ...unknown,
    extension: identifiedExtensions(unknown, how),
    identifier: unknown.identifier?.map((i) => (i.use === 'temp' ? { ...i, use: 'old' as const } : i)),
  });
  const named = ctx.update<Patient>(defined({ ...content, id: unknown.id }));
  const display = named.name?.[0]?.text;
  for (const visit of await ctx.referring<Encounter>('Encounter.subject', unknown.id))
    ctx.update<Encounter>({ ...visit, subject: { ...visit.subject, display } });
  return named;
}

/** A record that cannot be this person's: of the other sex, of somebody dead, or one that leads elsewhere itself. */
export function refuseUnfit(unknown: PatientRecord, known: PatientRecord): void {
  const sexes = [unknown.gender, known.gender];
  const unfit =
    known.id === unknown.id || known.active === false || unidentifiedOf(known) !== undefined
      ? { code: 'record-unfit', vi: 'Hồ sơ được chọn không dùng được', en: 'The chosen record cannot be used' }
      : known.deceasedBoolean === true || known.deceasedDateTime !== undefined
        ? {
            code: 'deceased',
            vi: 'Hồ sơ được chọn là của người đã mất',
            en: 'The chosen record is of somebody deceased',
          }
        : sexes.every((s) => s === 'male' || s === 'female') && sexes[0] !== sexes[1]
          ? { code: 'sex-differs', vi: 'Giới tính hai hồ sơ khác nhau', en: 'The two records differ in sex' }
          : undefined;
  if (unfit)
    throw refuse(
      409,
      unfit.code,
      { vi: unfit.vi, en: unfit.en },
      { field: 'known', remedy: { vi: 'Xem lại người được chọn', en: 'Look at the chosen person again' } },
    );
}
