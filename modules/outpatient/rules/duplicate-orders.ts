import { formatDateTime } from '@mach/base/time.ts';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import type { Finding } from '../contract.ts';

export interface EarlierOrder {
  service: string;
  name: string;
  at: string;
}

/** What a service measures; a service that is no laboratory test measures itself. */
const measures = (service: string, lab: Pick<LabPack, 'tests'>): readonly string[] => {
  const analytes = lab.tests.get(service)?.analytes ?? [];
  return analytes.length > 0 ? analytes : [`service:${service}`];
};

/**
 * Tests that were ordered within the last days, or stand twice in this order; also one whose every index is part of
 * another (GLU inside a panel). A finding for each, to be overridden by name.
 */
export function duplicateOrders(
  items: readonly { service: string; name: string }[],
  earlier: readonly EarlierOrder[],
  lab: Pick<LabPack, 'tests'>,
): Finding[] {
  const covers = (whole: string, part: string): boolean => {
    const has = new Set(measures(whole, lab));
    return measures(part, lab).every((m) => has.has(m));
  };
  return items.flatMap((item, i): Finding[] => {
    const field = `items.${i}.service`;
    const twin = items.find((other, j) => {
      if (i === j || !covers(other.service, item.service)) return false;
      // Of two that cover each other the later one is too many.
      return j < i || !covers(item.service, other.service);
    });
    if (twin)
      return [
        {
          rule: `duplicate-order:${item.service}`,
          severity: 'warn',
          field,
          text: {
            vi: `${item.name} đã có trong ${twin.name} của lần chỉ định này`,
            en: `${item.name} is part of ${twin.name} in this same order`,
          },
          remedy: { vi: 'Bỏ bớt một mục.', en: 'Take one of them away.' },
        },
      ];
    const before = earlier.find((o) => covers(o.service, item.service));
    if (!before) return [];
    return [
      {
        rule: `duplicate-order:${item.service}`,
        severity: 'warn',
        field,
        text: {
          vi: `${item.name} trùng ${before.name}, chỉ định lúc ${formatDateTime(before.at)}`,
          en: `${item.name} repeats ${before.name}, ordered at ${formatDateTime(before.at)}`,
        },
        remedy: { vi: 'Xem kết quả đã có trước.', en: 'Look at the result that is there first.' },
      },
    ];
  });
}
