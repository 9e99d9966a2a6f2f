import { refuse } from '@mach/base/problem.ts';
import { housePriceId, isListed } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItemDefinition, List, Location, Organization } from '@mach/fhir/types.ts';
import type { SetUpResult } from '../contract.ts';
import { type Priced, setUpInput } from '../inputs.ts';
import { HOUSE, houseRecord, listedIds, PRICE_LIST, priceList, priceRecord, roomRecord } from '../records.ts';

export const setUpCommand = defineCommand({
  name: 'clinic.setUp',
  kind: 'intent',
  permission: 'clinic.set-up',
  title: { vi: 'Thiết lập phòng khám', en: 'Set the clinic up' },
  input: setUpInput,
  async handle(input, ctx): Promise<SetUpResult> {
    for (const [i, room] of input.rooms.entries()) requireListed(ctx, room.examService, `rooms.${i}.examService`);
    for (const [i, one] of input.services.entries()) requireListed(ctx, one.code, `services.${i}.code`);
    for (const [i, one] of input.drugs.entries()) requireListed(ctx, one.code, `drugs.${i}.code`);
    const before = await ctx.find<Organization>('Organization', HOUSE);
    const house = houseRecord(input.facility, ctx.facility.code, ctx.performedAt, before);
    if (before) ctx.update<Organization>(house);
    else ctx.create<Organization>(house);
    const rooms: string[] = [];
    for (const [i, room] of input.rooms.entries()) {
      const record = roomRecord(room, i);
      if (await ctx.find<Location>('Location', record.id)) ctx.update<Location>(record);
      else ctx.create<Location>(record);
      rooms.push(record.id);
    }
    for (const one of input.services) await keepPrice(ctx, one, 'service');
    for (const one of input.drugs) await keepPrice(ctx, one, 'drug');
    await post(
      ctx,
      [...input.services, ...input.drugs].map((one) => housePriceId(one.code)),
    );
    ctx.emit('clinic.setUp', { rooms, services: input.services.length, drugs: input.drugs.length });
    return { rooms, services: input.services.length, drugs: input.drugs.length };
  },
});

/** A price is a new version of the one before it: the old one stays in the history with its day. */
async function keepPrice(ctx: CommandContext, of: Priced, kind: 'service' | 'drug'): Promise<void> {
  const record = priceRecord(of, kind, ctx.performedAt);
  if (await ctx.find<ChargeItemDefinition>('ChargeItemDefinition', housePriceId(of.code)))
    ctx.update<ChargeItemDefinition>(record);
  else ctx.create<ChargeItemDefinition>(record);
}

/** Writes the posted list; what stood on it before and does not any more is no price of the house from now on. */
async function post(ctx: CommandContext, ids: readonly string[]): Promise<void> {
  const before = await ctx.find<List>('List', PRICE_LIST);
  const gone = before ? listedIds(before).filter((id) => !ids.includes(id)) : [];
  for (const id of gone) {
    const price = await ctx.find<ChargeItemDefinition>('ChargeItemDefinition', id);
    if (price) ctx.update<ChargeItemDefinition>({ ...price, status: 'retired' });
  }
  const list = priceList(ids, ctx.performedAt);
  if (before) ctx.update<List>(list);
  else ctx.create<List>(list);
}

function requireListed(ctx: CommandContext, code: string, field: string): void {
  if (isListed(ctx, code)) return;
  throw refuse(
    422,
    'not-listed',
    { vi: `Danh mục không có mã "${code}"`, en: `The lists do not hold "${code}"` },
    { field, remedy: { vi: 'Tìm lại theo tên rồi chọn', en: 'Search again by name and choose' } },
  );
}
