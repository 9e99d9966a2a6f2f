import {
  BedBoard,
  type BedRoom,
  Chip,
  type MarCell,
  MarGrid,
  type MarRow,
  MedicationLine,
  RegionMap,
  Timeline,
  TreatmentSheet,
  VitalsChart,
} from '@mach/ui';
import { around, dataStates, GRID_KEYS, nothing, type Story } from './story.tsx';
import { at, DISEASE, DRUG, LONG, PLACE } from './worst.ts';

const rooms: readonly BedRoom[] = [
  {
    key: '201',
    name: 'P.201',
    beds: [
      {
        key: '01',
        code: '01',
        state: 'occupied',
        patients: [
          {
            key: 'h',
            name: 'Lê Văn Hùng',
            age: '71',
            day: 'N4',
            care: 'I',
            news2: 7,
            next: 'thuốc 07:00',
            flags: (
              <Chip tone="warn" icon="fall">
                Ngã
              </Chip>
            ),
          },
        ],
      },
      {
        key: '02',
        code: '02',
        state: 'occupied',
        patients: [
          { key: 'l', name: 'Phạm Đắc Lộc', age: '58', day: 'N7', care: 'II', news2: 1, next: 'Ra viện hôm nay' },
        ],
      },
    ],
  },
  {
    key: '202',
    name: 'P.202',
    note: 'Cách ly',
    beds: [
      { key: '06', code: '06', state: 'free' },
      {
        key: '07',
        code: '07',
        state: 'occupied',
        patients: [
          { key: 'a', name: 'Vũ Thị An', age: '33', day: 'N2', news2: 5 },
          { key: 'v', name: 'Hồ Khánh Vy', age: '30', day: 'N1', news2: 0 },
        ],
      },
      { key: '08', code: '08', state: 'cleaning' },
    ],
  },
];

const slots = [
  { key: '00', label: '00', when: 'past' },
  { key: '06', label: '06', when: 'past' },
  { key: '07', label: '07', when: 'now' },
  { key: '08', label: '08', when: 'future' },
  { key: '12', label: '12', when: 'future' },
  { key: '20', label: '20', when: 'future' },
] as const;

const given: MarCell = { state: 'given', text: '00:10' };

const rows: readonly MarRow[] = [
  {
    key: '1',
    name: 'ceftriaxon',
    kind: 'scheduled',
    line: (
      <MedicationLine
        medication={{ name: 'cefTRIAXon', strength: '1 g', route: 'TM', when: 'mỗi 12 giờ' }}
        state="continued"
      />
    ),
    doses: { '08': { state: 'due' }, '20': { state: 'planned' } },
  },
  {
    key: '2',
    name: 'salbutamol',
    kind: 'scheduled',
    line: (
      <MedicationLine medication={{ name: 'salbutamol', strength: '5 mg', route: 'khí dung', when: 'mỗi 6 giờ' }} />
    ),
    doses: { '00': given, '06': { state: 'overdue', text: "muộn 60'" }, '12': { state: 'planned' } },
  },
  {
    key: '3',
    name: 'kali clorid',
    kind: 'once',
    line: <MedicationLine medication={{ name: 'kali clorid', strength: '600 mg', route: 'uống', highAlert: true }} />,
    doses: { '07': { state: 'due', two: true } },
  },
  {
    key: '4',
    name: 'paracetamol',
    kind: 'needed',
    line: <MedicationLine medication={{ name: 'paracetamol', strength: '500 mg', note: 'tối đa 3 g/24 giờ' }} />,
    doses: { '00': { state: 'late', text: '02:10' }, '06': { state: 'refused' }, '07': { state: 'held' } },
  },
  {
    key: '5',
    name: 'furosemid',
    kind: 'scheduled',
    stopped: true,
    line: (
      <MedicationLine
        medication={{ name: 'furosemid', strength: '20 mg' }}
        state="stopped"
        reason="K 3,1 · BS An 06:58"
      />
    ),
    doses: { '00': given, '06': { state: 'withheld' } },
  },
];

