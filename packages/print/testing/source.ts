import { refuse } from '@mach/base/problem.ts';
import type { AnyRecord, PrintSource } from '../source.ts';

/** A source over records in memory, for tests of forms. References are found wherever they stand in a record. */
export function memorySource(
  records: readonly (AnyRecord & { id: string })[],
  packs: Readonly<Record<string, unknown>> = {},
): PrintSource {
  const find = async (type: string, id: string) => records.find((r) => r.resourceType === type && r.id === id) as never;
  return {
    facility: { code: '99001', name: 'BV Mẫu', mode: 'production' },
    now: '2026-11-24T01:15:00.000Z',
    letterhead: {
      name: 'Bệnh viện Mẫu',
      code: '99001',
      address: 'Số 1 đường Thử Nghiệm, phường Ba Đình, Hà Nội',
      phone: '024 0000 0000',
      warning: '',
      printedAt: '24/11/2026 08:15',
      printedBy: 'BS. Nguyễn An',
    },
    find,
    read: async (type, id) => {
      const found = await find(type, id);
      if (!found) throw refuse(404, 'not-found', { vi: `Không có ${type} ${id}`, en: `There is no ${type} ${id}` });
      return found;
    },
    referring: async (param, id) => {
      const [type] = param.split('.');
      return records.filter((r) => r.resourceType === type && JSON.stringify(r).includes(`/${id}"`)) as never;
    },
    pack: <T>(subject: string) => packs[subject] as T,
  };
}
