/** How the pharmacy meets a prescription: behind its visit's lock, as the kernel does. */
import { Decimal } from '@mach/base/decimal.ts';
import { refuse } from '@mach/base/problem.ts';
import {
  chargeFacts,
  idOf,
  PRESCRIPTION_LABELS,
  type PrescriptionState,
  payerOf,
  prescriptionStateOf,
  priorityOf,
  VISIT_LABELS,
  visitStateOf,
} from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type {
  ChargeItem,
  DocumentReference,
  Encounter,
  MedicationDispense,
  MedicationRequest,
  Patient,
  Task,
} from '@mach/fhir/types.ts';
import type { IdentifiedResource } from '@mach/store';
import { SID } from '@mach/vn/systems.ts';
import { isRefunded } from '../read.ts';
import { namesReceiver } from '../rules/identity.ts';
import { releaseOf } from '../rules/payment.ts';

export type Line = IdentifiedResource<MedicationRequest>;

export interface OpenPrescription {
  document: IdentifiedResource<DocumentReference>;
  visit: IdentifiedResource<Encounter>;
  state: PrescriptionState;
  code: string;
  lines: Line[];
}

export async function lockPrescription(ctx: CommandContext, id: string): Promise<OpenPrescription> {
  const document = await ctx.read<DocumentReference>('DocumentReference', id);
  const encounter = idOf(document.context?.encounter?.[0]);
  const visit = encounter === undefined ? undefined : await ctx.lock<Encounter>('Encounter', encounter);
  const task = (await ctx.referring<Task>('Task.focus', id)).find((t) => prescriptionStateOf(t) !== undefined);
  const state = task && prescriptionStateOf(task);
  const code = document.identifier?.find((i) => i.system === SID.prescriptionCode)?.value;
  if (!visit || !state || code === undefined)
    throw refuse(
      409,
      'foreign-prescription',
      { vi: 'Đơn này không do nơi đây kê, chỉ để xem', en: 'This prescription was not written here and is read-only' },
      { field: 'prescription', remedy: { vi: 'Nhờ bác sĩ kê đơn tại đây', en: 'Have a doctor here prescribe' } },
    );
  const all = await ctx.referring<MedicationRequest>('MedicationRequest.encounter', visit.id);
  const lines = all.filter((line) => line.groupIdentifier?.value === code);
  return { document, visit, state, code, lines };
}

/** @throws Problem 409 for a prescription that was cancelled or handed over. */
export function requireOpen({ state, code }: OpenPrescription): void {
  if (state !== 'cancelled' && state !== 'dispensed') return;
  const done = state === 'dispensed';
  throw refuse(
    409,
    done ? 'already-dispensed' : 'prescription-cancelled',
    {
      vi: `Đơn ${code} đang "${PRESCRIPTION_LABELS[state].vi}": không phát nữa`,
      en: `Prescription ${code} is "${PRESCRIPTION_LABELS[state].en}": nothing more to hand over`,
    },
    {
      field: 'prescription',
      remedy: done
        ? {
            vi: 'Xem lần phát trước; phát nhầm thì nhận lại thuốc',
            en: 'Look at the earlier hand-over; take back what was wrong',
          }
        : { vi: 'Bỏ thuốc đã soạn, chờ đơn mới', en: 'Put the picked drugs back and wait for the new one' },
    },
  );
}

/** @throws Problem 409 when the scan at the window names somebody else. */
export async function requireReceiver(
  ctx: CommandContext,
  { visit, code }: OpenPrescription,
  scanned: string | undefined,
): Promise<void> {
  if (scanned === undefined) return;
  const patient = await ctx.read<Patient>('Patient', idOf(visit.subject) ?? '');
  if (namesReceiver(scanned, patient, visit, [code])) return;
  throw refuse(
    409,
    'wrong-patient',
    {
      vi: `SAI NGƯỜI BỆNH: mã vừa quét không phải của ${patient.name?.[0]?.text ?? ''}`,
      en: `WRONG PATIENT: the scanned code is not ${patient.name?.[0]?.text ?? ''}`,
    },
    {
      field: 'patient',
      remedy: {
        vi: 'Dừng lại, hỏi lại họ tên và ngày sinh, quét lại phiếu của người bệnh',
        en: "Stop, ask name and birth date again, and scan the person's own paper",
      },
    },
  );
}

/** @throws Problem 409 while the visit is not settled, unless nothing is due or it is an emergency. */
export async function requirePaid(ctx: CommandContext, { visit, lines }: OpenPrescription): Promise<void> {
  const sources = new Set(lines.map((line) => `MedicationRequest/${line.id}`));
  const all = await ctx.referring<ChargeItem>('ChargeItem.context', visit.id);
  const charges = all.map(chargeFacts).filter((c) => sources.has(c.source ?? ''));
  const state = visitStateOf(visit) ?? 'cancelled';
  if (releaseOf({ state, payer: payerOf(visit), priority: priorityOf(visit).reason, charges }) !== 'due') return;
  throw refuse(
    409,
    'not-paid',
    {
      vi: `Chưa thanh toán: lượt khám đang "${VISIT_LABELS[state].vi}"`,
      en: `Not paid: the visit is "${VISIT_LABELS[state].en}"`,
    },
    {
      field: 'prescription',
      remedy: {
        vi: 'Mời người bệnh qua quầy thu ngân trước',
        en: 'Send the person to the cashier first',
      },
    },
  );
}

/** What has been handed over of a line and has not come back, and what came back for good. */
export async function handedOver(ctx: CommandContext, line: string): Promise<{ out: Decimal; refunded: Decimal }> {
  const all = await ctx.referring<MedicationDispense>('MedicationDispense.prescription', line);
  const total = (some: readonly MedicationDispense[]): Decimal =>
    Decimal.sum(some.map((d) => String(d.quantity?.value ?? 0)));
  return { out: total(all.filter((d) => d.status === 'completed')), refunded: total(all.filter(isRefunded)) };
}

export const wantedOf = (line: MedicationRequest): Decimal =>
  Decimal.of(String(line.dispenseRequest?.quantity?.value ?? 0));

export const unitOf = (line: MedicationRequest): string => line.dispenseRequest?.quantity?.unit ?? '';

export const nameOf = (line: MedicationRequest): string => line.medicationCodeableConcept?.text ?? '';
