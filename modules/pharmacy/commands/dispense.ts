import { Decimal } from '@mach/base/decimal.ts';
import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { formatDate, localDate } from '@mach/base/time.ts';
import { advancePrescription, defined, drugOf, idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { MedicationDispense } from '@mach/fhir/types.ts';
import { EXT } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import { type DispenseResult, type HandedOver, OVERRIDE } from '../contract.ts';
import { dispenseInput } from '../inputs.ts';
import { patientAccount, stockAccount } from '../rules/accounts.ts';
import { placeIn, refuseQuarantine } from '../rules/places.ts';
import { type Allocation, allocate, type Wish } from './allocate.ts';
import {
  handedOver,
  lockPrescription,
  nameOf,
  type OpenPrescription,
  requireOpen,
  requirePaid,
  requireReceiver,
  unitOf,
  wantedOf,
} from './prescription.ts';
import { reviewIssues, reviewNote } from './review.ts';
import { dispensingPlace, type Lot, lockLots, lotIn, placesIn, refuseAll } from './shelf.ts';

type Input = z.output<typeof dispenseInput>;
type Movements = Parameters<CommandContext['post']>[0];

export const dispenseCommand = defineCommand({
  name: 'pharmacy.dispense',
  kind: 'intent',
  permission: 'pharmacy.dispense',
  title: { vi: 'Phát thuốc', en: 'Dispense' },
  input: dispenseInput,
  async handle(input, ctx): Promise<DispenseResult> {
    const open = await lockPrescription(ctx, input.prescription);
    requireOpen(open);
    await requireReceiver(ctx, open, input.patient);
    await requirePaid(ctx, open);
    // By the server's day: a device whose clock is slow does not make an expired lot good.
    const today = localDate(ctx.now);
    checkWindow(ctx, open, today);
    const place = placeIn(placesIn(ctx), input.place ?? dispensingPlace(ctx), 'place');
    refuseQuarantine(place, 'place');

    // What came back for good is done with: it is not handed over again.
    const before = new Map<string, Decimal>();
    for (const line of open.lines) {
      const { out, refunded } = await handedOver(ctx, line.id);
      before.set(line.id, out.add(refunded));
    }
    const wishes = wishesOf(input, open, before);
    const shelf = await lockLots(
      ctx,
      place.code,
      wishes.map((w) => drugOf(w.line) ?? ''),
    );
    const { allocations, warnings, issues } = allocate(wishes, shelf, today, ctx.overrides);
    const unseen = wishes
      .filter(({ line }) => before.get(line.id)?.isZero() ?? true)
      .flatMap(({ line, field }) => reviewIssues(ctx, line, field));
    refuseAll(422, [...issues, ...unseen]);
    if (allocations.every((a) => a.picked.length === 0)) throw outOfStock(allocations, place.code);

    const handed = allocations.flatMap((a) => handOver(ctx, open, a, shelf, input));
    const state = await advance(ctx, open, before, handed);
    const short = allocations
      .filter((a) => a.missing.gt(Decimal.ZERO))
      .map(({ line, drug, missing }) => ({
        medicationRequest: line.id,
        drug,
        name: nameOf(line),
        missing: missing.toString(),
        unit: unitOf(line),
      }));
    const patient = idOf(open.visit.subject) ?? '';
    ctx.emit('pharmacy.dispensed', {
      encounter: open.visit.id,
      patient,
      prescription: open.document.id,
      state,
      dispenses: handed.map((h) => h.dispense),
    });
    if (short.length > 0)
      ctx.emit('pharmacy.short', {
        encounter: open.visit.id,
        prescription: open.document.id,
        drugs: short.map((s) => s.drug),
      });
    return {
      prescription: open.document.id,
      encounter: open.visit.id,
      state,
      handedOver: handed,
      short,
      warnings,
    };
  },
});

/** After its last day a prescription is collected only with a reason. */
function checkWindow(ctx: CommandContext, { lines, code }: OpenPrescription, today: string): void {
  const last = lines
    .map((line) => line.dispenseRequest?.validityPeriod?.end?.slice(0, 10) ?? '9999-12-31')
    .sort()
    .at(0);
  if (last === undefined || today <= last || ctx.overrides.some((o) => o.rule === OVERRIDE.window)) return;
  throw new Problem(422, [
    {
      severity: 'warning',
      code: OVERRIDE.window,
      field: 'prescription',
      text: {
        vi: `Đơn ${code} quá hạn lĩnh từ ${formatDate(last)}`,
        en: `Prescription ${code} could be collected until ${formatDate(last)}`,
      },
      remedy: {
        vi: 'Hỏi bác sĩ kê đơn; nếu vẫn phát, bỏ qua cảnh báo kèm lý do',
        en: 'Ask the prescriber; to go on, override with a reason',
      },
    },
  ]);
}

/** Lines of the input, or all that are open. @throws Problem 422 with every line that cannot be meant. */
function wishesOf(input: Input, { lines }: OpenPrescription, before: ReadonlyMap<string, Decimal>): Wish[] {
  const openOf = (id: string, wanted: Decimal): Decimal => wanted.sub(before.get(id) ?? Decimal.ZERO);
  if (!input.lines)
    return lines
      .filter((line) => line.status === 'active')
      .map((line, i) => ({ line, open: openOf(line.id, wantedOf(line)), field: `lines.${i}` }))
      .filter((wish) => wish.open.gt(Decimal.ZERO));
  const issues: Issue[] = [];
  const wishes: Wish[] = [];
  for (const [i, asked] of input.lines.entries()) {
    const field = `lines.${i}`;
    const line = lines.find((one) => one.id === asked.medicationRequest);
    const twice = input.lines.findIndex((one) => one.medicationRequest === asked.medicationRequest) < i;
    const open = line ? openOf(line.id, wantedOf(line)) : Decimal.ZERO;
    const lots = asked.lots?.map((l) => ({ lot: l.lot, quantity: Decimal.of(l.quantity) }));
    const quantity = asked.quantity === undefined ? undefined : Decimal.of(asked.quantity);
    if (!line || twice) issues.push(lineIssue(field, line ? 'line-twice' : 'line-unknown'));
    else if (line.status !== 'active' || open.lte(Decimal.ZERO)) issues.push(lineIssue(field, 'line-done'));
    else if (lots && quantity && !Decimal.sum(lots.map((l) => l.quantity)).eq(quantity))
      issues.push(lineIssue(`${field}.quantity`, 'lots-do-not-sum'));
    else wishes.push({ line, open, quantity, lots, field });
  }
  refuseAll(422, issues);
  return wishes;
}

const LINE_TEXTS = {
  'line-unknown': {
    text: { vi: 'Dòng thuốc này không thuộc đơn', en: 'This line is not of the prescription' },
    remedy: { vi: 'Mở lại đơn', en: 'Open the prescription again' },
  },
  'line-twice': {
    text: { vi: 'Dòng thuốc ghi hai lần', en: 'The line stands twice' },
    remedy: { vi: 'Gộp thành một dòng, chọn nhiều lô', en: 'Make one line of it, with several lots' },
  },
  'line-done': {
    text: { vi: 'Dòng thuốc này đã phát đủ hoặc đã huỷ', en: 'This line is handed over or cancelled' },
    remedy: { vi: 'Tải lại để xem phần còn lại', en: 'Reload to see what is left' },
  },
  'lots-do-not-sum': {
    text: { vi: 'Tổng các lô khác số lượng phát', en: 'The lots do not add up to the quantity' },
    remedy: { vi: 'Sửa số lượng từng lô', en: 'Correct the amount of each lot' },
  },
} as const;

const lineIssue = (field: string, code: keyof typeof LINE_TEXTS): Issue => ({
  severity: 'error',
  code,
  field,
  ...LINE_TEXTS[code],
});

function outOfStock(allocations: readonly Allocation[], place: string): Problem {
  const names = allocations.map((a) => nameOf(a.line)).join('; ');
  return refuse(
    409,
    'out-of-stock',
    { vi: `${place} không còn lô dùng được: ${names}`, en: `${place} holds no usable lot: ${names}` },
    {
      field: 'lines',
      remedy: {
        vi: 'Chuyển thuốc từ kho chẵn, hoặc báo bác sĩ đổi thuốc',
        en: 'Transfer from the bulk store, or ask the doctor for another drug',
      },
    },
  );
}

/** One sealed record and one movement for each lot that a line takes. */
function handOver(
  ctx: CommandContext,
  { visit }: OpenPrescription,
  { line, drug, picked }: Allocation,
  shelf: ReadonlyMap<string, readonly Lot[]>,
  input: Input,
): HandedOver[] {
  const movements: Movements[number][] = [];
  const notes = [
    ...(input.patient === undefined && input.asked ? ['Đã hỏi họ tên, ngày sinh người nhận'] : []),
    ...(input.counselled ? ['Đã hướng dẫn cách dùng'] : []),
  ].map((text): NonNullable<MedicationDispense['note']>[number] => ({ text, time: ctx.performedAt }));
  notes.push(...reviewNote(ctx, line));
  const handed = picked.map(({ lot, expiry, quantity }): HandedOver => {
    const found = lotIn(shelf, drug, lot);
    if (!found) throw new Error(`lot ${lot} of ${drug} was picked but is not on the shelf`);
    const record = ctx.seal<MedicationDispense>(
      defined<MedicationDispense>({
        resourceType: 'MedicationDispense',
        extension: [
          {
            url: EXT.lot,
            extension: [
              { url: 'lot', valueString: lot },
              { url: 'expiry', valueDate: expiry },
              { url: 'quantity', valueDecimal: quantity.toNumber() },
              { url: 'place', valueString: found.place },
              { url: 'price', valueDecimal: Decimal.of(found.price).toNumber() },
            ],
          },
        ],
        status: 'completed',
        medicationCodeableConcept: line.medicationCodeableConcept,
        subject: line.subject as MedicationDispense['subject'],
        context: { reference: `Encounter/${visit.id}` },
        performer: [
          {
            actor:
              ctx.actor.practitioner === null
                ? { display: ctx.actor.name }
                : { reference: `Practitioner/${ctx.actor.practitioner}`, display: ctx.actor.name },
          },
        ],
        authorizingPrescription: [{ reference: `MedicationRequest/${line.id}` }],
        quantity: { value: quantity.toNumber(), unit: found.unit },
        daysSupply: line.dispenseRequest?.expectedSupplyDuration,
        whenHandedOver: ctx.performedAt,
        receiver: input.receiver === undefined ? undefined : [{ display: input.receiver }],
        note: notes.length > 0 ? notes : undefined,
        dosageInstruction: line.dosageInstruction,
      }),
    );
    movements.push({
      ledger: 'stock',
      from: stockAccount(found),
      to: patientAccount(visit.id, drug, found.unit),
      amount: quantity,
      reason: 'dispense',
      record: `MedicationDispense/${record.id}`,
    });
    return {
      dispense: record.id,
      medicationRequest: line.id,
      drug,
      lot,
      expiry,
      quantity: quantity.toString(),
      unit: found.unit,
    };
  });
  ctx.post(movements);
  return handed;
}

/** The prescription is handed over in full when every standing line is. */
async function advance(
  ctx: CommandContext,
  { document, lines }: OpenPrescription,
  before: ReadonlyMap<string, Decimal>,
  handed: readonly HandedOver[],
): Promise<DispenseResult['state']> {
  const completedLines = lines
    .filter((line) => line.status !== 'cancelled')
    .filter((line) => {
      const now = handed.filter((h) => h.medicationRequest === line.id).map((h) => h.quantity);
      return Decimal.sum([before.get(line.id) ?? Decimal.ZERO, ...now]).gte(wantedOf(line));
    })
    .map((line) => line.id);
  const standing = lines.filter((line) => line.status !== 'cancelled');
  const to = completedLines.length === standing.length ? ('dispensed' as const) : ('partly-dispensed' as const);
  return (await ctx.call(advancePrescription, { prescription: document.id, to, completedLines })).state;
}
