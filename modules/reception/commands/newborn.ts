import { Problem, refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { defined } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Observation, Patient, RelatedPerson } from '@mach/fhir/types.ts';
import { tidyName } from '@mach/vn/names.ts';
import { checkPerson } from '@mach/vn/person.ts';
import type { z } from 'zod';
import type { RegisterNewbornResult } from '../contract.ts';
import { type PersonFields, registerNewbornInput } from '../inputs.ts';
import {
  asNewborn,
  birthTimeOf,
  birthWeight,
  isMother,
  isNewborn,
  motherOf,
  newbornCode,
  newbornName,
} from '../newborn.ts';
import { patientCodeOf, patientFrom, personInput, personOf } from '../person.ts';
import { unidentifiedOf } from '../unknown.ts';
import { keepCard } from './coverage.ts';
import { newCode, notice, type PatientRecord, personContext, personFacts } from './register.ts';

type Input = z.output<typeof registerNewbornInput>;

const DAY_MS = 24 * 3_600_000;

export const registerNewbornCommand = defineCommand({
  name: 'reception.registerNewborn',
  kind: 'intent',
  permission: 'reception.register',
  title: { vi: 'Đăng ký trẻ sơ sinh', en: 'Register a newborn' },
  input: registerNewbornInput,
  async handle(input, ctx): Promise<RegisterNewbornResult> {
    refuseTime(input, ctx);
    const mother = input.mother === undefined ? undefined : await motherRecord(ctx, input.mother);
    const name = nameOf(input, mother);
    const fields = fieldsOf(input, name, mother);
    const issues = checkPerson(personInput(fields), personContext(ctx));
    const errors = issues.filter((one) => one.severity === 'error');
    if (errors.length > 0)
      throw new Problem(
        422,
        errors.map((one) => ({ ...one, field: `person.${one.field ?? ''}` })),
      );
    if (mother) await refuseTwice(ctx, input, mother);

    const patientCode = await newCode(ctx);
    const day = localDate(ctx.performedAt);
    const code = newbornCode(day, await ctx.next(`newborn:${day}`));
    const content = asNewborn(patientFrom(fields, personFacts(ctx, fields, patientCode, false)), {
      code,
      bornAt: input.bornAt,
      ownName: input.name !== undefined,
      ...(input.children > 1 ? { order: input.order } : {}),
    });
    const child = ctx.create<Patient>(defined({ ...content, id: ctx.id() }));
    ctx.emit('reception.registered', { patient: child.id, patientCode });
    const of = { child: child.id, name, grams: input.weight, bornAt: input.bornAt, at: ctx.performedAt };
    ctx.create<Observation>(birthWeight(of));
    linkMother(ctx, child, input, mother);
    const card = input.temporaryCard;
    if (card !== undefined)
      await keepCard(ctx, child, undefined, {
        number: card,
        validFrom: localDate(input.bornAt),
        // A temporary card is registered with the province that gave it (NN000).
        registeredFacility: `${card.slice(3, 5)}000`,
      });
    return { patient: child.id, patientCode, code, name, notices: issues.map(notice) };
  },
});

function refuseTime(input: Input, ctx: CommandContext): void {
  const late = Date.parse(input.bornAt) > Date.parse(ctx.performedAt);
  if (late || !isNewborn(input.bornAt, ctx.performedAt))
    throw refuse(
      422,
      late ? 'birth-future' : 'not-newborn',
      late
        ? { vi: 'Giờ sinh ở tương lai', en: 'The time of birth is in the future' }
        : { vi: 'Trẻ đã quá 28 ngày tuổi', en: 'The child is older than 28 days' },
      {
        field: 'bornAt',
        remedy: late
          ? { vi: 'Xem lại ngày giờ sinh', en: 'Look at the date and time again' }
          : { vi: 'Đăng ký bằng "Người mới" (F10)', en: 'Register with "New person" (F10)' },
      },
    );
  if (input.order > input.children)
    throw refuse(
      422,
      'birth-order',
      { vi: 'Thứ tự lớn hơn số con của lần sinh', en: 'The order is beyond the number of children' },
      { field: 'order', remedy: { vi: 'Xem lại số con và thứ tự', en: 'Look at the number and the order again' } },
    );
}

