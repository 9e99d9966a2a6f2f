import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { formatDate, localDate } from '@mach/base/time.ts';
import { cancelPrescription, payerOf, prescriptionStateOf, signPrescription } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { MedicationRequest, Patient, Task } from '@mach/fhir/types.ts';
import type { DrugItem } from '@mach/vn/clinical/formulary.ts';
import { checkPrescription } from '@mach/vn/clinical/prescribing.ts';
import type { PrescriptionPatient } from '@mach/vn/clinical/prescribing-types.ts';
import type { z } from 'zod';
import type { Finding, Prescribed, PrescribeResult } from '../contract.ts';
import { prescribeInput, replacePrescriptionInput } from '../inputs.ts';
import { activeMedications } from '../rules/active-medications.ts';
import { ageMonths } from '../rules/age.ts';
import { isActiveAllergy, stateOf, toCheck } from '../rules/allergies.ts';
import { type ReadLine, readLine, toKernelLine } from '../rules/dose-line.ts';
import { type Judged, judge, namedFindings, ruleOf } from '../rules/findings.ts';
import { allergiesOf } from './allergies.ts';
import { diagnosesOf, prescriptionPatient } from './clinical-facts.ts';
import { prescribingPacks } from './packs.ts';
import { lockAtDoctor, patientOf, requirePractitioner, type Visit } from './visit.ts';

type Input = z.output<typeof prescribeInput>;
type Kind = Prescribed['kind'];

export const prescribeCommand = defineCommand({
  name: 'outpatient.prescribe',
  kind: 'intent',
  permission: 'outpatient.prescribe',
  title: { vi: 'Kê và ký đơn thuốc', en: 'Prescribe and sign' },
  input: prescribeInput,
  async handle(input, ctx): Promise<PrescribeResult> {
    requirePractitioner(ctx);
    const visit = await lockAtDoctor(ctx, input.encounter);
    return prescribe(ctx, visit, input, new Set());
  },
});

export const replacePrescriptionCommand = defineCommand({
  name: 'outpatient.replacePrescription',
  kind: 'intent',
  permission: 'outpatient.prescribe',
  title: { vi: 'Thay thế đơn thuốc', en: 'Replace a prescription' },
  input: replacePrescriptionInput,
  async handle(input, ctx): Promise<PrescribeResult> {
    requirePractitioner(ctx);
    const visit = await lockAtDoctor(ctx, input.encounter);
    const { replaces, reason, ...rest } = input;
    const codes = new Set<string>();
    for (const [i, prescription] of replaces.entries()) {
      const tasks = await ctx.referring<Task>('Task.focus', prescription);
      const task = tasks.find((t) => prescriptionStateOf(t) !== undefined);
      if (task?.encounter?.reference !== `Encounter/${visit.id}`) throw ofAnother(`replaces.${i}`);
      codes.add(task.identifier?.[0]?.value ?? '');
      await ctx.call(cancelPrescription, { prescription, reason });
    }
    return prescribe(ctx, visit, rest, codes);
  },
});

/** Reads, checks and signs. `replaced`: codes of prescriptions that this one takes the place of. */
async function prescribe(
  ctx: CommandContext,
  visit: Visit,
  input: Input,
  replaced: ReadonlySet<string>,
): Promise<PrescribeResult> {
  if (input.revisit !== undefined && input.revisit < localDate(ctx.performedAt)) throw revisitPast(input.revisit);
  const packs = prescribingPacks(ctx);
  const read = input.lines.map((line, i) => readLine(line, i, packs.formulary));
  const issues = read.filter((r): r is Issue[] => Array.isArray(r)).flat();
  if (issues.length > 0) throw new Problem(422, issues);
  const lines = read.filter((r): r is ReadLine => !Array.isArray(r));

  const patient = await ctx.read<Patient>('Patient', patientOf(visit));
  const companion = input.accompanying ?? patient.contact?.[0]?.name?.text;
  const person = await prescriptionPatient(ctx, visit, patient, companion);
  const findings = await check(ctx, visit, { lines, person, replaced });
  const judged = judge(findings, ctx.overrides);
  if (judged.refused.length > 0) throw new Problem(422, judged.refused);

  const advice = [input.advice, childDetails(patient, ctx.performedAt, person, packs.rules.childUnderMonths)]
    .filter((part) => part)
    .join('\n');
  const prescriptions: Prescribed[] = [];
  for (const kind of ['C', 'H', 'N'] as const) {
    const own = lines.flatMap((line, i) => (kindOf(line.drug) === kind ? [{ line, i }] : []));
    if (own.length === 0) continue;
    const signed = await ctx.call(signPrescription, {
      encounter: visit.id,
      kind,
      lines: own.map(({ line, i }) => toKernelLine(line, overridesOf(judged, i))),
      advice: advice === '' ? undefined : advice,
      revisit: input.revisit,
    });
    prescriptions.push({ ...signed, kind });
  }
  return { prescriptions, findings };
}

