import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem, Coverage, Encounter, Extension, ServiceRequest, Task } from '@mach/fhir/types.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { linePayer } from '../charges.ts';
import type { VisitResult } from '../contract.ts';
import { changePayerInput } from '../inputs.ts';
import { chargeFacts, extension, idOf, orderStateOf, payerOf, prescriptionStateOf } from '../read.ts';
import type { Payer } from '../states.ts';
import { benefitExtension } from './open-visit.ts';
import { lockVisit, move, ordersOf, patientOf, result, update, withExtension } from './visit-record.ts';

/** A line that the patient took on whole stays with the patient, whoever pays for the visit. */
const chosen = (of: { extension?: Extension[] }): boolean =>
  extension(of, EXT.payer)?.valueCoding?.userSelected === true;

const withPayer = (of: { extension?: Extension[] }, payer: Payer): Extension[] =>
  withExtension(of, EXT.payer, {
    url: EXT.payer,
    valueCoding: { system: CS.payer, code: payer, userSelected: chosen(of) || undefined },
  });

/** A card that is shown later, another card, or none after all: every open line of the visit follows. */
export const changePayerCommand = defineCommand({
  name: 'encounter.changePayer',
  kind: 'intent',
  permission: 'encounter.open',
  title: { vi: 'Đổi đối tượng thanh toán', en: 'Change who pays' },
  input: changePayerInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit } = await lockVisit(ctx, input.encounter);
    if (input.payer === 'bhyt') await checkCard(ctx, patientOf(visit), input.coverage);
    const kept = (visit.extension ?? []).filter((e) => e.url !== EXT.coverage && e.url !== EXT.benefitDecision);
    const added: Extension[] = [];
    if (input.payer === 'bhyt' && input.coverage && input.benefit)
      added.push(
        { url: EXT.coverage, valueReference: { reference: `Coverage/${input.coverage}` } },
        benefitExtension(input.benefit),
      );
    const before = payerOf(visit) ?? 'fee';
    const moved = move(ctx, visit, 'pay', {
      extension: [...withPayer({ extension: kept }, input.payer), ...added],
    } satisfies Partial<Encounter>);
    await followPayer(ctx, visit.id, input.payer);
    ctx.emit('encounter.payerChanged', {
      encounter: visit.id,
      patient: patientOf(visit),
      from: before,
      to: input.payer,
      coverage: input.payer === 'bhyt' ? (input.coverage ?? null) : null,
      reason: input.reason,
    });
    return result(moved);
  },
});

async function followPayer(ctx: CommandContext, encounter: string, payer: Payer): Promise<void> {
  const ratios = new Map<string, number>();
  for (const item of await ctx.referring<ChargeItem>('ChargeItem.context', encounter)) {
    const { ratio, source } = chargeFacts(item);
    if (source !== undefined) ratios.set(source, Number(ratio));
    if (item.status !== 'billable') continue;
    const own = linePayer({ payer, paidByPatient: chosen(item) }, Number(ratio));
    if (own !== payerOf(item)) update<ChargeItem>(ctx, { ...item, extension: withPayer(item, own) });
  }
  for (const order of await ordersOf(ctx, encounter)) {
    if (orderStateOf(order) === 'cancelled') continue;
    const ratio = ratios.get(`ServiceRequest/${order.id}`) ?? 0;
    const own = linePayer({ payer, paidByPatient: chosen(order) }, ratio);
    if (own !== payerOf(order)) update<ServiceRequest>(ctx, { ...order, extension: withPayer(order, own) });
  }
  for (const task of await ctx.referring<Task>('Task.encounter', encounter))
    if (prescriptionStateOf(task) !== undefined && payerOf(task) !== payer)
      update<Task>(ctx, { ...task, extension: withPayer(task, payer) });
}

async function checkCard(ctx: CommandContext, patient: string, coverage: string | undefined): Promise<void> {
  const card = coverage === undefined ? undefined : await ctx.read<Coverage>('Coverage', coverage);
  if (card && idOf(card.beneficiary) === patient) return;
  throw refuse(
    card ? 409 : 422,
    card ? 'coverage-of-another' : 'coverage-missing',
    card
      ? { vi: 'Thẻ BHYT này là của người khác', en: 'This card belongs to somebody else' }
      : { vi: 'Khám BHYT cần thẻ và mức hưởng đã xét', en: 'An insured visit needs a card and a decided benefit' },
    { field: 'coverage', remedy: { vi: 'Quét thẻ của đúng người bệnh', en: "Scan this patient's own card" } },
  );
}
