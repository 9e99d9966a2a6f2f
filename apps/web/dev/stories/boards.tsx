import {
  ClaimFindings,
  type Finding,
  PendingList,
  QueueBoard,
  type QueueEntry,
  Scheduler,
  type ScheduleSlot,
  StockCard,
  Tile,
} from '@mach/ui';
import { dataStates, GRID_KEYS, LIST_KEYS, nothing, type Story } from './story.tsx';
import { at, DISEASE, DRUG, LONG, PLACE, STACKED } from './worst.ts';

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