const hours = [-24, -20, -16, -12, -8, -4, 0].map((h) => at(7 + h));

const series = [
  {
    key: 't',
    label: 'Nhiệt độ',
    unit: '°C',
    range: [36, 37.5] as const,
    points: hours.map((one, i) => ({ at: one, value: [36.8, 37.2, 38.4, 39.1, 38.6, 37.9, 38.2][i] ?? 37 })),
  },
  {
    key: 'm',
    label: 'Mạch',
    unit: 'lần/phút',
    range: [60, 100] as const,
    points: hours.map((one, i) => ({ at: one, value: [78, 84, 96, 112, 108, 98, 104][i] ?? 80 })),
  },
  {
    key: 's',
    label: 'SpO₂',
    unit: '%',
    range: [94, 100] as const,
    points: hours.map((one, i) => ({ at: one, value: [97, 96, 93, 90, 91, 94, 91][i] ?? 95 })),
  },
];

const kinds = [
  { value: 'note', label: 'Phiếu khám', icon: 'clipboard' },
  { value: 'dose', label: 'Liều', icon: 'pill' },
  { value: 'result', label: 'Kết quả', icon: 'flask' },
  { value: 'bed', label: 'Giường', icon: 'bed' },
] as const;

const events = [
  { key: '1', at: at(6, 58), kind: 'note', title: 'Đi buồng', detail: 'Còn ho đờm, đỡ khó thở', by: 'BS An' },
  { key: '2', at: at(6, 10), kind: 'result', title: 'Kali 3,1 ↓', by: 'KTV Bảo' },
  { key: '3', at: at(2, 10), kind: 'dose', title: 'paracetamol 500 mg', late: true, by: 'ĐD Hà' },
  { key: '4', at: at(16, 0, 21), kind: 'bed', title: 'Vào giường P.201-01' },
];

const days = [
  {
    date: '2026-11-24',
    day: 4,
    entries: [
      {
        key: '1',
        at: at(6, 58),
        progress: 'Còn ho đờm, đỡ khó thở hơn. Ran nổ đáy phải.\nNEWS2 6.',
        orders: [
          { key: 'a', text: 'ceftriaxon 1 g TM mỗi 12 giờ', day: 'N4/7', state: 'continued' as const },
          { key: 'b', text: 'prednisolon 40 → 30 mg sáng', state: 'changed' as const },
          { key: 'c', text: 'furosemid 20 mg', state: 'stopped' as const },
          { key: 'd', text: 'kali clorid 600 mg uống × 2', state: 'new' as const },
        ],
        care: 'Chăm sóc cấp I · cơm mềm · theo dõi 4 giờ',
        by: 'BS Nguyễn Hoàng An',
        signed: true,
      },
      {
        key: '2',
        at: at(7, 30),
        progress: 'Tăng khó thở',
        orders: [{ key: 'e', text: 'khí dung thêm 1 lần' }],
        by: 'BS Trần Minh Quân',
        signed: false,
        late: true,
      },
    ],
  },
];