/** Narcotics, and psychotropics with precursors, each go on a prescription of their own. */
const kindOf = (drug: DrugItem): Kind => (drug.control === 'N' ? 'N' : drug.control === undefined ? 'C' : 'H');

interface Checking {
  lines: readonly ReadLine[];
  person: PrescriptionPatient;
  replaced: ReadonlySet<string>;
}

/** The same pure checks that the doctor's screen ran, over what the records say now. */
async function check(ctx: CommandContext, visit: Visit, { lines, person, replaced }: Checking): Promise<Finding[]> {
  const { rules, formulary, ingredients } = prescribingPacks(ctx);
  const allergies = await allergiesOf(ctx, patientOf(visit));
  const taken = await ctx.referring<MedicationRequest>('MedicationRequest.subject', patientOf(visit));
  const state = stateOf(allergies);
  const diagnoses = await diagnosesOf(ctx, visit);
  const insured = payerOf(visit) === 'bhyt';
  const checked = checkPrescription(
    {
      patient: person,
      allergyState: state === 'known' ? 'listed' : state === 'none' ? 'none-known' : 'not-asked',
      allergies: allergies.filter(isActiveAllergy).map((a) => toCheck(a, rules, ingredients)),
      lines: lines.map(({ drug, dose }) => ({ drug, dose })),
      activeMedications: activeMedications(taken, {
        at: ctx.performedAt,
        prescribing: lines.map((l) => l.drug.ingredients),
        leaveOut: replaced,
        formulary,
      }),
      diagnoses: diagnoses.map(({ code, primary }) => ({ code, primary })),
      date: localDate(ctx.performedAt),
      payer: insured ? 'bhyt' : 'self',
      setting: 'outpatient',
    },
    { rules, formulary },
  );
  return namedFindings(checked);
}

/** Reasons that belong to a line; those of the whole prescription stand on its first one. */
function overridesOf(judged: Judged, line: number): { rule: string; reason: string; pharmacist?: true }[] {
  return judged.overridden.flatMap(({ finding, reason }) => {
    const lines = /:([\d,]+)/.exec(finding.rule)?.[1]?.split(',').map(Number) ?? [0];
    if (!lines.includes(line)) return [];
    return [{ rule: ruleOf(finding.rule), reason, ...(finding.pharmacist ? { pharmacist: true as const } : {}) }];
  });
}

/** Mean length of a month, days; as the checks count the age limit. */
const DAYS_PER_MONTH = 30.4375;

/** Under 72 months the prescription states age in months, weight and who brought the child (TT 26/2025). */
function childDetails(
  patient: Patient,
  at: string,
  person: PrescriptionPatient,
  underMonths: number,
): string | undefined {
  if (Math.floor(person.ageDays / DAYS_PER_MONTH + 1e-9) >= underMonths) return undefined;
  const months = ageMonths(patient.birthDate, at);
  const age = months === undefined ? `sinh năm ${patient.birthDate ?? ''}` : `${months} tháng tuổi`;
  const weight = String(person.weightKg).replace('.', ',');
  return `Trẻ ${age}, cân nặng ${weight} kg, người đưa trẻ đến khám: ${person.companion}.`;
}

const revisitPast = (day: string) =>
  refuse(
    422,
    'revisit-past',
    { vi: `Ngày hẹn khám lại ${formatDate(day)} đã qua`, en: `The return date ${formatDate(day)} has passed` },
    { field: 'revisit', remedy: { vi: 'Chọn ngày từ hôm nay', en: 'Choose today or later' } },
  );

const ofAnother = (field: string) =>
  refuse(
    409,
    'prescription-of-another',
    { vi: 'Đơn này không thuộc lượt khám đang mở', en: 'This prescription belongs to another visit' },
    { field, remedy: { vi: 'Mở đúng lượt khám của đơn', en: 'Open the visit of the prescription' } },
  );
