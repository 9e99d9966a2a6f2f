import { refuse } from '@mach/base/problem.ts';
import { localCompact, localDate } from '@mach/base/time.ts';
import { advanceOrder, defined, idOf, orderStateOf, serviceGroupOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ServiceRequest, Specimen } from '@mach/fhir/types.ts';
import { SID } from '@mach/vn/systems.ts';
import type { CollectedTube, CollectSpecimenResult, ReceiveSpecimenResult } from '../contract.ts';
import { collectSpecimenInput, type ReadBack, receiveSpecimenInput } from '../inputs.ts';
import { LAB_EXT } from '../read.ts';
import { labelCode, parseLabelCode } from '../rules/label-code.ts';
import { compareTubes, type TubeNeed, tubesFor } from '../rules/tubes.ts';
import {
  actorReference,
  type Locked,
  lockOrder,
  type Order,
  orderTest,
  packOf,
  requireGroup,
  requirePatient,
  requireState,
  subjectOf,
} from './order.ts';

export const collectSpecimenCommand = defineCommand({
  name: 'lab.collectSpecimen',
  kind: 'intent',
  permission: 'lab.collect',
  title: { vi: 'Lấy mẫu', en: 'Collect specimens' },
  input: collectSpecimenInput,
  async handle(input, ctx): Promise<CollectSpecimenResult> {
    const [first, ...others] = await lockOrders(ctx, input.orders);
    if (!first) throw new RangeError('an order at least is required by the schema');
    const all = [first, ...others];
    for (const locked of all) {
      requireGroup(locked, 'lab');
      requireState(locked, 'signed', 'accepted');
    }
    await requirePatient(ctx, first, input.patient);
    const pack = packOf(ctx);
    const needs = tubesFor(
      pack,
      all.map(({ order }) => ({ id: order.id, test: orderTest(pack, order) })),
    );
    if (input.tubes) checkTubes(needs, input.tubes);
    const tubes: CollectedTube[] = [];
    for (const need of needs) tubes.push(await fillTube(ctx, first, need, input));
    for (const { order } of all) await ctx.call(advanceOrder, { order: order.id, to: 'in-progress' });
    const { visit, patient } = first;
    ctx.emit('lab.collected', { encounter: visit.id, patient: patient.id, orders: all.map((l) => l.order.id) });
    return { encounter: visit.id, patient: patient.id, tubes };
  },
});

/** Orders of one visit, each once: tubes of two visits are never drawn in one deed. */
async function lockOrders(ctx: CommandContext, ids: readonly string[]): Promise<Locked[]> {
  const all: Locked[] = [];
  for (const id of new Set(ids)) {
    if (all[0]) {
      const seen = await ctx.read<ServiceRequest>('ServiceRequest', id);
      if (idOf(seen.encounter) !== all[0].visit.id)
        throw refuse(
          409,
          'two-visits',
          { vi: 'Các chỉ định thuộc hai lượt khám khác nhau', en: 'The orders belong to two different visits' },
          {
            field: 'orders',
            remedy: { vi: 'Lấy mẫu từng người, từng lượt khám', en: 'Collect for one visit at a time' },
          },
        );
    }
    all.push(await lockOrder(ctx, id));
  }
  return all;
}

function checkTubes(needs: readonly TubeNeed[], scanned: readonly string[]): void {
  const { missing, wrong } = compareTubes(needs, scanned);
  if (missing.length === 0 && wrong.length === 0) return;
  const list = (codes: readonly string[]): string => (codes.length === 0 ? '—' : codes.join(', '));
  throw refuse(
    422,
    'tube-mismatch',
    {
      vi: `Ống không khớp: thiếu ${list(missing)}; sai hoặc thừa ${list(wrong)}`,
      en: `The tubes do not agree: missing ${list(missing)}; wrong or too many ${list(wrong)}`,
    },
    {
      field: 'tubes',
      remedy: {
        vi: `Cần đúng: ${list(needs.flatMap((n) => (n.tube ? [`${n.tube} (${n.color})`] : [])))}`,
        en: `Needed: ${list(needs.flatMap((n) => (n.tube ? [n.tube] : [])))}`,
      },
    },
  );
}

const READ_BACK_TEXT: Readonly<Record<ReadBack, string>> = {
  'birth-date': 'ngày sinh',
  name: 'họ tên',
  cccd: 'số định danh',
};

const FASTING = 'http://terminology.hl7.org/CodeSystem/v2-0916';

