import {
  BedBoard,
  type BedRoom,
  Chip,
  ClaimFindings,
  type Finding,
  type MarCell,
  MarGrid,
  type MarRow,
  MedicationLine,
  PendingList,
  QueueBoard,
  type QueueEntry,
  RegionMap,
  Scheduler,
  type ScheduleSlot,
  StockCard,
  Tile,
  Timeline,
  TreatmentSheet,
  VitalsChart,
} from '@mach/ui';
import { around, dataStates, GRID_KEYS, LIST_KEYS, nothing, type Story } from './story.tsx';
import { at, DISEASE, DRUG, LONG, PLACE, STACKED } from './worst.ts';

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

const queue: readonly QueueEntry[] = [
  { key: '1', number: '0126', name: 'Lê Văn Hùng', room: '305', state: 'called' },
  {
    key: '2',
    number: '0127',
    name: 'Trần Thị Lan',
    room: '305',
    state: 'waiting',
    eta: '~18 phút',
    priority: '≥ 75 tuổi',
  },
  { key: '3', number: '0128', name: 'Phạm Thu Hà', room: '307', state: 'absent' },
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

const findings: readonly Finding[] = [
  {
    key: '1',
    cause: 'Trùng giờ y lệnh',
    rule: 'Giờ y lệnh sau giờ thực hiện',
    source: 'QĐ 4750',
    level: 'error',
    atRisk: '17000000',
    field: 'Giờ y lệnh, phiếu CĐ 12',
    fix: 'Sửa giờ y lệnh, hoặc ghi lý do',
  },
  {
    key: '2',
    cause: 'Trùng giờ y lệnh',
    rule: 'Giờ y lệnh sau giờ ra viện',
    level: 'error',
    atRisk: '410000',
    field: 'Giờ ra viện',
  },
  {
    key: '3',
    cause: 'Thiếu mã',
    rule: 'Chưa có mã thuốc đấu thầu',
    level: 'warning',
    atRisk: '96500',
    field: 'Đơn thuốc, dòng 2',
  },
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

const lots = [
  { key: '1', lot: 'A12', expiry: '2026-12-31', stock: '40', unit: 'viên', location: 'Kho lẻ, kệ 3', first: true },
  { key: '2', lot: 'B07', expiry: '2027-11-30', stock: '1240', unit: 'viên', location: 'Kho chẵn' },
  { key: '3', lot: 'X00', expiry: '2026-10-31', stock: '12', unit: 'viên', location: 'Biệt trữ' },
];
const stock = { name: 'metformin 500 mg viên nén', unit: 'viên', total: '1292', price: '260 ₫', insured: 'BHYT 100 %' };

const resources = [
  { key: 'a', name: '305 BS An' },
  { key: 'b', name: '307 BS Bình' },
];
const schedule: readonly ScheduleSlot[] = ['08:00', '08:30', '09:00'].flatMap((time, i) => [
  { key: `a${time}`, time, resource: 'a', places: 2, taken: i },
  { key: `b${time}`, time, resource: 'b', places: 2, taken: i === 1 ? 3 : 0, closed: i === 2 },
]);

const pending = [
  {
    name: 'Việc của tôi',
    items: [
      {
        key: '1',
        destination: 'Đơn thuốc quốc gia',
        what: 'Đơn của Trần Thị Lan',
        since: at(6, 40),
        attempts: 3,
        state: 'failed' as const,
        answer: 'Cổng không trả lời từ 07:40. Đang thử lại mỗi 5 phút.',
        deadline: { text: 'còn 2 giờ', passed: false },
      },
      {
        key: '2',
        destination: 'Cổng BHXH',
        what: 'Hồ sơ 79021A4K',
        since: at(9, 0, 21),
        attempts: 1,
        state: 'rejected' as const,
        answer: 'Sai mã bệnh kèm theo',
        deadline: { text: 'quá hạn 1 ngày', passed: true },
      },
    ],
  },
];

export const boards: readonly Story[] = [
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
    name: 'QueueBoard',
    keys: [['F2', 'gọi người tiếp theo']],
    states: dataStates(
      (state, how) => (
        <QueueBoard
          {...state}
          label="Hàng đợi phòng 305"
          entries={how.nothing ? [] : how.readOnly ? queue.slice(1) : queue}
        />
      ),
      () => (
        <QueueBoard
          label="Hàng đợi"
          entries={[
            { key: '1', number: 'CC-0126', name: LONG, room: PLACE, state: 'called' },
            {
              key: '2',
              number: '0127',
              name: STACKED,
              room: PLACE,
              state: 'in',
              eta: 'khoảng 3 giờ 20 phút',
              priority: 'Phụ nữ có thai',
            },
          ]}
        />
      ),
    ),
    more: {
      'Trên tường': () => (
        <QueueBoard
          audience="public"
          label="Bảng gọi số"
          entries={queue.slice(0, 2).map((one) => ({ ...one, name: one.key === '1' ? 'Lê V. H.' : 'Trần T. L.' }))}
        />
      ),
    },
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
  {
    name: 'StockCard',
    keys: LIST_KEYS,
    states: dataStates(
      (state, how) => (
        <StockCard
          {...state}
          {...stock}
          lots={how.nothing ? [] : lots}
          movements={
            how.nothing
              ? []
              : [{ key: '1', at: at(6, 30), what: 'Phát cho Trần Thị Lan', lot: 'A12', change: '−60', left: '1 292' }]
          }
        />
      ),
      () => (
        <StockCard
          {...stock}
          name={DRUG}
          total="1234567"
          lots={[{ key: '1', lot: 'LOT-0O1lI-5S8B-2026', stock: '1234567', unit: 'lọ bột đông khô', location: PLACE }]}
        />
      ),
    ),
  },
  {
    name: 'ClaimFinding',
    keys: [['Enter', 'tới ô cần sửa']],
    states: dataStates(
      (state, how) => (
        <ClaimFindings
          {...state}
          label="Lỗi hồ sơ"
          findings={how.nothing ? [] : findings}
          readOnly={how.readOnly}
          onGo={nothing}
          onRecheck={nothing}
        />
      ),
      () => (
        <ClaimFindings
          label="Lỗi hồ sơ"
          findings={[
            {
              key: '1',
              cause: DISEASE,
              rule: DISEASE,
              source: 'QĐ 3176/QĐ-BYT, phụ lục 1',
              level: 'error',
              atRisk: '1234567890',
              field: PLACE,
              fix: DRUG,
            },
          ]}
          onGo={nothing}
        />
      ),
    ),
  },
  {
    name: 'PendingCenter',
    keys: [
      ['Tab', 'từng việc'],
      ['Enter', 'mở, gửi lại'],
    ],
    states: dataStates(
      (state, how) => (
        <PendingList
          {...state}
          label="Việc treo"
          owners={how.nothing ? [] : pending}
          readOnly={how.readOnly}
          onOpen={nothing}
          onSend={nothing}
          onExport={nothing}
        />
      ),
      () => (
        <PendingList
          label="Việc treo"
          owners={[
            {
              name: LONG,
              items: [
                {
                  key: '1',
                  destination: PLACE,
                  what: DISEASE,
                  since: at(6),
                  attempts: 1284,
                  state: 'rejected',
                  answer: DISEASE,
                  deadline: { text: 'quá hạn 12 ngày 4 giờ', passed: true },
                },
              ],
            },
          ]}
          onSend={nothing}
        />
      ),
    ),
  },
  {
    name: 'Scheduler',
    keys: GRID_KEYS,
    states: dataStates(
      (state, how) => (
        <Scheduler
          {...state}
          label="Lịch hẹn 25/11"
          resources={resources}
          slots={how.nothing ? [] : schedule}
          readOnly={how.readOnly}
          selected="a08:00"
          onChoose={nothing}
        />
      ),
      () => (
        <Scheduler
          label="Lịch hẹn"
          resources={[
            { key: 'a', name: PLACE },
            { key: 'b', name: LONG },
          ]}
          slots={schedule}
          overbook
          onChoose={nothing}
        />
      ),
    ),
  },
  {
    name: 'Tile',
    keys: [
      ['Enter', 'mở danh sách'],
      ['Tab', 'định nghĩa'],
    ],
    states: dataStates(
      (state, how) => (
        <Tile
          {...state}
          title="Giường"
          value={how.nothing ? undefined : '107 %'}
          target={{ text: '≤ 95 %', met: false }}
          trend={[92, 94, 95, 97, 101, 104, 107]}
          asOf="06:52"
          owner="ĐD trưởng"
          definition="Người bệnh nội trú lúc 06:00 / giường kế hoạch. Nguồn: đợt nội trú."
          onOpen={how.readOnly ? undefined : nothing}
        />
      ),
      () => (
        <Tile
          title={DISEASE}
          value="1.234.567.890 ₫"
          target={{ text: DRUG, met: true }}
          n={7}
          asOf="06:52"
          owner={LONG}
        />
      ),
    ),
  },
];
