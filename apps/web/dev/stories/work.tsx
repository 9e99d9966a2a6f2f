import {
  CoachMark,
  type ComposedOrder,
  Conflict,
  ConsentCard,
  DiffView,
  type FormDefinition,
  FormRenderer,
  type FormValues,
  NoPermission,
  OfflineNote,
  OrderComposer,
  PartialNote,
  PersonSearch,
  ReadOnlyNote,
  Skeleton,
  StaleNote,
  VideoDock,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { around, dataStates, nothing, type Story } from './story.tsx';
import { DISEASE, DRUG, LONG, PLACE, STACKED } from './worst.ts';

const hits = [
  {
    key: '1',
    name: 'Trần Thị Lan',
    birth: '1964-07-14',
    sex: 'Nữ',
    code: '2600-123-456',
    phone: '•• ••• 118',
    place: 'Ba Đình, Hà Nội',
    duplicate: 0.83,
  },
  {
    key: '2',
    name: 'Trần Thị Lan',
    birth: '1964-07-04',
    sex: 'Nữ',
    code: '2600-901-222',
    phone: '•• ••• 118',
    household: 'cùng hộ',
    duplicate: 0.83,
  },
];
function Search(props: Partial<Parameters<typeof PersonSearch>[0]>): ReactElement {
  const [query, setQuery] = useState('');
  return (
    <PersonSearch label="Tìm người bệnh" hits={hits} onQuery={setQuery} answered={query} onOpen={nothing} {...props} />
  );
}

const basket: readonly ComposedOrder[] = [
  {
    key: '1',
    kind: 'lab',
    name: 'HbA1c',
    detail: 'chờ ~40 phút',
    price: 101_000,
    patientPays: 20_200,
    insured: 'BHYT 80 %',
  },
  {
    key: '2',
    kind: 'drug',
    name: 'cefTRIAXon 1 g',
    dose: '1 g tiêm TM, mỗi 12 giờ, 7 ngày',
    detail: 'tồn 430',
    price: 140_000,
    patientPays: 28_000,
    insured: 'BHYT 80 %',
  },
];
const composer = {
  patient: 'Trần Thị Lan',
  options: [],
  onQuery: nothing,
  answered: '',
  onAdd: nothing,
  onRemove: nothing,
  onSign: nothing,
  onBundle: nothing,
  bundles: [{ key: 'dtd', name: 'ĐTĐ 3 tháng', n: 4 }],
};

const say = (vi: string, en: string) => ({ vi, en });
const form: FormDefinition = {
  number: '16/BV2',
  version: '2',
  from: '2026-01-01',
  title: say('Phiếu đánh giá vết loét', 'Pressure injury assessment'),
  items: [
    { id: 'found', type: 'date', label: say('Ngày phát hiện', 'Found on'), required: true },
    {
      id: 'temperature',
      type: 'number',
      label: say('Nhiệt độ', 'Temperature'),
      unit: '°C',
      range: { soft: [34, 41], hard: [25, 45] },
    },
    {
      id: 'stage',
      type: 'choice',
      label: say('Giai đoạn', 'Stage'),
      required: true,
      options: [
        { value: '1', label: say('Độ I', 'Stage I') },
        { value: '2', label: say('Độ II', 'Stage II') },
      ],
    },
    { id: 'pain', type: 'tick', label: say('Có đau', 'Painful') },
    {
      id: 'score',
      type: 'number',
      label: say('Điểm đau', 'Pain score'),
      required: true,
      when: { item: 'pain', is: true },
    },
    {
      id: 'wounds',
      type: 'group',
      label: say('Vết', 'Wound'),
      most: 4,
      items: [
        { id: 'site', type: 'text', label: say('Vị trí', 'Site'), required: true },
        { id: 'length', type: 'number', label: say('Dài', 'Length'), unit: 'cm' },
        { id: 'width', type: 'number', label: say('Rộng', 'Width'), unit: 'cm' },
        {
          id: 'area',
          type: 'computed',
          label: say('Diện tích', 'Area'),
          unit: 'cm²',
          compute: ({ length, width }) =>
            length && width
              ? String(Math.round(Number(length) * Number(width) * 10) / 10).replace('.', ',')
              : undefined,
        },
      ],
    },
    { id: 'plan', type: 'long', label: say('Hướng chăm sóc', 'Plan') },
  ],
};
const filled: FormValues = {
  found: '2026-11-22',
  temperature: '38.2',
  stage: '2',
  pain: true,
  score: '4',
  wounds: [{ site: 'Cùng cụt', length: '4', width: '3.5' }],
  plan: 'Xoay trở 2 giờ, đệm hơi, thay băng ngày 2 lần.',
};
function Form(props: Partial<Parameters<typeof FormRenderer>[0]>): ReactElement {
  const [values, setValues] = useState<FormValues>(props.values ?? filled);
  return <FormRenderer form={form} {...props} values={values} onChange={setValues} />;
}

const diff = [
  {
    key: '1',
    label: 'Đơn thuốc',
    before: 'metformin 500 mg, sáng và chiều, 30 ngày',
    after: 'metformin 850 mg, sáng và chiều, 28 ngày',
  },
  { key: '2', label: 'Lời dặn', before: '', after: 'Đi bộ 30 phút mỗi ngày' },
];

const consent = {
  title: 'Chia sẻ kết quả xét nghiệm cho phòng khám Hoà An',
  who: 'BS Bình, PK Hoà An',
  what: 'Kết quả 12 tháng, không gồm đơn thuốc',
  why: 'Khám và điều trị tiếp',
  until: '01/12/2026, rút lại lúc nào cũng được',
  onDecide: nothing,
};

const dock = {
  other: 'Trần Thị Lan',
  state: 'on',
  quality: 'good',
  muted: false,
  onMute: nothing,
  onLeave: nothing,
} as const;
const coach = { goal: 'Cấp số cho người bệnh đã hẹn', step: 2, steps: 6, onSkip: nothing, onNext: nothing } as const;
const versions = {
  what: 'BS An và BS Bình cùng sửa lúc 08:12',
  mine: { title: 'BS An · 08:12', text: 'Đỡ khó thở, ăn được.' },
  theirs: { title: 'BS Bình · 08:12', text: 'Còn khó thở khi nằm.' },
  onKeep: nothing,
};

export const work: readonly Story[] = [
  {
    name: 'PersonSearch',
    keys: [
      ['F3', 'tìm người'],
      ['↑ ↓ Enter', 'chọn'],
      ['Esc', 'đóng'],
    ],
    states: {
      ...around({
        full: () => <Search />,
        empty: () => <Search hits={[]} />,
        readOnly: () => <Search readOnly />,
        worst: () => <Search label={PLACE} />,
      }),
      loading: () => <Search hits={[]} searching />,
      error: () => <Search hits={[]} error="Chưa tìm được. Kiểm tra mạng rồi gõ lại." />,
    },
  },
  {
    name: 'OrderComposer',
    keys: [
      ['F4', 'chỉ định'],
      ['↑ ↓ Enter', 'chọn'],
      ['Ctrl+Enter', 'ký tất cả'],
    ],
    states: dataStates(
      (state, how) => (
        <OrderComposer {...composer} {...state} basket={how.nothing ? [] : basket} readOnly={how.readOnly} />
      ),
      () => (
        <OrderComposer
          {...composer}
          patient={LONG}
          basket={[
            {
              key: '1',
              kind: 'drug',
              name: DRUG,
              dose: 'mỗi lần 875 mg + 125 mg, ngày 4 lần, ngay trước bữa ăn',
              detail: PLACE,
              price: 1_234_567_890,
              insured: 'BHYT 100 % có điều kiện',
            },
          ]}
        />
      ),
    ),
  },
  {
    name: 'FormRenderer',
    keys: [
      ['Tab', 'từng mục'],
      ['Enter', 'tới mục còn thiếu'],
    ],
    states: dataStates(
      (state, how) => (
        <Form
          key={String(how.nothing)}
          {...state}
          form={how.nothing ? { ...form, items: [] } : form}
          readOnly={how.readOnly}
          onAmend={nothing}
          before={{ ...filled, temperature: '37.4' }}
        />
      ),
      () => <Form tried values={{ pain: true, wounds: [{ length: '1.000' }], plan: `${DISEASE}\n${STACKED}` }} />,
    ),
  },
  {
    name: 'DiffView',
    keys: [],
    states: dataStates(
      (state, how) => (
        <DiffView
          {...state}
          label="Đính chính"
          beforeTitle="Bản 1 · 07:12"
          afterTitle="Bản 2 · 08:40"
          reason="Sai liều"
          fields={how.nothing ? [] : diff}
        />
      ),
      () => (
        <DiffView
          label="Đính chính"
          beforeTitle={LONG}
          afterTitle={STACKED}
          fields={[{ key: '1', label: PLACE, before: DISEASE, after: DRUG }]}
        />
      ),
    ),
  },
  {
    name: 'ConsentCard',
    keys: [['Tab', 'hai câu trả lời, cùng cỡ']],
    states: around({
      shape: 'card',
      full: () => <ConsentCard {...consent} />,
      empty: () => <ConsentCard {...consent} decision={{ given: false, by: 'Trần Thị Lan', at: '24/11/2026 07:12' }} />,
      readOnly: () => (
        <ConsentCard
          {...consent}
          decision={{ given: true, by: 'Trần Thị Lan', at: '24/11/2026 07:12' }}
          onWithdraw={nothing}
        />
      ),
      worst: () => <ConsentCard {...consent} title={DISEASE} who={`${LONG}, ${PLACE}`} what={DRUG} />,
    }),
  },
  {
    name: 'VideoDock',
    keys: [['Tab', 'tắt tiếng, hình, kết thúc']],
    states: {
      full: () => (
        <VideoDock
          {...dock}
          since="03:12"
          picture={<div />}
          self={<div style={{ height: 40 }} />}
          recording
          onPicture={nothing}
        />
      ),
      empty: () => <VideoDock {...dock} state="ended" />,
      loading: () => <VideoDock {...dock} state="calling" />,
      stale: () => <VideoDock {...dock} quality="fair" muted />,
      offline: () => <VideoDock {...dock} state="lost" quality="poor" />,
      readOnly: () => <VideoDock {...dock} captions="Dạ, em uống thuốc đều, sáng một viên." />,
      error: () => <VideoDock {...dock} quality="poor" />,
      worst: () => <VideoDock {...dock} other={LONG} quality="poor" captions={DISEASE} recording onPicture={nothing} />,
    },
  },
  {
    name: 'CoachMark',
    keys: [['Tab', 'bỏ qua, bước sau']],
    states: around({
      full: () => <CoachMark {...coach} chord="Ctrl+Enter" hint="Quét thẻ, đọc lại tên và ngày sinh." />,
      empty: () => <CoachMark {...coach} onNext={undefined} />,
      readOnly: () => <CoachMark {...coach} state="done" said="Đúng. 3 phím, mức là 3." />,
      worst: () => <CoachMark {...coach} goal={DISEASE} state="wrong" said={`Chưa đúng: ${DRUG}`} />,
    }),
  },
  {
    name: 'States',
    keys: [],
    states: {
      full: () => <PartialNote>Chưa nhận được kết quả từ BV tỉnh</PartialNote>,
      empty: () => (
        <NoPermission title="Hồ sơ này thuộc khoa khác" who="Hỏi BS trưởng khoa Nội, số 1203" onBreakGlass={nothing} />
      ),
      loading: () => <Skeleton shape="card" />,
      stale: () => <StaleNote at="06:52" onReload={nothing} />,
      offline: () => <OfflineNote>Bạn vẫn ghi và ký được; 4 việc sẽ gửi khi có mạng.</OfflineNote>,
      readOnly: () => <ReadOnlyNote onAmend={nothing} />,
      error: () => <Conflict {...versions} />,
      worst: () => <Conflict {...versions} what={DISEASE} mine={{ title: LONG, text: DRUG }} />,
    },
  },
];