/** One tube with its label, and the orders that will find it; a test made at the person needs none. */
async function fillTube(
  ctx: CommandContext,
  { order: any }: Locked,
  need: TubeNeed,
  input: { readBack: ReadBack; fasting?: boolean; note?: string },
): Promise<CollectedTube> {
  if (need.tube === null) {
    for (const id of need.orders) await writeSpecimen(ctx, id, undefined);
    return { specimen: '', code: '', tube: null, orders: need.orders };
  }
  const serial = await ctx.next(`specimen:${localCompact(ctx.performedAt, 8)}`);
  const code = labelCode('M', localDate(ctx.performedAt), serial);
  const specimen = ctx.create<Specimen>(
    defined<Specimen>({
      resourceType: 'Specimen',
      extension: [{ url: LAB_EXT.tube, valueCode: need.tube }],
      identifier: [{ system: SID.specimen, value: code }],
      accessionIdentifier: { system: SID.specimen, value: code },
      status: 'available',
      type: { text: need.specimen },
      subject: subjectOf(any),
      request: need.orders.map((id) => ({ reference: `ServiceRequest/${id}` })),
      collection: {
        collector: actorReference(ctx),
        collectedDateTime: ctx.performedAt,
        ...(input.fasting === undefined
          ? {}
          : {
              fastingStatusCodeableConcept: {
                coding: [{ system: FASTING, code: input.fasting ? 'F' : 'NF' }],
                text: input.fasting ? 'Nhịn ăn' : 'Không nhịn ăn',
              },
            }),
      },
      container: [{ description: [need.name, need.additive].filter((t) => t !== '').join(', ') }],
      note: [
        { text: `Đã đối chiếu: quét mã và đọc lại ${READ_BACK_TEXT[input.readBack]}`, time: ctx.performedAt },
        ...(input.note === undefined ? [] : [{ text: input.note, time: ctx.performedAt }]),
      ],
    }),
  );
  for (const id of need.orders) await writeSpecimen(ctx, id, specimen.id);
  return { specimen: specimen.id, code, tube: need.tube, orders: need.orders };
}

/** Ties an order to its tube; an earlier rejection is settled by it. */
export async function writeSpecimen(
  ctx: CommandContext,
  id: string,
  specimen: string | undefined,
  rejected?: string,
): Promise<Order> {
  const order = await ctx.lock<ServiceRequest>('ServiceRequest', id);
  const kept = (order.extension ?? []).filter((e) => e.url !== LAB_EXT.specimenRejected);
  return ctx.update<ServiceRequest>(
    defined({
      ...order,
      specimen: specimen === undefined ? undefined : [{ reference: `Specimen/${specimen}` }],
      extension: rejected === undefined ? kept : [...kept, { url: LAB_EXT.specimenRejected, valueString: rejected }],
    }),
  );
}

export const receiveSpecimenCommand = defineCommand({
  name: 'lab.receiveSpecimen',
  kind: 'intent',
  permission: 'lab.receive',
  title: { vi: 'Nhận mẫu', en: 'Receive a specimen' },
  input: receiveSpecimenInput,
  async handle(input, ctx): Promise<ReceiveSpecimenResult> {
    const specimen = await specimenByCode(ctx, input.specimen);
    refuseRejected(specimen);
    const locked = await ctx.lock<Specimen>('Specimen', specimen.id);
    // Scanned twice: the first time counts.
    if (locked.receivedTime === undefined) ctx.update<Specimen>({ ...locked, receivedTime: ctx.performedAt });
    const orders: string[] = [];
    for (const { reference } of locked.request ?? []) {
      const order = await ctx.find<ServiceRequest>('ServiceRequest', reference?.split('/')[1] ?? '');
      if (!order || serviceGroupOf(order) !== 'lab' || orderStateOf(order) === 'cancelled') continue;
      if (order.specimen?.some((s) => s.reference === `Specimen/${locked.id}`)) orders.push(order.id);
    }
    return { specimen: locked.id, orders };
  },
});

/** Begins the note that tells why a tube was rejected. */
export const REJECTED = 'Từ chối: ';

/** @throws Problem 409 with the reason, for a tube that was rejected: nothing that it holds is a result. */
export function refuseRejected(specimen: Specimen): void {
  if (specimen.status !== 'unsatisfactory' && specimen.status !== 'entered-in-error') return;
  const code = specimen.identifier?.[0]?.value ?? '';
  const why = specimen.note?.findLast((note) => note.text.startsWith(REJECTED))?.text.slice(REJECTED.length) ?? '—';
  throw refuse(
    409,
    'specimen-rejected',
    { vi: `Mẫu ${code} đã bị từ chối: ${why}`, en: `Specimen ${code} has been rejected: ${why}` },
    {
      field: 'specimen',
      remedy: {
        vi: 'Bỏ ống này; lấy mẫu mới ở "Chờ lấy mẫu" rồi quét nhãn mới',
        en: 'Discard the tube; take a new one under "To collect" and scan its label',
      },
    },
  );
}

/** @throws Problem 404 for a label that nobody has printed. */
export async function specimenByCode(ctx: CommandContext, scanned: string): Promise<Specimen & { id: string }> {
  const code = parseLabelCode(scanned);
  const found = code === undefined ? [] : await ctx.byToken<Specimen>('Specimen.identifier', SID.specimen, code);
  if (found[0]) return found[0];
  throw refuse(
    404,
    'specimen-unknown',
    { vi: `Không có mẫu mang mã "${scanned}"`, en: `There is no specimen "${scanned}"` },
    {
      field: 'specimen',
      remedy: { vi: 'Quét lại nhãn trên ống', en: 'Scan the label on the tube again' },
    },
  );
}
