import type { AllergyState, BannerPatient } from '@mach/ui';

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

export interface Waiting {
  readonly key: string;
  readonly number: string;
  readonly name: string;
  readonly sex: 'male' | 'female';
  readonly birth: string;
  readonly status: 'appointed' | 'waiting' | 'results' | 'ready' | 'emergency';
  readonly next: string;
  readonly since: string;
  readonly rank: number;
  readonly allergy: AllergyState;
  readonly code: string;
  readonly sameName?: boolean;
}

const none: AllergyState = { state: 'none', at: '2026-03-12', by: 'ĐD Hoa' };

/** Made-up people with the names that break layouts. */
export const waiting: readonly Waiting[] = [
  {
    key: '1',
    number: '0127',
    name: 'Trần Thị Lan',
    sex: 'female',
    birth: '1964-07-14',
    status: 'ready',
    next: 'Tái khám ĐTĐ, THA',
    since: ago(18),
    rank: 1,
    code: '2600-123-456',
    sameName: true,
    allergy: {
      state: 'known',
      items: [
        { substance: 'penicillin', reaction: 'phản vệ', year: '2019' },
        { substance: 'tôm' },
        { substance: 'ibuprofen', reaction: 'mày đay' },
      ],
    },
  },
  {
    key: '2',
    number: '0131',
    name: 'Nguyễn Thị Hường',
    sex: 'female',
    birth: '1981-02-03',
    status: 'ready',
    next: 'Đau thượng vị 3 ngày',
    since: ago(31),
    rank: 2,
    code: '2600-140-112',
    allergy: none,
  },
  {
    key: '3',
    number: '0126',
    name: 'Lê Văn Hùng',
    sex: 'male',
    birth: '1955-03-02',
    status: 'emergency',
    next: 'HA 186/112 · khó thở',
    since: ago(64),
    rank: 0,
    code: '2600-118-902',
    allergy: { state: 'unasked' },
  },
  {
    key: '4',
    number: '0124',
    name: 'Công Tằng Tôn Nữ Minh Nguyệt',
    sex: 'female',
    birth: '1956-10-20',
    status: 'results',
    next: 'Chờ 1/4 · ECG còn ~8 phút',
    since: ago(47),
    rank: 3,
    code: '2600-090-331',
    allergy: none,
  },
  {
    key: '5',
    number: '0129',
    name: 'Đặng Ngọc Ấu',
    sex: 'male',
    birth: '1993-05-30',
    status: 'waiting',
    next: 'Khám mới · ho, sốt',
    since: ago(12),
    rank: 4,
    code: '2600-151-004',
    allergy: { state: 'unasked' },
  },
  {
    key: '6',
    number: '0130',
    name: 'Y Krông Êban',
    sex: 'male',
    birth: '1968',
    status: 'waiting',
    next: 'Khám mới · đau lưng',
    since: ago(9),
    rank: 5,
    code: '2600-151-020',
    allergy: none,
  },
  {
    key: '7',
    number: '0132',
    name: 'Trần Thị Lan',
    sex: 'female',
    birth: '1958-01-09',
    status: 'waiting',
    next: 'Tái khám tuyến giáp',
    since: ago(6),
    rank: 6,
    code: '2600-151-077',
    sameName: true,
    allergy: none,
  },
  {
    key: '8',
    number: '',
    name: 'Phạm Thu Hà',
    sex: 'female',
    birth: '1992-08-11',
    status: 'appointed',
    next: 'Hẹn 08:45',
    since: ago(0),
    rank: 7,
    code: '2600-122-870',
    allergy: none,
  },
  {
    key: '9',
    number: '',
    name: 'Vũ Gia Bảo',
    sex: 'male',
    birth: '2023-09-24',
    status: 'appointed',
    next: 'Hẹn 09:00 · trẻ 38 tháng',
    since: ago(0),
    rank: 8,
    code: '2600-160-233',
    allergy: { state: 'unasked' },
  },
];

export function banner(one: Waiting): BannerPatient {
  return {
    name: one.name,
    sex: one.sex,
    birth: one.birth,
    code: one.code,
    place: one.number ? `Phòng 305 · ${one.number}` : undefined,
    allergy: one.allergy,
    weight: { value: one.birth > '2011' ? '14.2' : '58', at: '2026-11-22' },
    chips: one.sameName
      ? [{ kind: 'sameName', text: 'Trùng tên (phòng 307)', title: 'Trần Thị LAN, sinh 1958, chờ phòng 307' }]
      : [],
    facts: [
      { label: 'CCCD', value: '••••••••3456' },
      { label: 'BHYT', value: '80 % · đúng nơi' },
      { label: 'ĐT', value: '09•• ••• 118' },
      { label: 'Nhóm máu', value: 'Chưa rõ' },
      { label: 'Vấn đề', value: 'ĐTĐ típ 2 (2017) · THA (2014) · rối loạn lipid máu' },
    ],
  };
}
