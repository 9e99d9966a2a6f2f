import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import type { ChargeItem, DocumentReference, MedicationRequest, Task } from '@mach/fhir/types.ts';
import { codesOf, type ListsPack } from '@mach/vn/bhyt/lists-pack.ts';
import { numberCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import { type PrescriptionKind, prescriptionCode } from '@mach/vn/prescription-code.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { type Drug, drugOn } from '../catalogue.ts';
import { drugCharge } from '../charges.ts';
import type { SignPrescriptionResult } from '../contract.ts';
import { medicationRequest } from '../dosage.ts';
import { atHousePrice } from '../house-price.ts';
import { signPrescriptionInput } from '../inputs.ts';
import { payerOf, prescriptionStateOf } from '../read.ts';
import { taskStatus } from '../rules/prescription.ts';
import { nextVisitState } from '../rules/visit.ts';
import { documentContent, sealDocument } from './prescription-document.ts';
import {
  actorReference,
  create,
  lockVisit,
  orRefuse,
  patientOf,
  patientReference,
  stateTime,
  type Visit,
} from './visit-record.ts';

export const signPrescriptionCommand = defineCommand({
  name: 'encounter.signPrescription',
  kind: 'intent',
  // No role has it: prescriptions are checked by `outpatient.prescribe`, which then calls this.
  permission: 'encounter.sign-prescription',
  title: { vi: 'Ký đơn thuốc', en: 'Sign a prescription' },
  input: signPrescriptionInput,
  async handle(input, ctx): Promise<SignPrescriptionResult> {
    const { visit, state } = await lockVisit(ctx, input.encounter);
    orRefuse(nextVisitState(state, 'write'));
    const listed = input.lines.map((line, i) => drugOn(ctx, line.drug, `lines.${i}.drug`));
    const drugs = await Promise.all(listed.map((drug) => atHousePrice(ctx, drug)));
    checkKind(input.kind, drugs);
    await checkOnly(ctx, visit, input.kind);
    const code = await freshCode(ctx, input.kind);
    const validDays = ctx.derived('prescribing', 'encounter.valid-days', validityDays);
    const groups = ctx.derived('bhyt-lists', 'encounter.cost-groups', costGroups);
    const payer = payerOf(visit) ?? 'fee';

    const lines = input.lines.map((line, i) => {
      const drug = drugs[i];
      if (!drug) throw new RangeError(`line ${i} lost its drug`);
      const content = medicationRequest(line, drug, ctx.performedAt, validDays);
      const request = create<MedicationRequest>(ctx, {
        ...content,
        extension: [...(content.extension ?? []), { url: EXT.prescriptionKind, valueCode: input.kind }],
        subject: patientReference(visit),
        encounter: { reference: `Encounter/${visit.id}` },
        authoredOn: ctx.performedAt,
        requester: actorReference(ctx),
        groupIdentifier: { system: SID.prescriptionCode, value: code },
      });
      const charge = create<ChargeItem>(
        ctx,
        drugCharge(drug, line.quantity, groups, {
          patient: patientOf(visit),
          encounter: visit.id,
          payer,
          paidByPatient: line.paidByPatient,
          source: `MedicationRequest/${request.id}`,
          at: ctx.performedAt,
          entered: ctx.now,
          enterer: actorReference(ctx),
        }),
      );
      return { medicationRequest: request.id, chargeItem: charge.id, drug: drug.code };
    });

    const content = await documentContent(ctx, visit, input, code, drugs);
    const document = await sealDocument(
      ctx,
      visit,
      code,
      content,
      lines.map((l) => l.medicationRequest),
    );
    const task = create<Task>(ctx, {
      resourceType: 'Task',
      extension: [
        { url: EXT.prescriptionKind, valueCode: input.kind },
        { url: EXT.payer, valueCoding: { system: CS.payer, code: payer } },
        stateTime(ctx, 'signed'),
      ],
      identifier: [{ system: SID.prescriptionCode, value: code }],
      status: taskStatus('signed'),
      businessStatus: { coding: [{ system: CS.state, code: 'signed' }] },
      intent: 'order',
      code: { coding: [{ system: CS.document, code: 'prescription' }] },
      focus: { reference: `DocumentReference/${document}` },
      for: patientReference(visit),
      encounter: { reference: `Encounter/${visit.id}` },
      authoredOn: ctx.performedAt,
      lastModified: ctx.now,
      requester: actorReference(ctx),
    });
    ctx.emit('encounter.prescribed', { encounter: visit.id, patient: patientOf(visit), prescription: document, code });
    return { prescription: document, code, task: task.id, lines };
  },
});

/** Days within which a prescription may be collected. */
export function validityDays(pack: RulePack): number {
  const { limits } = pack.data as { limits: Table };
  for (const row of records(limits, 'key', 'days'))
    if (textCell(row.key) === 'validity') return numberCell(row.days) ?? 5;
  return 5;
}

export const costGroups = (pack: RulePack): ReadonlySet<string> => {
  const list = (pack.data as ListsPack).MA_NHOM;
  return new Set(list ? codesOf(list).keys() : []);
};

/** Narcotics, and psychotropics with precursors, each go on a prescription of their own. */
function checkKind(kind: PrescriptionKind, drugs: readonly Drug[]): void {
  const wanted = (drug: Drug): PrescriptionKind | undefined =>
    drug.control === 'N' ? 'N' : drug.control === undefined ? undefined : 'H';
  const issues = drugs.flatMap((drug, i): Issue[] => {
    const own = wanted(drug);
    const fits = own === undefined ? kind === 'C' || kind === 'Y' : own === kind;
    if (fits) return [];
    return [
      {
        severity: 'error',
        code: 'prescription-kind',
        field: `lines.${i}.drug`,
        text: {
          vi: `${drug.text}: không kê chung trong đơn loại ${kind}`,
          en: `${drug.text} may not stand on a prescription of kind ${kind}`,
        },
        remedy:
          own === 'N'
            ? { vi: 'Kê vào đơn thuốc gây nghiện (N)', en: 'Use a narcotic prescription (N)' }
            : own === 'H'
              ? { vi: 'Kê vào đơn thuốc hướng thần, tiền chất (H)', en: 'Use a psychotropic prescription (H)' }
              : { vi: 'Kê vào đơn thường (C)', en: 'Use a common prescription (C)' },
      },
    ];
  });
  if (issues.length > 0) throw new Problem(422, issues);
}

const kindOf = (task: Task): string | undefined =>
  task.extension?.find((e) => e.url === EXT.prescriptionKind)?.valueCode;

const prescriptionTasks = async (ctx: CommandContext, encounter: string): Promise<(Task & { id: string })[]> =>
  (await ctx.referring<Task>('Task.encounter', encounter)).filter((t) => prescriptionStateOf(t) !== undefined);

/** One prescription of a kind per visit, even with several specialties (TT 26/2025). */
async function checkOnly(ctx: CommandContext, visit: Visit, kind: PrescriptionKind): Promise<void> {
  const other = (await prescriptionTasks(ctx, visit.id)).find(
    (task) => kindOf(task) === kind && prescriptionStateOf(task) !== 'cancelled',
  );
  if (!other) return;
  const code = other.identifier?.[0]?.value ?? '';
  throw refuse(
    409,
    'prescription-exists',
    {
      vi: `Lượt khám đã có đơn ${code}: mỗi lượt một đơn cùng loại`,
      en: `The visit has prescription ${code}: one of a kind per visit`,
    },
    {
      field: 'encounter',
      remedy: { vi: 'Huỷ đơn cũ kèm lý do rồi kê lại', en: 'Cancel the old one with a reason, then prescribe again' },
    },
  );
}

/** A national code that this facility has not used. */
async function freshCode(ctx: CommandContext, kind: PrescriptionKind): Promise<string> {
  for (let attempt = 0; attempt < 8; attempt++) {
    const code = prescriptionCode(ctx.facility.code, kind, (n) => ctx.random(n));
    const used = await ctx.byToken<DocumentReference>('DocumentReference.identifier', SID.prescriptionCode, code);
    if (used.length === 0) return code;
  }
  throw new Error('no fresh prescription code in eight attempts: the random source is broken');
}
