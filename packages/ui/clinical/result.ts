import { Decimal } from '@mach/base';

/** How a result stands to its range. `critical` has crossed a call-back limit. */
export type Flag = 'normal' | 'high' | 'highHigh' | 'low' | 'lowLow' | 'abnormal' | 'critical';

/** FHIR interpretation codes (v3-ObservationInterpretation) as flags. */
export function flagOf(interpretation: string | undefined): Flag {
  switch (interpretation) {
    case 'H':
      return 'high';
    case 'HU':
      return 'highHigh';
    case 'L':
      return 'low';
    case 'LU':
      return 'lowLow';
    case 'HH':
    case 'LL':
    case 'AA':
      return 'critical';
    case 'A':
    case 'POS':
      return 'abnormal';
    default:
      return 'normal';
  }
}

/** The printed sign of a flag; the word is spoken beside it. */
export const FLAG_SIGNS: Readonly<Record<Flag, string>> = {
  normal: '',
  high: '↑',
  highHigh: '↑↑',
  low: '↓',
  lowLow: '↓↓',
  abnormal: '!',
  critical: '!',
};

/** Order of loudness: abnormal first, for the abnormal-first sort. */
export function loudness(flag: Flag): number {
  return { critical: 0, highHigh: 1, lowLow: 1, high: 2, low: 2, abnormal: 2, normal: 3 }[flag];
}

/** Signed difference of two numeric results ("+0,6"), or nothing when one is not a number. */
export function delta(value: string, before: string): string | undefined {
  try {
    const change = Decimal.of(value).sub(before);
    if (change.isNegative()) return `−${change.abs().toString().replace('.', ',')}`;
    return `+${change.toString().replace('.', ',')}`;
  } catch {
    return undefined;
  }
}

/** Points of a sparkline in a box, oldest first; a flat series lies in the middle. */
export function sparkPoints(
  values: readonly number[],
  width: number,
  height: number,
): readonly (readonly [number, number])[] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, i) => [
    Math.round(i * step * 10) / 10,
    high === low ? height / 2 : Math.round((height - ((value - low) / (high - low)) * height) * 10) / 10,
  ]);
}
