import type { BannerPatient } from '@mach/ui';
import { at } from './worst.ts';

/** The made-up woman of the stories: an allergy, a namesake, an old blood group. */
export const lan: BannerPatient = {
  name: 'Trần Thị Lan',
  sex: 'female',
  birth: '1964-07-14',
  code: '2600-123-456',
  place: 'P.305',
  allergy: {
    state: 'known',
    items: [{ substance: 'penicillin', reaction: 'phản vệ', year: '2019' }, { substance: 'tôm' }],
  },
  weight: { value: '58', at: at(6, 40) },
  chips: [{ kind: 'sameName', text: 'Trùng tên' }],
  facts: [
    { label: 'CCCD', value: '••••••••3456' },
    { label: 'BHYT', value: '80 %, đến 31/12/2026' },
    { label: 'Nhóm máu', value: 'O+', stale: true },
  ],
};
