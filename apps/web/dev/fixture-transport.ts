import type { CodeRow, LinkState, Row, Transport } from '@mach/ui';
import { waiting } from './people.ts';
import { SHADOW } from './shadow.ts';

const codes: Readonly<Record<string, readonly CodeRow[]>> = {
  icd10: [
    { code: 'E11.9', display: 'Bệnh đái tháo đường không phụ thuộc insulin, không có biến chứng' },
    { code: 'E11.2', display: 'Bệnh đái tháo đường không phụ thuộc insulin, có biến chứng thận' },
    { code: 'I10', display: 'Bệnh tăng huyết áp vô căn (nguyên phát)' },
    { code: 'J18.9', display: 'Viêm phổi, không phân loại' },
  ],
  service: [
    { code: 'XN.HBA1C', display: 'HbA1c', price: '101000' },
    { code: 'XN.GLU', display: 'Định lượng glucose máu', price: '21800' },
    { code: 'XN.CREA', display: 'Định lượng creatinin máu', price: '21800' },
    { code: 'TD.ECG', display: 'Điện tâm đồ thường', price: '39900' },
  ],
  drug: [
    {
      code: 'A10BA02-500',
      display: 'metformin 500 mg',
      detail: 'viên nén · uống · Glucophage · tồn 12 400 · BHYT 100 %',
    },
    {
      code: 'A10BA02-850',
      display: 'metformin 850 mg',
      detail: 'viên nén · uống · Glucofine · tồn 8 120 · BHYT 100 %',
    },
    { code: 'J01DD04', display: 'cefTRIAXon 1 g', detail: 'bột pha tiêm · tồn 430 · BHYT 100 %' },
    { code: 'J01DD02', display: 'cefTAZIDIM 1 g', detail: 'bột pha tiêm · tồn 210 · BHYT 100 %' },
  ],
};

/** Answers from memory, a little later than at once. For the workbench only. */
export function fixtureTransport(): Transport & { readonly close: () => void } {
  const link: LinkState = { status: 'online', lastSeen: new Date().toISOString(), sending: 0 };
  const later = <T>(value: T, ms = 60): Promise<T> => new Promise((done) => setTimeout(() => done(value), ms));
  return {
    command: (_name, _input) => later({ result: undefined as never }, 300),
    view: <R>(_name: string) => later({ rows: waiting as unknown as readonly R[], next: null, asOf: '1.1' }),
    codes: (list, { q }) => {
      const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
      const rows = codes[list] ?? [];
      return later(rows.filter((row) => fold(`${row.code} ${row.display}`).includes(fold(q))));
    },
    // A picture of an examination; one that is gone; anything else has nothing in it.
    record: <T>(type: string, id: string) =>
      later((type === 'Media' && id !== 'gone' ? { content: { contentType: 'image/png', data: SHADOW } } : {}) as T),
    live: (_view, _after, _listener: (event: never) => void) => () => undefined,
    link: () => link,
    onLink: () => () => undefined,
    close: () => undefined,
  } satisfies Transport & { close: () => void; rows?: Row };
}
