import { refuse } from '@mach/base/problem.ts';
import {
  advancePrescription,
  coverageOf,
  idOf,
  type PrescriptionState,
  prescriptionStateOf,
} from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type {
  Coverage,
  DocumentReference,
  Encounter,
  Observation,
  Patient,
  Practitioner,
  Provenance,
  Task,
} from '@mach/fhir/types.ts';
import { CS, SID } from '@mach/vn/systems.ts';
import { NATIONAL_PRESCRIPTION, type NationalAnswerResult, type SendPrescriptionResult } from '../contract.ts';
import { type NationalMessage, nationalPayload, type SignedPrescription } from '../exchange/payload.ts';
import { sendPrescriptionInput, takeNationalAnswerInput } from '../inputs.ts';
import { NATIONAL_WORK } from '../rules/national-work.ts';
import { diagnosesOf, latestWeight } from './clinical-facts.ts';
import { formularyOf } from './packs.ts';
import { create, update, type Visit } from './visit.ts';

/** "Right after the exam" (TT 26/2025): minutes until a message that nobody has answered is overdue. */
export const DEADLINE_MINUTES = 60;
export const MESSAGE_KIND = 'prescription';

interface Opened {
  document: DocumentReference & { id: string };
  task: Task & { id: string };
  state: PrescriptionState;
}

async function open(ctx: CommandContext, id: string): Promise<Opened> {
  const document = await ctx.read<DocumentReference>('DocumentReference', id);
  const task = (await ctx.referring<Task>('Task.focus', id)).find((t) => prescriptionStateOf(t) !== undefined);
  const state = task && prescriptionStateOf(task);
  if (task && state) return { document, task, state };
  throw refuse(
    409,
    'foreign-prescription',
    { vi: 'Đơn này không do nơi đây kê', en: 'This prescription was not written here' },
    { field: 'prescription', remedy: { vi: 'Chỉ gửi đơn của cơ sở', en: 'Send only prescriptions of this facility' } },
  );
}

export const sendPrescriptionCommand = defineCommand({
  name: 'outpatient.sendPrescription',
  kind: 'intent',
  permission: 'outpatient.send-prescription',
  title: { vi: 'Gửi đơn thuốc quốc gia', en: 'Send to the national prescription system' },
  input: sendPrescriptionInput,
  async handle(input, ctx): Promise<SendPrescriptionResult> {
    const { document, task, state } = await open(ctx, input.prescription);
    // Withdrawn meanwhile, or on its way already.
    if (state !== 'signed') return { prescription: document.id, message: null };
    const visit = await ctx.read<Encounter>('Encounter', idOf(task.encounter) ?? '');
    const minutes = ctx.setting('outpatient.national-deadline-minutes', DEADLINE_MINUTES);
    const message = ctx.send({
      destination: NATIONAL_PRESCRIPTION,
      kind: MESSAGE_KIND,
      subject: `DocumentReference/${document.id}`,
      patient: idOf(task.for) ?? '',
      payload: await messageOf(ctx, document, task, visit),
      deadline: new Date(Date.parse(ctx.now) + minutes * 60_000).toISOString(),
      owner: 'doctor',
    });
    await ctx.call(advancePrescription, { prescription: document.id, to: 'sent' });
    return { prescription: document.id, message };
  },
});

/** The signed content, and what the form wants beside it. */
async function messageOf(
  ctx: CommandContext,
  document: DocumentReference & { id: string },
  task: Task,
  visit: Visit,
): Promise<NationalMessage> {
  const signed = JSON.parse(
    Buffer.from(document.content[0]?.attachment.data ?? '', 'base64').toString('utf8'),
  ) as SignedPrescription;
  const patient = await ctx.read<Patient>('Patient', idOf(task.for) ?? '');
  const coverageId = coverageOf(visit);
  const coverage = coverageId === undefined ? undefined : await ctx.find<Coverage>('Coverage', coverageId);
  const formulary = ctx.derived('formulary', 'outpatient.formulary', formularyOf);
  const measured = await ctx.referring<Observation>('Observation.encounter', visit.id);
  const weight = latestWeight(measured);
  return {
    facility: signed.facility.code,
    prescriber: await linkCode(ctx, idOf(task.requester) ?? ''),
    body: nationalPayload(signed, {
      diagnoses: await diagnosesOf(ctx, visit),
      brands: new Map(signed.lines.map((line) => [line.drug, formulary.byCode.get(line.drug)?.brand ?? ''])),
      weightKg: weight?.toString(),
      insurance: coverage?.identifier?.find((i) => i.system === SID.bhyt)?.value,
      phone: patient.telecom?.find((t) => t.system === 'phone')?.value,
      guardian: guardianOf(patient),
      signature: await signatureOf(ctx, document.id),
    }),
  };
}

