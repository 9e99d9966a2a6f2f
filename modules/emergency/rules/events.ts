import type { Text } from '@mach/base/problem.ts';

/** One-tap events of the resuscitation log, in the order of the buttons. */
export const EVENTS: readonly ({ code: string } & Text)[] = [
  { code: 'cpr', vi: 'Bắt đầu ép tim', en: 'CPR begun' },
  { code: 'shock', vi: 'Sốc điện', en: 'Shock' },
  { code: 'adrenaline-iv', vi: 'Adrenalin 1 mg tĩnh mạch', en: 'Adrenaline 1 mg intravenous' },
  { code: 'tube', vi: 'Đặt nội khí quản', en: 'Intubation' },
  { code: 'line', vi: 'Đường truyền', en: 'Line placed' },
  { code: 'rosc', vi: 'Tuần hoàn trở lại', en: 'Circulation restored' },
  { code: 'red-alert', vi: 'Báo động đỏ', en: 'Trauma alert' },
  { code: 'family', vi: 'Báo người nhà', en: 'Family informed' },
];

export const eventOf = (code: string): Text | undefined => EVENTS.find((e) => e.code === code);
