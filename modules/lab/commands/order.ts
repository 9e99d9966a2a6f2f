/** How the handlers of the laboratory meet an order: its visit is locked first, as every kernel deed does. */
import { refuse } from '@mach/base/problem.ts';
import {
  CLAIM_SERVICE,
  GROUP_LABELS,
  idOf,
  ORDER_LABELS,
  type OrderState,
  orderStateOf,
  type ServiceGroup,
  serviceGroupOf,
  serviceOf,
  visitStateOf,
} from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Coverage, Encounter, Patient, Practitioner, Reference, ServiceRequest } from '@mach/fhir/types.ts';
import type { IdentifiedResource } from '@mach/store';
import type { LabPack, LabTest } from '@mach/vn/clinical/lab-pack.ts';
import { namesPerson } from '@mach/vn/person-scan.ts';
import { SID } from '@mach/vn/systems.ts';
import { type Item, itemsOf, labPack, testOf } from '../rules/tests.ts';

export type Order = IdentifiedResource<ServiceRequest>;
export type Visit = IdentifiedResource<Encounter>;
export type Person = IdentifiedResource<Patient>;

export interface Locked {
  order: Order;
  state: OrderState;
  group: ServiceGroup | undefined;
  visit: Visit;
  patient: Person;
}

export const packOf = (ctx: CommandContext): LabPack => ctx.derived('lab', 'lab.pack', labPack);

const foreign = (): Error =>
  refuse(
    409,
    'foreign-order',
    { vi: 'Chỉ định này được nhập từ nơi khác, chỉ để xem', en: 'This order was imported and is read-only' },
    { field: 'order', remedy: { vi: 'Nhờ bác sĩ lập chỉ định mới', en: 'Have the doctor place a new order' } },
  );

export async function lockVisitOf(ctx: CommandContext, order: string): Promise<Visit> {
  const seen = await ctx.read<ServiceRequest>('ServiceRequest', order);
  const encounter = idOf(seen.encounter);
  if (orderStateOf(seen) === undefined || encounter === undefined) throw foreign();
  const visit = await ctx.lock<Encounter>('Encounter', encounter);
  if (visitStateOf(visit) === undefined) throw foreign();
  return visit;
}

/** The order behind its visit's lock, with the person. */
export async function lockOrder(ctx: CommandContext, id: string): Promise<Locked> {
  const visit = await lockVisitOf(ctx, id);
  const order = await ctx.lock<ServiceRequest>('ServiceRequest', id);
  const patient = await ctx.read<Patient>('Patient', idOf(order.subject) ?? '');
  return { order, state: orderStateOf(order) ?? 'cancelled', group: serviceGroupOf(order), visit, patient };
}

export function requireGroup({ order, group }: Pick<Locked, 'order' | 'group'>, ...groups: ServiceGroup[]): void {
  if (group !== undefined && groups.includes(group)) return;
  const name = (lang: 'vi' | 'en'): string => (group ? GROUP_LABELS[group][lang] : '—');
  throw refuse(
    409,
    'order-group',
    {
      vi: `"${order.code?.text ?? ''}" thuộc nhóm ${name('vi')}: không làm ở đây`,
      en: `"${order.code?.text ?? ''}" belongs to ${name('en')} and is not done here`,
    },
    {
      field: 'order',
      remedy: {
        vi: `Chỉ nhận: ${groups.map((g) => GROUP_LABELS[g].vi).join(', ')}`,
        en: `Taken here: ${groups.map((g) => GROUP_LABELS[g].en).join(', ')}`,
      },
    },
  );
}

export function requireState({ order, state }: Pick<Locked, 'order' | 'state'>, ...states: OrderState[]): void {
  if (states.includes(state)) return;
  throw refuse(
    409,
    'order-state',
    {
      vi: `"${order.code?.text ?? ''}" đang "${ORDER_LABELS[state].vi}": không làm bước này được`,
      en: `"${order.code?.text ?? ''}" is "${ORDER_LABELS[state].en}": this step is not possible`,
    },
    {
      field: 'order',
      remedy: {
        vi: `Chỉ làm được khi: ${states.map((s) => ORDER_LABELS[s].vi).join(', ')}`,
        en: `Possible only while: ${states.map((s) => ORDER_LABELS[s].en).join(', ')}`,
      },
    },
  );
}

/** @throws Problem 409 when the scan names somebody else: the hardest stop of the laboratory. */
export async function requirePatient(ctx: CommandContext, locked: Locked, scanned: string): Promise<void> {
  const { patient, visit } = locked;
  const cards = await ctx.referring<Coverage>('Coverage.beneficiary', patient.id);
  const numbers = cards.flatMap((c) => (c.identifier ?? []).map((i) => i.value ?? ''));
  if (namesPerson(scanned, patient, visit, numbers)) return;
  const code = patient.identifier?.find((i) => i.system === SID.patientCode)?.value ?? '';
  throw refuse(
    409,
    'wrong-patient',
    {
      vi: `SAI NGƯỜI BỆNH: mã vừa quét không phải của ${patient.name?.[0]?.text ?? ''} ${code}`.trim(),
      en: `WRONG PATIENT: the scanned code is not ${patient.name?.[0]?.text ?? ''} ${code}`.trim(),
    },
    {
      field: 'patient',
      remedy: {
        vi: 'Dừng lại, hỏi lại họ tên và ngày sinh, quét lại giấy của người bệnh',
        en: "Stop, ask name and birth date again, and scan the person's own paper",
      },
    },
  );
}

export const actorReference = (ctx: CommandContext): Reference<Practitioner> =>
  ctx.actor.practitioner === null
    ? { display: ctx.actor.name }
    : { reference: `Practitioner/${ctx.actor.practitioner}`, display: ctx.actor.name };

export const subjectOf = (order: ServiceRequest): Reference<Patient> => ({
  reference: order.subject.reference,
  display: order.subject.display,
});

const claimOf = (order: ServiceRequest): string | undefined =>
  order.code?.coding?.find((c) => c.system === CLAIM_SERVICE)?.code;

export const orderTest = (pack: LabPack, order: ServiceRequest): LabTest | undefined =>
  testOf(pack, serviceOf(order) ?? '', claimOf(order));

export const orderItems = (pack: LabPack, order: ServiceRequest): Item[] =>
  itemsOf(pack, serviceOf(order) ?? '', order.code?.text ?? '', claimOf(order));
