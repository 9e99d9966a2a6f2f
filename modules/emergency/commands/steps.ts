import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical, parseClinicalNumber } from '@mach/base/number-input.ts';
import { Problem, refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { orderStateOf, placeOrders, serviceOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { MedicationAdministration, Patient, ServiceRequest } from '@mach/fhir/types.ts';
import { checkVitals, readVitals, type VitalsData } from '@mach/vn/clinical/vitals.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import type { DrugUse, MarkStepResult, OrderSetResult } from '../contract.ts';
import { markStepInput, orderSetInput } from '../inputs.ts';
import type { StepRule } from '../rules/bundle-pack.ts';
import { stepOf } from '../rules/bundle-pack.ts';
import type { StepMark } from '../rules/bundle-run.ts';
import { computeDose, type Dose, type DoseRule } from '../rules/dose.ts';
import { lockRun, type OpenRun, writeMarks } from './bundle.ts';
import { lotExtensions, takeOut, usedOf } from './drug-use.ts';
import { ageYearsOf, measuredOn } from './measured.ts';
import { beginTreatment } from './place.ts';
import { patientOf, performer, seal, subjectOf } from './visit.ts';

export const markStepCommand = defineCommand({
  name: 'emergency.markStep',
  kind: 'fact',
  permission: 'emergency.bundle',
  title: { vi: 'Đánh dấu bước của gói', en: 'Mark a step of a bundle' },
  input: markStepInput,
  async handle(input, ctx): Promise<MarkStepResult> {
    const open = await lockRun(ctx, input.run);
    const step = stepOf(open.rule, input.step);
    if (!step) throw stepUnknown(input.step);
    if (step.kind !== 'dose' && open.state.steps.find((s) => s.rule.code === step.code)?.settled)
      throw refuse(
        409,
        'step-settled',
        { vi: `Bước "${step.vi}" đã được đánh dấu`, en: `The step "${step.en}" is marked already` },
        { field: 'step', remedy: { vi: 'Tải lại gói', en: 'Load the bundle again' } },
      );
    checkWords(step, input);
    const dosed = step.kind === 'dose' && input.outcome === 'done' ? await giveDose(ctx, open, step, input) : null;
    const text = [dosed?.dose.working.vi, input.text].filter(Boolean).join('. ');
    const mark = markOf(ctx, step.code, input.outcome, text);
    const result = writeMarks(ctx, open, [dosed ? { ...mark, given: dosed.given } : mark]);
    return { ...result, dose: dosed?.dose ?? null, given: dosed?.given ?? null, used: dosed?.used ?? null };
  },
});

const markOf = (
  ctx: CommandContext,
  step: string,
  kind: StepMark['kind'],
  text: string,
  orders: readonly string[] = [],
): StepMark => ({ step, kind, at: ctx.performedAt, by: ctx.actor.name, text, orders });

const stepUnknown = (code: string) =>
  refuse(
    422,
    'step-unknown',
    { vi: `Gói này không có bước "${code}"`, en: `This bundle has no step "${code}"` },
    { field: 'step', remedy: { vi: 'Tải lại gói', en: 'Load the bundle again' } },
  );

/** An answer needs its words, and so does what was not done. */
function checkWords(step: StepRule, input: z.output<typeof markStepInput>): void {
  if (input.text !== undefined) return;
  if (input.outcome === 'not-done')
    throw refuse(
      422,
      'reason-missing',
      { vi: `Chưa ghi lý do không làm "${step.vi}"`, en: `No reason why "${step.en}" is not done` },
      { field: 'text', remedy: { vi: 'Ghi lý do', en: 'Give the reason' } },
    );
  if (step.kind === 'ask')
    throw refuse(
      422,
      'answer-missing',
      { vi: `Chưa ghi: ${step.ask?.vi ?? step.vi}`, en: `Missing: ${step.ask?.en ?? step.en}` },
      { field: 'text', remedy: { vi: 'Ghi rồi đánh dấu', en: 'Write it down, then mark' } },
    );
}

const DAY_MS = 86_400_000;

/** Weight as typed, else as measured on this visit. Never guessed. */
async function weightFor(
  ctx: CommandContext,
  open: OpenRun,
  patient: Patient,
  typed: string | undefined,
): Promise<{ kg: Decimal | undefined; typed: boolean }> {
  if (typed === undefined) return { kg: (await measuredOn(ctx, open.visit.id)).values.weight, typed: false };
  const read = parseClinicalNumber(typed);
  const most = Decimal.of(open.data.estimates.maxWeightKg);
  if (read.ok && read.value.gt(0) && read.value.lte(most)) {
    refuseForAge(ctx, patient, read.value);
    return { kg: read.value, typed: true };
  }
  throw refuse(
    422,
    'weight-invalid',
    { vi: `"${typed}" không phải là cân nặng (kg)`, en: `"${typed}" is not a weight in kg` },
    { field: 'weightKg', remedy: { vi: `Nhập số, tối đa ${most} kg`, en: `Enter a number, at most ${most} kg` } },
  );
}

/** A weight that nobody of this age has (a slipped comma, grams): the dose would be wrong by the same factor. */
function refuseForAge(ctx: CommandContext, patient: Patient, kg: Decimal): void {
  const { birthDate } = patient;
  // Of a year alone the days are not known; a child of one year weighs three times a newborn.
  if (birthDate?.length !== 10) return;
  const ageDays = Math.max(0, Math.round((Date.parse(localDate(ctx.performedAt)) - Date.parse(birthDate)) / DAY_MS));
  const pack = readVitals(ctx.rules<VitalsData>('vitals').data);
  const impossible = checkVitals({ weight: kg }, { ageDays, pack }).filter((issue) => issue.severity === 'error');
  if (impossible.length > 0)
    throw new Problem(
      422,
      impossible.map((issue) => ({ ...issue, field: 'weightKg' })),
    );
}

async function giveDose(
  ctx: CommandContext,
  open: OpenRun,
  step: StepRule,
  input: z.output<typeof markStepInput>,
): Promise<{ dose: Dose; given: string; used: DrugUse | null }> {
  const rule = open.data.doses[step.dose ?? ''];
  if (!rule) throw new RangeError(`the bundle pack has no dose ${step.dose}`);
  const patient = await ctx.read<Patient>('Patient', patientOf(open.visit));
  const weight = await weightFor(ctx, open, patient, input.weightKg);
  const ageYears = ageYearsOf(patient, ctx.performedAt) ?? input.ageYears;
  const dose = computeDose(rule, { weightKg: weight.kg, ageYears });
  if (!dose.ok) throw new Problem(422, [dose.error]);
  const id = ctx.id();
  const use = await takeOut(ctx, { encounter: open.visit.id, rule, dose: dose.value, record: id });
  const record = administration(ctx, open, rule, dose.value, weight);
  const given = seal<MedicationAdministration>(ctx, {
    ...record,
    id,
    extension: [...(record.extension ?? []), ...lotExtensions(use)],
  });
  return { dose: dose.value, given: given.id, used: use && usedOf(use) };
}

function administration(
  ctx: CommandContext,
  open: OpenRun,
  rule: DoseRule,
  dose: Dose,
  weight: { kg: Decimal | undefined; typed: boolean },
): MedicationAdministration {
  const kg = weight.kg;
  const note = [dose.working.vi];
  if (kg !== undefined && weight.typed) note.push(`Cân nặng nhập khi dùng: ${formatClinical(kg)} kg`);
  return {
    resourceType: 'MedicationAdministration',
    status: 'completed',
    medicationCodeableConcept: {
      coding: rule.drug === undefined ? undefined : [{ system: CS.drug, code: rule.drug }],
      text: rule.vi,
    },
    subject: subjectOf(open.visit),
    context: { reference: `Encounter/${open.visit.id}` },
    supportingInformation: [{ reference: `Task/${open.task.id}` }],
    effectiveDateTime: ctx.performedAt,
    performer: [{ actor: performer(ctx) }],
    dosage: {
      text: dose.working.vi,
      route: { text: dose.route.vi },
      dose: { value: Number(dose.amount), unit: dose.unit },
    },
    note: note.map((text) => ({ text })),
    extension: [
      {
        url: EXT.computedBy,
        extension: [
          { url: 'name', valueString: 'bundles' },
          { url: 'hash', valueString: open.hash },
        ],
      },
    ],
  };
}

export const orderSetCommand = defineCommand({
  name: 'emergency.orderSet',
  kind: 'intent',
  permission: 'emergency.order',
  title: { vi: 'Gửi y lệnh của gói', en: 'Send the orders of a bundle' },
  input: orderSetInput,
  async handle(input, ctx): Promise<OrderSetResult> {
    const first = await lockRun(ctx, input.run);
    await beginTreatment(ctx, first.visit.id);
    const open = await lockRun(ctx, input.run);
    const steps = chosenSteps(open, input.steps);
    const standing = await standingServices(ctx, open.visit.id);
    const wanted = steps.flatMap((step) =>
      (step.services ?? []).map((service) => ({ step: step.code, service, again: step.again === true })),
    );
    const items = wanted.filter(
      (w, i) => (w.again || !standing.has(w.service)) && wanted.findIndex((o) => o.service === w.service) === i,
    );
    if (items.length === 0) throw nothingToOrder();
    const placed = await ctx.call(placeOrders, {
      encounter: open.visit.id,
      items: items.map(({ service }) => ({ service, priority: 'stat' as const, question: open.rule.vi })),
    });
    const marks = steps.map((step) => {
      const own = placed.orders.filter((o) => step.services?.includes(o.service));
      return markOf(
        ctx,
        step.code,
        'ordered',
        own.map((o) => o.service).join(', ') || 'Đã có chỉ định',
        own.map((o) => o.order),
      );
    });
    const result = writeMarks(ctx, open, marks);
    return {
      ...result,
      orders: placed.orders.map(({ order, orderCode, service }) => ({ order, orderCode, service })),
      left: wanted.filter((w) => !items.includes(w)).map((w) => w.service),
    };
  },
});

/** Steps that were named, or every needed one whose orders are not placed. */
function chosenSteps(open: OpenRun, named: readonly string[] | undefined): StepRule[] {
  if (named === undefined)
    return open.state.steps
      .filter((s) => s.rule.kind === 'order' && !s.rule.optional && !s.marks.some((m) => m.kind === 'ordered'))
      .map((s) => s.rule);
  return named.map((code) => {
    const step = stepOf(open.rule, code);
    if (step?.kind !== 'order') throw stepUnknown(code);
    return step;
  });
}

/** Services of this visit that somebody ordered and nobody cancelled: not twice by mistake. */
async function standingServices(ctx: CommandContext, encounter: string): Promise<Set<string>> {
  const orders = await ctx.referring<ServiceRequest>('ServiceRequest.encounter', encounter);
  return new Set(orders.filter((o) => orderStateOf(o) !== 'cancelled').flatMap((o) => serviceOf(o) ?? []));
}

const nothingToOrder = () =>
  refuse(
    409,
    'nothing-to-order',
    { vi: 'Các chỉ định của gói đã có', en: 'The orders of this bundle stand already' },
    { field: 'steps', remedy: { vi: 'Xem phần chỉ định', en: 'See the orders' } },
  );
