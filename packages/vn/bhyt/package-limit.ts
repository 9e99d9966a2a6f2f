import { Decimal } from '@mach/base/decimal.ts';

/**
 * Shares `limit` over parts in proportion, with two decimals. Each share is the
 * difference of two rounded running totals, so that the shares add up to the
 * limit exactly and none exceeds its part; the last part takes the rest.
 * Parts are returned unchanged when they fit under the limit.
 */
export function shareLimit(parts: readonly Decimal[], limit: Decimal): Decimal[] {
  const total = Decimal.sum(parts);
  if (total.lte(limit)) return [...parts];
  const capped = limit.round(2, 'down');
  let running = Decimal.ZERO;
  let before = Decimal.ZERO;
  return parts.map((part) => {
    running = running.add(part);
    const upTo = capped.mul(running).div(total, 2);
    const share = upTo.sub(before);
    before = upTo;
    return share;
  });
}