/** Link code of the prescriber; where none has been given, the licence stands for it. */
async function linkCode(ctx: CommandContext, practitioner: string): Promise<string> {
  const one = practitioner === '' ? undefined : await ctx.find<Practitioner>('Practitioner', practitioner);
  const number = (system: string): string | undefined => one?.identifier?.find((i) => i.system === system)?.value;
  return number(SID.prescriberLink) ?? number(SID.practitionerLicence) ?? '';
}

/** "name, phone, address", as the form asks. */
function guardianOf(patient: Patient): string | undefined {
  const contact = patient.contact?.[0];
  if (!contact?.name?.text) return undefined;
  const phone = contact.telecom?.find((t) => t.system === 'phone')?.value;
  return [contact.name.text, phone, contact.address?.text].filter((part) => part).join(', ');
}

async function signatureOf(ctx: CommandContext, document: string): Promise<string> {
  const all = await ctx.referring<Provenance>('Provenance.target', document);
  const data = all.flatMap((p) => p.signature ?? []).at(-1)?.data;
  return data === undefined ? '' : Buffer.from(data, 'base64').toString('utf8');
}

export const takeNationalAnswerCommand = defineCommand({
  name: 'outpatient.takeNationalAnswer',
  kind: 'fact',
  permission: 'outpatient.send-prescription',
  title: { vi: 'Ghi trả lời của hệ thống đơn thuốc quốc gia', en: 'Record the answer of the national system' },
  input: takeNationalAnswerInput,
  async handle(input, ctx): Promise<NationalAnswerResult> {
    const { document, task, state } = await open(ctx, input.prescription);
    const works = await openWork(ctx, task.id);
    if (input.outcome === 'accepted') {
      for (const work of works) update<Task>(ctx, { ...work, status: 'completed', lastModified: ctx.now });
      // A prescription that was withdrawn meanwhile stays withdrawn; the answer is in the outbox.
      if (state === 'cancelled') return { prescription: document.id, state, work: null };
      const moved = await ctx.call(advancePrescription, { prescription: document.id, to: 'national-code' });
      return { prescription: document.id, state: moved.state, work: null };
    }
    const description = reasons(input.issues);
    const known = works[0];
    const work = known
      ? update<Task>(ctx, { ...known, description, lastModified: ctx.now })
      : create<Task>(ctx, {
          resourceType: 'Task',
          status: 'requested',
          intent: 'order',
          code: { coding: [{ system: CS.document, code: NATIONAL_WORK }], text: 'Đơn thuốc quốc gia bị từ chối' },
          description,
          focus: { reference: `DocumentReference/${document.id}` },
          partOf: [{ reference: `Task/${task.id}` }],
          for: task.for,
          encounter: task.encounter,
          authoredOn: ctx.now,
          lastModified: ctx.now,
          owner: task.requester as Task['owner'],
        });
    return { prescription: document.id, state, work: work.id };
  },
});

async function openWork(ctx: CommandContext, task: string): Promise<(Task & { id: string })[]> {
  const parts = await ctx.referring<Task>('Task.part-of', task);
  return parts.filter(
    (t) =>
      t.code?.coding?.some((c) => c.system === CS.document && c.code === NATIONAL_WORK) &&
      (t.status === 'requested' || t.status === 'in-progress'),
  );
}

function reasons(issues: readonly unknown[]): string {
  const texts = issues.flatMap((issue) => {
    const text = (issue as { text?: { vi?: unknown } } | null)?.text?.vi;
    return typeof text === 'string' && text !== '' ? [text] : [];
  });
  return (texts.length > 0 ? texts.join('; ') : 'Hệ thống đơn thuốc quốc gia từ chối đơn').slice(0, 2_000);
}
