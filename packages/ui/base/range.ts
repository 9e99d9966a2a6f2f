import { Decimal } from '@mach/base';

/** Bounds of a clinical value (journeys, Appendix C), inclusive. */
export interface Range {
  readonly soft?: readonly [number, number];
  readonly hard?: readonly [number, number];
}

/** Where a canonical decimal falls: usual, unusual (confirm), impossible (refuse). */
export function checkRange(value: string, range: Range | undefined): 'ok' | 'soft' | 'hard' {
  const outside = (bounds: readonly [number, number] | undefined): boolean =>
    bounds !== undefined && (Decimal.of(value).lt(bounds[0]) || Decimal.of(value).gt(bounds[1]));
  if (outside(range?.hard)) return 'hard';
  return outside(range?.soft) ? 'soft' : 'ok';
}