export const ward: readonly Story[] = [
  {
    name: 'MARGrid',
    keys: GRID_KEYS,
    states: dataStates(
      (state, how) => (
        <MarGrid
          {...state}
          label="Thực hiện thuốc 24/11/2026"
          slots={slots}
          rows={how.nothing ? [] : rows}
          readOnly={how.readOnly}
          onOpen={nothing}
        />
      ),
      () => (
        <MarGrid
          label="Thực hiện thuốc"
          slots={slots}
          rows={[
            {
              key: '1',
              name: DRUG,
              kind: 'continuous',
              line: (
                <MedicationLine
                  medication={{
                    name: DRUG,
                    strength: '875 mg + 125 mg',
                    lookAlike: true,
                    highAlert: true,
                    when: 'mỗi 6 giờ, ngay trước bữa ăn',
                  }}
                />
              ),
              doses: { '06': { state: 'overdue', text: "muộn 1 440'", two: true } },
            },
          ]}
          onOpen={nothing}
        />
      ),
    ),
  },
  {
    name: 'Timeline',
    keys: [
      ['← → ↑ ↓', 'đi từng sự kiện'],
      ['Enter', 'mở'],
    ],
    states: dataStates(
      (state, how) => (
        <Timeline
          {...state}
          label="Diễn biến"
          kinds={kinds}
          events={how.nothing ? [] : events}
          onOpen={how.readOnly ? undefined : nothing}
        />
      ),
      () => (
        <Timeline
          label="Diễn biến"
          kinds={kinds}
          events={[{ key: '1', at: at(6), kind: 'note', title: DISEASE, detail: DRUG, by: LONG, late: true }]}
        />
      ),
    ),
  },
  {
    name: 'VitalsChart',
    keys: [['← →', 'biểu đồ, bảng số']],
    states: dataStates(
      (state, how) => (
        <VitalsChart
          {...state}
          label="Sinh hiệu 24 giờ"
          series={how.nothing ? [] : series}
          marks={[{ at: at(2, 10), label: 'paracetamol 500 mg' }]}
        />
      ),
      () => (
        <VitalsChart
          label="Sinh hiệu"
          series={[{ key: '1', label: 'Đường huyết mao mạch', unit: 'mmol/L', points: [{ at: at(6), value: 28.4 }] }]}
          marks={[{ at: at(6), label: DRUG }]}
        />
      ),
    ),
  },
  {
    name: 'BedBoard',
    keys: [...GRID_KEYS, ['M', 'chuyển giường'], ['B', 'danh sách'], ['Esc', 'thôi chuyển']],
    states: dataStates(
      (state, how) => (
        <BedBoard
          {...state}
          label="Sơ đồ giường"
          rooms={how.nothing ? [] : rooms}
          readOnly={how.readOnly}
          onOpen={nothing}
          onMove={nothing}
        />
      ),
      () => (
        <BedBoard
          label="Sơ đồ giường"
          rooms={[
            {
              key: '1',
              name: PLACE,
              note: 'Cách ly giọt bắn',
              beds: [
                {
                  key: '1',
                  code: '12B',
                  state: 'occupied',
                  patients: [
                    { key: '1', name: LONG, age: '8 tháng', day: 'N117', care: 'III', news2: 12, next: DISEASE },
                  ],
                },
              ],
            },
          ]}
        />
      ),
    ),
  },
  {
    name: 'TreatmentSheet',
    keys: [['F8', 'in như mẫu']],
    states: dataStates(
      (state, how) => <TreatmentSheet {...state} label="Tờ điều trị" days={how.nothing ? [] : days} />,
      () => (
        <TreatmentSheet
          label="Tờ điều trị"
          days={[
            {
              date: '2026-11-24',
              day: 117,
              entries: [
                {
                  key: '1',
                  at: at(6),
                  progress: DISEASE,
                  orders: [{ key: '1', text: DRUG, day: 'N117/120', state: 'changed' }],
                  by: LONG,
                  signed: false,
                  late: true,
                },
              ],
            },
          ]}
        />
      ),
    ),
  },
  {
    name: 'BodyMap',
    keys: [
      ['Tab', 'từng vùng'],
      ['Space', 'đánh dấu'],
    ],
    states: around({
      full: () => (
        <RegionMap
          label="Vị trí tổn thương"
          map="body-front"
          marks={{ chest: 'đau', 'left-foot': 'loét 2 cm' }}
          onToggle={nothing}
        />
      ),
      empty: () => <RegionMap label="Vị trí tổn thương" map="body-front" marks={{}} onToggle={nothing} />,
      readOnly: () => <RegionMap label="Vị trí tổn thương" map="body-front" marks={{ abdomen: 'ấn đau' }} readOnly />,
      worst: () => <RegionMap label="Vị trí tổn thương" map="body-front" marks={{ head: DISEASE }} readOnly />,
    }),
    more: {
      Răng: () => (
        <RegionMap label="Sơ đồ răng" map="teeth" marks={{ '36': 'sâu', '48': 'mọc lệch' }} onToggle={nothing} />
      ),
    },
  },
];