async function motherRecord(ctx: CommandContext, id: string): Promise<PatientRecord> {
  const mother = await ctx.lock<Patient>('Patient', id);
  const unfit =
    mother.active === false || unidentifiedOf(mother) !== undefined
      ? { code: 'mother-unfit', vi: 'Hồ sơ mẹ này không dùng được', en: 'This record cannot be used' }
      : mother.gender === 'male'
        ? { code: 'mother-sex', vi: 'Hồ sơ được chọn là của nam', en: 'The chosen record is of a man' }
        : undefined;
  if (unfit)
    throw refuse(
      409,
      unfit.code,
      { vi: unfit.vi, en: unfit.en },
      { field: 'mother', remedy: { vi: 'Chọn đúng hồ sơ của mẹ', en: "Choose the mother's own record" } },
    );
  return mother;
}

function nameOf(input: Input, mother: PatientRecord | undefined): string {
  if (input.name !== undefined) return tidyName(input.name);
  const of = mother?.name?.[0]?.text ?? input.motherName;
  if (of === undefined)
    throw refuse(
      422,
      'name-missing',
      { vi: 'Chưa chọn mẹ, chưa có tên của trẻ', en: 'Neither the mother nor a name is given' },
      {
        field: 'mother',
        remedy: { vi: 'Chọn mẹ, hoặc gõ tên trẻ', en: "Choose the mother, or type the child's name" },
      },
    );
  return newbornName(tidyName(of), input);
}

/** The child lives where its mother does, and is reached through her. */
function fieldsOf(input: Input, name: string, mother: PatientRecord | undefined): Partial<PersonFields> {
  const home = mother === undefined ? {} : personOf(mother);
  const hers: Partial<PersonFields> =
    mother === undefined
      ? {}
      : {
          provinceCode: home.provinceCode,
          wardCode: home.wardCode,
          addressLine: home.addressLine,
          ethnic: home.ethnic,
          nationality: home.nationality,
          guardian: {
            name: mother.name?.[0]?.text,
            relation: 'Mẹ',
            ...(home.phone ? { phone: home.phone } : { noPhone: true }),
          },
        };
  return {
    ...hers,
    ...input.person,
    name,
    birthDate: localDate(input.bornAt),
    sex: input.sex,
    noPhone: true,
    ...(input.birthPaper === undefined
      ? { idPaper: 'none' as const }
      : { idPaper: 'birth-certificate' as const, idNumber: input.birthPaper }),
  };
}

/** The same mother, the same child of the delivery, within a day: the record is there already. */
async function refuseTwice(ctx: CommandContext, input: Input, mother: PatientRecord): Promise<void> {
  for (const link of mother.link ?? []) {
    const [type, id] = (link.other.reference ?? '').split('/');
    const person = type === 'RelatedPerson' && id ? await ctx.find<RelatedPerson>('RelatedPerson', id) : undefined;
    if (!person || !isMother(person)) continue;
    const child = await ctx.find<Patient>('Patient', person.patient.reference?.split('/')[1] ?? '');
    const born = child && birthTimeOf(child);
    if (!child || child.active === false || born === undefined) continue;
    if (Math.abs(Date.parse(born) - Date.parse(input.bornAt)) > DAY_MS) continue;
    if ((child.multipleBirthInteger ?? 1) !== input.order) continue;
    const code = patientCodeOf(child) ?? '';
    throw refuse(
      409,
      'newborn-known',
      { vi: `Trẻ này đã có hồ sơ ${code}`, en: `This child has record ${code} already` },
      {
        field: `child.${child.id}`,
        remedy: {
          vi: 'Mở hồ sơ đó; sinh đôi thì ghi số con và thứ tự',
          en: 'Open that record; of twins give the order',
        },
      },
    );
  }
}

function linkMother(ctx: CommandContext, child: PatientRecord, input: Input, mother: PatientRecord | undefined): void {
  const name = mother?.name?.[0]?.text ?? (input.motherName && tidyName(input.motherName));
  if (!name) return;
  const person = ctx.create<RelatedPerson>(
    defined({
      ...motherOf(child.id, {
        name,
        patientCode: mother && patientCodeOf(mother),
        phone: mother && personOf(mother).phone,
      }),
      id: ctx.id(),
    }),
  );
  if (mother)
    ctx.update<Patient>({
      ...mother,
      link: [...(mother.link ?? []), { other: { reference: `RelatedPerson/${person.id}` }, type: 'seealso' }],
    });
}
