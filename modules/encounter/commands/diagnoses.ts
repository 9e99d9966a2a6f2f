import { type Issue, Problem } from '@mach/base/problem.ts';
import { ageOn, localDate } from '@mach/base/time.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import type { Condition, Encounter, Patient } from '@mach/fhir/types.ts';
import { checkDiagnosis, compileIcd, type DiagnosisContext, type IcdRules, normalizeIcd } from '@mach/vn/codes/icd.ts';
import type { IcdData } from '@mach/vn/codes/icd-entries.ts';
import { CS } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import type { RecordDiagnosesResult } from '../contract.ts';
import { recordDiagnosesInput } from '../inputs.ts';
import { idOf } from '../read.ts';
import { nextVisitState } from '../rules/visit.ts';
import {
  actorReference,
  create,
  lockVisit,
  move,
  orRefuse,
  patientOf,
  patientReference,
  update,
} from './visit-record.ts';

type Diagnosis = z.output<typeof recordDiagnosesInput>['diagnoses'][number];

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/condition-category';
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const ROLE = {
  system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role',
  code: 'DD',
  display: 'Discharge diagnosis',
};

export const icdRules = (pack: RulePack): IcdRules => compileIcd(pack as RulePack<IcdData>);

/** What the coding rules need of the person on the day; sex `other` is not recorded sex for them. */
export function diagnosisContext(patient: Patient, at: string): Omit<DiagnosisContext, 'principal'> {
  const date = localDate(at);
  const sex = patient.gender === 'male' || patient.gender === 'female' ? patient.gender : 'unknown';
  const born = patient.birthDate;
  if (born === undefined) return { sex, date };
  const ageDays = born.length === 10 ? Math.round((Date.parse(date) - Date.parse(born)) / 86_400_000) : undefined;
  return { sex, date, ageYears: ageOn(born, at).years, ageDays };
}

/** Every finding of the set: of each code in its place, and of the set itself. Pure. */
export function checkSet(
  diagnoses: readonly Diagnosis[],
  context: Omit<DiagnosisContext, 'principal'>,
  rules: IcdRules,
): Issue[] {
  const issues = diagnoses.flatMap(({ code, principal }, i) =>
    checkDiagnosis(code, { ...context, principal }, rules).map((issue) => ({
      ...issue,
      field: `diagnoses.${i}.code`,
    })),
  );
  const principals = diagnoses.filter((d) => d.principal).length;
  if (principals !== 1)
    issues.push({
      severity: 'error',
      code: 'principal-diagnosis',
      field: 'diagnoses',
      text: {
        vi: principals === 0 ? 'Chưa chọn bệnh chính' : `Có ${principals} bệnh chính`,
        en: principals === 0 ? 'No principal diagnosis' : `${principals} principal diagnoses`,
      },
      remedy: { vi: 'Đánh dấu đúng một bệnh chính', en: 'Mark exactly one as principal' },
    });
  const seen = new Set<string>();
  for (const [i, { code }] of diagnoses.entries()) {
    const written = normalizeIcd(code);
    if (seen.has(written))
      issues.push({
        severity: 'error',
        code: 'diagnosis-twice',
        field: `diagnoses.${i}.code`,
        text: { vi: `Mã ${written} ghi hai lần`, en: `Code ${written} stands twice` },
        remedy: { vi: 'Bỏ bớt một dòng', en: 'Remove one of them' },
      });
    seen.add(written);
  }
  return issues;
}

export const recordDiagnosesCommand = defineCommand({
  name: 'encounter.recordDiagnoses',
  kind: 'intent',
  permission: 'encounter.diagnose',
  title: { vi: 'Ghi chẩn đoán', en: 'Record diagnoses' },
  input: recordDiagnosesInput,
  async handle(input, ctx): Promise<RecordDiagnosesResult> {
    const { visit, state } = await lockVisit(ctx, input.encounter);
    orRefuse(nextVisitState(state, 'write'));
    const patient = await ctx.read<Patient>('Patient', patientOf(visit));
    const rules = ctx.derived('icd10', 'encounter.icd', icdRules);
    const issues = checkSet(input.diagnoses, diagnosisContext(patient, ctx.performedAt), rules);
    const errors = issues.filter((i) => i.severity === 'error');
    if (errors.length > 0) throw new Problem(422, errors);

    const before = new Map<string, Condition & { id: string }>();
    for (const { condition } of visit.diagnosis ?? []) {
      const kept = await ctx.find<Condition>('Condition', idOf(condition) ?? '');
      const code = kept?.code?.coding?.find((c) => c.system === CS.icd10)?.code;
      if (kept && code !== undefined) before.set(code, kept);
    }
    const conditions = input.diagnoses.map((diagnosis) => {
      const code = normalizeIcd(diagnosis.code);
      const known = before.get(code);
      before.delete(code);
      const display = rules.codes.get(code)?.text.vi;
      const content: Condition = {
        resourceType: 'Condition',
        clinicalStatus: { coding: [{ system: CLINICAL, code: 'active' }] },
        verificationStatus: { coding: [{ system: VERIFICATION, code: 'confirmed' }] },
        category: [{ coding: [{ system: CATEGORY, code: 'encounter-diagnosis' }] }],
        code: {
          coding: [{ system: CS.icd10, version: rules.pack.edition, code, display }],
          text: diagnosis.text ?? display,
        },
        subject: patientReference(visit),
        encounter: { reference: `Encounter/${visit.id}` },
        recordedDate: ctx.performedAt,
        recorder: actorReference(ctx),
      };
      return known
        ? update<Condition>(ctx, { ...content, id: known.id, meta: known.meta })
        : create<Condition>(ctx, content);
    });
    // A diagnosis taken off the set was a draft of this visit: it stays in history as entered in error.
    for (const dropped of before.values())
      update<Condition>(ctx, {
        ...dropped,
        clinicalStatus: undefined,
        verificationStatus: { coding: [{ system: VERIFICATION, code: 'entered-in-error' }] },
      });
    const order = input.diagnoses.map((d, i) => ({ i, principal: d.principal }));
    order.sort((a, b) => Number(b.principal) - Number(a.principal) || a.i - b.i);
    const diagnosis: Encounter['diagnosis'] = order.map(({ i }, rank) => ({
      condition: { reference: `Condition/${conditions[i]?.id ?? ''}`, display: conditions[i]?.code?.text },
      use: { coding: [ROLE] },
      rank: rank + 1,
    }));
    move(ctx, visit, 'write', { diagnosis });
    ctx.emit('encounter.diagnosed', { encounter: visit.id, patient: patientOf(visit) });
    return {
      encounter: visit.id,
      conditions: conditions.map((c) => c.id),
      warnings: issues.map(({ code, field, text }) => ({ code, field, text })),
    };
  },
});
