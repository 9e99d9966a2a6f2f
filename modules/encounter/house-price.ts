import type { CommandContext } from '@mach/engine/command.ts';
import type { ChargeItemDefinition } from '@mach/fhir/types.ts';

/** Setting under which a facility charges its own prices: a clinic's posted list instead of the rule pack's. */
const OWN_PRICES = 'clinic.mode';

/** Id of the ChargeItemDefinition that holds the facility's own price of a service or drug. */
export const housePriceId = (code: string): string => `price-${code.replaceAll(/[^A-Za-z0-9.-]/g, '-')}`.slice(0, 64);

/** A service or drug at the facility's own price where it has one. Facilities that do not use them are not asked. */
export async function atHousePrice<T extends { code: string; price: number }>(
  ctx: CommandContext,
  item: T,
): Promise<T> {
  if (!ctx.setting(OWN_PRICES, false)) return item;
  const own = await ctx.find<ChargeItemDefinition>('ChargeItemDefinition', housePriceId(item.code));
  const component = own?.propertyGroup?.[0]?.priceComponent?.find((one) => one.type === 'base');
  const price = own?.status === 'active' ? component?.amount?.value : undefined;
  return price === undefined ? item : { ...item, price };
}
