import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import type { ChargeItem, DocumentReference, MedicationRequest, Patient, Provenance, Task } from '@mach/fhir/types.ts';
import { codesOf, type ListsPack } from '@mach/vn/bhyt/lists-pack.ts';
import { numberCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import { type PrescriptionKind, prescriptionCode } from '@mach/vn/prescription-code.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { type Drug, drugOn } from '../catalogue.ts';
import { drugCharge } from '../charges.ts';
import type { PrescriptionResult, SignPrescriptionResult } from '../contract.ts';
import { type CheckedLine, medicationRequest } from '../dosage.ts';
import { advancePrescriptionInput, cancelPrescriptionInput, signPrescriptionInput } from '../inputs.ts';
import { idOf, payerOf, prescriptionStateOf, stateTimes, visitCodeOf } from '../read.ts';
import { nextByWithdrawing, nextPrescriptionState, taskStatus } from '../rules/prescription.ts';
import { nextVisitState } from '../rules/visit.ts';
import { PRESCRIPTION_STATES, type PrescriptionState } from '../states.ts';
import { abortCharges } from './place.ts';
import {
  actorReference,
  lockVisit,
  orRefuse,
  patientOf,
  patientReference,
  stateTime,
  type Visit,
} from './visit-record.ts';

const DOCUMENT = 'prescription';

export const signPrescriptionCommand = defineCommand({
  name: 'encounter.signPrescription',
  kind: 'intent',
  permission: 'encounter.prescribe',
  title: { vi: 'Ký đơn thuốc', en: 'Sign a prescription' },
  input: signPrescriptionInput,
  async handle(input, ctx): Promise<SignPrescriptionResult> {
    const { visit, state } = await lockVisit(ctx, input.encounter);
    orRefuse(nextVisitState(state, 'write'));
    const drugs = input.lines.map((line, i) => drugOn(ctx, line.drug, `lines.${i}.drug`));
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
      const request = ctx.create<MedicationRequest>({
        ...content,
        extension: [...(content.extension ?? []), { url: EXT.prescriptionKind, valueCode: input.kind }],
        subject: patientReference(visit),
        encounter: { reference: `Encounter/${visit.id}` },
        authoredOn: ctx.performedAt,
        requester: actorReference(ctx),
        groupIdentifier: { system: SID.prescriptionCode, value: code },
      });
      const charge = ctx.create<ChargeItem>(
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
    const task = ctx.create<Task>({
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
      code: { coding: [{ system: CS.document, code: DOCUMENT }] },
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

interface Content {
  lines: readonly CheckedLine[];
  kind: PrescriptionKind;
  advice?: string;
  revisit?: string;
}

/** What the doctor signs: all that the paper says, as plain data. */
async function documentContent(
  ctx: CommandContext,
  visit: Visit,
  input: Content,
  code: string,
  drugs: readonly Drug[],
): Promise<Record<string, unknown>> {
  const patient = await ctx.read<Patient>('Patient', patientOf(visit));
  return {
    form: 'prescription/1',
    code,
    kind: input.kind,
    facility: { code: ctx.facility.code, name: ctx.facility.name },
    visit: visitCodeOf(visit) ?? null,
    patient: {
      id: patient.id,
      name: patient.name?.[0]?.text ?? null,
      birthDate: patient.birthDate ?? null,
      gender: patient.gender ?? null,
      cccd: patient.identifier?.find((i) => i.system === SID.cccd)?.value ?? null,
      address: patient.address?.[0]?.text ?? null,
    },
    prescriber: { id: ctx.actor.practitioner, name: ctx.actor.name },
    diagnoses: (visit.diagnosis ?? []).map((d) => ({
      condition: idOf(d.condition) ?? null,
      text: d.condition.display ?? null,
    })),
    lines: input.lines.map((line, i) => ({
      drug: line.drug,
      name: drugs[i]?.text ?? null,
      perDose: line.perDose,
      doseUnit: line.doseUnit,
      timesPerDay: line.timesPerDay ?? null,
      slots: line.slots ?? null,
      days: line.days,
      quantity: line.quantity,
      unit: drugs[i]?.unit ?? null,
      text: line.text,
      timing: line.timing ?? null,
      note: line.note ?? null,
      quantityReason: line.quantityReason ?? null,
    })),
    advice: input.advice ?? null,
    revisit: input.revisit ?? null,
    signedAt: ctx.performedAt,
  };
}

async function sealDocument(
  ctx: CommandContext,
  visit: Visit,
  code: string,
  content: Record<string, unknown>,
  lines: readonly string[],
): Promise<string> {
  const sealed = await ctx.documents.sign(ctx.documents.prepare(`Đơn thuốc ${code}`, content), ctx.performedAt);
  const author = actorReference(ctx);
  const document = ctx.seal<DocumentReference>({
    resourceType: 'DocumentReference',
    identifier: [{ system: SID.prescriptionCode, value: code }],
    status: 'current',
    docStatus: 'final',
    type: { coding: [{ system: CS.document, code: DOCUMENT, display: 'Đơn thuốc' }] },
    subject: patientReference(visit),
    date: ctx.performedAt,
    author: author && [author],
    content: [
      {
        attachment: {
          contentType: 'application/json',
          data: Buffer.from(sealed.canonical, 'utf8').toString('base64'),
          // SHA-256 (FHIR R4 names SHA-1, which no longer proves anything).
          hash: Buffer.from(sealed.hash, 'hex').toString('base64'),
          title: sealed.title,
          creation: ctx.performedAt,
        },
      },
    ],
    context: { encounter: [{ reference: `Encounter/${visit.id}` }] },
  });
  const who = author ?? { display: ctx.actor.name };
  ctx.seal<Provenance>({
    resourceType: 'Provenance',
    target: [
      { reference: `DocumentReference/${document.id}` },
      ...lines.map((id) => ({ reference: `MedicationRequest/${id}` })),
    ],
    recorded: ctx.now,
    occurredDateTime: ctx.performedAt,
    agent: [{ who }],
    signature: [
      {
        type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1', display: "Author's Signature" }],
        when: sealed.signature.at,
        who: { display: sealed.signature.signer },
        targetFormat: 'application/json',
        sigFormat: 'application/jose',
        data: Buffer.from(sealed.signature.jws, 'utf8').toString('base64'),
      },
    ],
  });
  return document.id;
}

interface Locked {
  document: DocumentReference & { id: string };
  task: Task & { id: string };
  state: PrescriptionState;
  visit: Visit;
}

async function lockPrescription(ctx: CommandContext, id: string): Promise<Locked> {
  const document = await ctx.read<DocumentReference>('DocumentReference', id);
  const encounter = idOf(document.context?.encounter?.[0]);
  const locked = encounter === undefined ? undefined : await lockVisit(ctx, encounter);
  const tasks = await ctx.referring<Task>('Task.focus', id);
  const task = tasks.find((t) => prescriptionStateOf(t) !== undefined);
  const state = task && prescriptionStateOf(task);
  if (locked && task && state) return { document, task, state, visit: locked.visit };
  throw refuse(
    409,
    'foreign-prescription',
    { vi: 'Đơn này không do nơi đây kê, chỉ để xem', en: 'This prescription was not written here and is read-only' },
    { field: 'prescription', remedy: { vi: 'Kê đơn mới', en: 'Write a new prescription' } },
  );
}

function writeTask(
  ctx: CommandContext,
  task: Task & { id: string },
  state: PrescriptionState,
  reached: PrescriptionState,
  note?: string,
): void {
  ctx.update<Task>({
    ...task,
    status: taskStatus(state),
    businessStatus: { coding: [{ system: CS.state, code: state }] },
    lastModified: ctx.now,
    extension: [...(task.extension ?? []), stateTime(ctx, reached)],
    note: note === undefined ? task.note : [...(task.note ?? []), { text: note, time: ctx.performedAt }],
  });
}

const linesOf = async (
  ctx: CommandContext,
  visit: Visit,
  task: Task,
): Promise<(MedicationRequest & { id: string })[]> => {
  const code = task.identifier?.find((i) => i.system === SID.prescriptionCode)?.value;
  const all = await ctx.referring<MedicationRequest>('MedicationRequest.encounter', visit.id);
  return all.filter((line) => line.groupIdentifier?.value === code);
};

export const cancelPrescriptionCommand = defineCommand({
  name: 'encounter.cancelPrescription',
  kind: 'intent',
  permission: 'encounter.prescribe',
  title: { vi: 'Huỷ đơn thuốc', en: 'Cancel a prescription' },
  input: cancelPrescriptionInput,
  async handle(input, ctx): Promise<PrescriptionResult> {
    const { document, task, state, visit } = await lockPrescription(ctx, input.prescription);
    const next = orRefuse(nextByWithdrawing(state));
    const lines = await linesOf(ctx, visit, task);
    const charges = await ctx.referring<ChargeItem>('ChargeItem.context', visit.id);
    const sources = lines.map((l) => `MedicationRequest/${l.id}`);
    if (
      charges.some(
        (c) => c.status === 'billed' && c.supportingInformation?.some((s) => sources.includes(s.reference ?? '')),
      )
    )
      throw refuse(
        409,
        'prescription-paid',
        { vi: 'Đơn đã thanh toán', en: 'The prescription has been paid for' },
        {
          field: 'prescription',
          remedy: { vi: 'Nhờ thu ngân hoàn tiền trước', en: 'Ask the cashier to refund first' },
        },
      );
    writeTask(ctx, task, next, next, input.reason);
    for (const line of lines)
      ctx.update<MedicationRequest>({ ...line, status: 'cancelled', statusReason: { text: input.reason } });
    await abortCharges(ctx, visit.id, sources, input.reason);
    const code = task.identifier?.[0]?.value ?? '';
    ctx.emit('encounter.prescriptionCancelled', {
      encounter: visit.id,
      prescription: document.id,
      code,
      reason: input.reason,
    });
    return { prescription: document.id, state: next, encounter: visit.id };
  },
});

export const advancePrescriptionCommand = defineCommand({
  name: 'encounter.advancePrescription',
  kind: 'intent',
  permission: 'encounter.dispense',
  title: { vi: 'Chuyển bước đơn thuốc', en: 'Take a prescription further' },
  input: advancePrescriptionInput,
  async handle(input, ctx): Promise<PrescriptionResult> {
    const { document, task, state, visit } = await lockPrescription(ctx, input.prescription);
    const answer = { prescription: document.id, encounter: visit.id };
    if (state === input.to && state !== 'partly-dispensed') return { ...answer, state };
    const history = stateTimes(task)
      .map((t) => t.state as PrescriptionState)
      .filter((s) => PRESCRIPTION_STATES.includes(s));
    const step = orRefuse(nextPrescriptionState(state, input.to, history));
    writeTask(ctx, task, step.state, step.reached, input.note);
    const done = input.to === 'dispensed' ? undefined : new Set(input.completedLines ?? []);
    for (const line of await linesOf(ctx, visit, task)) {
      const status = done === undefined || done.has(line.id) ? 'completed' : 'active';
      const handed = ['partly-dispensed', 'dispensed', 'signed'].includes(step.reached);
      if (handed && line.status !== 'cancelled' && line.status !== status)
        ctx.update<MedicationRequest>({ ...line, status });
    }
    ctx.emit('encounter.prescriptionAdvanced', {
      encounter: visit.id,
      prescription: document.id,
      to: input.to,
    });
    return { ...answer, state: step.state };
  },
});
