import {
  AlertLine,
  Allergy,
  type BannerPatient,
  Button,
  Chip,
  CommandPalette,
  Empty,
  FinishBar,
  Invoice,
  type InvoiceLine,
  JobCard,
  type Medication,
  MedicationLine,
  PatientBanner,
  ReadOnlyNote,
  type ResultRow,
  ResultTable,
  ScanField,
  SignDialog,
  SyncChip,
  Unreachable,
  VitalsStrip,
  Worklist,
  WorkRow,
} from '@mach/ui';
import { around, LIST_KEYS, nothing, type Story } from './story.tsx';
import { at, DISEASE, DRUG, LONG, STACKED } from './worst.ts';

const lan: BannerPatient = {
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

const met: Medication = {
  name: 'metformin',
  strength: '500 mg',
  form: 'viên nén',
  brand: 'Glucophage',
  route: 'uống',
  dose: { value: '1', unit: 'viên' },
  timesPerDay: 2,
  when: 'sáng – chiều, sau ăn',
  days: 30,
  total: { value: '60', unit: 'viên' },
};

const results: readonly ResultRow[] = [
  {
    key: 'k',
    test: 'Kali',
    panel: 'Điện giải',
    value: '6.8',
    flag: 'critical',
    unit: 'mmol/L',
    reference: '3,5–5,0',
    at: at(6, 10),
    callBack: 'Chưa báo',
    fresh: true,
  },
  {
    key: 'a',
    test: 'HbA1c',
    panel: 'Sinh hoá máu',
    value: '8.1',
    flag: 'high',
    unit: '%',
    reference: '4,1–5,9',
    trend: [7, 7.2, 7.4, 7.5, 8.1],
    previous: '7.5',
    at: at(6, 30),
    fresh: true,
  },
  {
    key: 'g',
    test: 'Glucose',
    panel: 'Sinh hoá máu',
    value: '9.4',
    flag: 'high',
    unit: 'mmol/L',
    twin: '169 mg/dL',
    reference: '3,9–6,4',
    at: at(6, 30),
  },
  {
    key: 'c',
    test: 'Creatinin',
    panel: 'Sinh hoá máu',
    value: '84',
    unit: 'µmol/L',
    reference: '44–80',
    corrected: { value: '48', at: at(6, 50) },
    at: at(6, 30),
  },
  { key: 'e', test: 'Điện tâm đồ', expected: 'còn ~8 phút' },
];

const line: InvoiceLine = {
  key: '1',
  name: 'Khám Nội',
  group: 'Khám bệnh',
  quantity: { value: '1', unit: 'lần' },
  price: '36500',
  total: '36500',
  insurance: '29200',
  patient: '7300',
  why: ['Mức hưởng 80 % (thẻ GD4)', 'Đúng nơi đăng ký'],
};
const lines: readonly InvoiceLine[] = [
  line,
  {
    ...line,
    key: '2',
    name: 'Định lượng HbA1c',
    group: 'Xét nghiệm',
    price: '101000',
    total: '101000',
    insurance: '80800',
    patient: '20200',
  },
];
const totals = { total: '137500', insurance: '110000', patient: '27500' };

const people = [
  { key: '1', number: '0126', name: 'Lê Văn Hùng', age: '71', next: 'Tái khám THA', clock: '18′' },
  { key: '2', number: '0127', name: 'Trần Thị Lan', age: '62', next: 'Đau ngực', clock: '1:05' },
];
const list = (props: Partial<Parameters<typeof Worklist<(typeof people)[number]>>[0]> = {}) => (
  <div style={{ height: 190, display: 'flex', flexDirection: 'column' }}>
    <Worklist
      label="Hàng chờ"
      rows={people}
      keyOf={(one) => one.key}
      textOf={(one) => one.name}
      onOpen={nothing}
      empty={<Empty title="Chưa có ai chờ" hint="Gọi từ phòng khác (F2) hoặc nghỉ 5 phút." />}
      render={(one) => (
        <WorkRow
          edge={one.key === '1' ? 'ok' : 'critical'}
          lead={one.number}
          name={one.name}
          age={one.age}
          mark={one.key === '1' ? { text: 'Đủ KQ', icon: 'check' } : { text: 'Ưu tiên', icon: 'warn' }}
          next={one.next}
          clock={one.clock}
          lateness={one.key === '2' ? 'overdue' : undefined}
        />
      )}
      {...props}
    />
  </div>
);

const sign = (props: Partial<Parameters<typeof SignDialog>[0]> = {}) => (
  <SignDialog
    open
    onClose={nothing}
    items={[
      { key: '1', title: 'Đơn thuốc 3 khoản', patient: 'Trần Thị Lan', changes: 'metformin 500 → 850 mg' },
      { key: '2', title: 'Phiếu khám', patient: 'Trần Thị Lan' },
    ]}
    signer={{ name: 'BS Nguyễn Hoàng An', role: 'Bác sĩ điều trị' }}
    methods={[
      { value: 'remote', label: 'Ký từ xa' },
      { value: 'device', label: 'Máy này' },
    ]}
    onSign={nothing}
    {...props}
  />
);

const finish = { label: { vi: 'Ký và xong', en: 'Sign and finish' }, patient: 'Trần Thị Lan', run: nothing };
const job = { title: 'Kiểm tra hồ sơ BHYT tháng 11', done: 1284, total: 3902 } as const;
const link = { status: 'online', lastSeen: at(7, 12), sending: 0 } as const;
const scan = { vi: 'Phiếu khám', en: 'Visit slip' };
const scanField = (props: Partial<Parameters<typeof ScanField>[0]> = {}) => (
  <ScanField
    label="Quét hoặc gõ"
    routes={[{ label: scan, accepts: (code) => /^26/.test(code), run: nothing }]}
    {...props}
  />
);

export const clinical: readonly Story[] = [
  {
    name: 'PatientBanner',
    keys: [['Tab', 'dị ứng, thêm thông tin']],
    states: around({
      full: () => <PatientBanner patient={lan} onAllergy={nothing} />,
      empty: () => (
        <PatientBanner
          patient={{ name: 'Chưa rõ tên', sex: 'unknown', code: 'CC-2411-07', allergy: { state: 'unasked' } }}
        />
      ),
      readOnly: () => <PatientBanner patient={lan} />,
      worst: () => (
        <PatientBanner
          patient={{
            ...lan,
            name: LONG,
            place: 'P.1204-12B',
            chips: [
              { kind: 'sameName', text: 'Trùng tên' },
              { kind: 'isolation', text: 'Cách ly giọt bắn' },
              { kind: 'fall', text: 'Ngã' },
              { kind: 'pregnant', text: 'Thai 32 tuần' },
            ],
            facts: [{ label: 'Vấn đề', value: DISEASE }],
          }}
        />
      ),
    }),
    more: {
      'Trẻ em': () => (
        <PatientBanner
          patient={{
            ...lan,
            name: 'Nguyễn Minh Khôi',
            sex: 'male',
            birth: '2023-06-20',
            allergy: { state: 'none', at: '2026-03-12', by: 'ĐD Hoa' },
            weight: { value: '14.2', at: at(6) },
            chips: [],
            facts: [],
          }}
        />
      ),
      'Đã mất': () => <PatientBanner patient={{ ...lan, deceased: '2026-11-20' }} />,
    },
  },
  {
    name: 'VitalsStrip',
    keys: [['Enter', 'mở biểu đồ']],
    states: around({
      full: () => (
        <VitalsStrip
          onOpen={nothing}
          vitals={[
            { kind: 'bp', value: '148/86', flag: 'high', at: at(6, 40) },
            { kind: 'pulse', value: '78', at: at(6, 40) },
            { kind: 'temperature', value: '36.7', at: at(6, 40) },
            { kind: 'spo2', value: '98', at: at(6, 40), note: 'khí trời' },
            { kind: 'news2', value: '7', flag: 'critical', at: at(6, 40) },
            { kind: 'weight', value: '58', unit: 'kg', at: at(8, 0, 2), stale: true },
          ]}
        />
      ),
      empty: () => <VitalsStrip vitals={[{ kind: 'bp' }, { kind: 'pulse' }, { kind: 'temperature' }]} />,
      readOnly: () => <VitalsStrip vitals={[{ kind: 'bp', value: '120/70', at: at(6) }]} />,
      worst: () => (
        <VitalsStrip
          vitals={[
            { kind: 'bp', value: '228/138', flag: 'critical', at: at(6) },
            {
              kind: 'other',
              label: 'Đường huyết mao mạch',
              value: '28.4',
              unit: 'mmol/L',
              flag: 'critical',
              at: at(6),
              note: '511 mg/dL, sau ăn 2 giờ',
            },
          ]}
        />
      ),
    }),
  },
  {
    name: 'ScanField',
    keys: [
      ['quét', 'ở bất cứ đâu trong trang'],
      ['Enter', 'dùng mã đã gõ'],
      ['Esc', 'xoá ô'],
    ],
    states: {
      ...around({
        full: () => scanField({ value: '26112400012' }),
        empty: () => scanField(),
        readOnly: () => <ReadOnlyNote />,
        worst: () =>
          scanField({
            placeholder: `Quét CCCD, thẻ BHYT, phiếu khám, vòng tay, nhãn mẫu, hộp thuốc, hoặc gõ tên ${STACKED}`,
          }),
      }),
      loading: () => scanField({ busy: true, value: '079064012345' }),
    },
  },
  {
    name: 'MedicationLine',
    keys: [],
    states: around({
      full: () => <MedicationLine medication={met} state="new" />,
      empty: () => (
        <Empty icon="pill" title="Chưa có thuốc nào" hint="Gõ tên thuốc, hoặc Ctrl+D để kê lại đơn trước." />
      ),
      readOnly: () => <MedicationLine medication={met} state="continued" side={<Chip>Đã ký</Chip>} />,
      worst: () => (
        <MedicationLine
          state="changed"
          change="875 mg + 125 mg → 500 mg + 62,5 mg"
          reason="eGFR 28"
          medication={{
            ...met,
            name: DRUG,
            strength: '875 mg + 125 mg',
            brand: 'Augmentin Duo Forte Plus',
            highAlert: true,
            lookAlike: true,
            when: 'sáng – trưa – chiều – tối, ngay trước bữa ăn',
          }}
          below={
            <AlertLine
              level="warn"
              what="Liều cao hơn mức thường dùng ở người suy thận."
              reasons={[{ code: '1', text: 'Đã cân nhắc' }]}
              onOverride={nothing}
            />
          }
        />
      ),
    }),
    more: {
      Ngưng: () => (
        <MedicationLine
          medication={{ ...met, name: 'furosemid', strength: '20 mg' }}
          state="stopped"
          reason="K 3,1 · BS An 06:58"
        />
      ),
      'Hết hạn': () => <MedicationLine medication={met} state="expired" />,
    },
  },
  {
    name: 'ResultTable',
    keys: [
      ['Space', 'đã xem'],
      ['Tab', 'bất thường trước'],
    ],
    states: around({
      shape: 'table',
      full: () => <ResultTable rows={results} onOpen={nothing} />,
      empty: () => <ResultTable rows={[]} empty={<Empty icon="flask" title="Chưa có kết quả nào" />} />,
      readOnly: () => <ResultTable rows={results.slice(2)} narrow />,
      worst: () => (
        <ResultTable
          narrow
          rows={[
            {
              key: '1',
              test: 'Định lượng kháng thể kháng thụ thể hormon kích thích tuyến giáp (TRAb)',
              panel: 'Miễn dịch',
              value: '125000.75',
              flag: 'critical',
              unit: 'IU/L',
              twin: '125 000 750 mIU/L',
              reference: 'nam < 1,75; nữ có thai 3 tháng đầu < 1,22',
              at: at(5),
              callBack: 'Đã báo BS Nguyễn Hoàng An 06:31',
            },
          ]}
        />
      ),
    }),
  },
  {
    name: 'WorkRow',
    keys: LIST_KEYS,
    states: {
      full: () => list(),
      empty: () => list({ rows: [] }),
      loading: () => list({ state: 'loading' }),
      stale: () => list({ stale: true, loadedAt: at(6, 52), onRetry: nothing }),
      offline: () => (
        <div>
          {around({ full: () => list(), empty: () => list(), readOnly: () => list(), worst: () => list() }).offline()}
        </div>
      ),
      readOnly: () => list({ selected: '1' }),
      error: () => list({ state: 'error', error: new Unreachable('x'), onRetry: nothing }),
      worst: () =>
        list({
          rows: [
            { key: '2', number: 'CC-2411-117', name: LONG, age: '71', next: DISEASE, clock: '12:05' },
            { key: '1', number: '0009', name: STACKED, age: '8 tháng', next: DISEASE, clock: '1 ngày' },
          ],
        }),
    },
  },
  {
    name: 'SignatureDialog',
    over: true,
    keys: [
      ['Ctrl+Enter', 'ký'],
      ['Space', 'bỏ, lấy một tờ'],
      ['Esc', 'thôi, giữ bản nháp'],
    ],
    states: {
      full: () => sign(),
      empty: () => sign({ items: [] }),
      loading: () => sign({ busy: true, session: '2:51' }),
      stale: () => sign({ session: '0:04' }),
      offline: () =>
        sign({
          issues: [
            {
              severity: 'error',
              code: 'sign.offline',
              text: { vi: 'Chưa tới được nơi ký từ xa', en: 'The remote signer is out of reach' },
              remedy: { vi: 'Ký bằng máy này, hoặc ký sau', en: 'Sign with this device, or later' },
            },
          ],
        }),
      readOnly: () => sign({ session: '2:51', methods: [{ value: 'device', label: 'Máy này' }] }),
      error: () =>
        sign({
          issues: [
            {
              severity: 'error',
              code: 'sign.refused',
              text: { vi: 'Sai PIN, còn 2 lần', en: 'Wrong PIN, 2 tries left' },
            },
          ],
        }),
      worst: () => sign({ items: [{ key: '1', title: DISEASE, patient: LONG, changes: DRUG }] }),
    },
  },
  {
    name: 'Invoice',
    keys: [['Enter', 'vì sao']],
    states: around({
      shape: 'table',
      full: () => <Invoice lines={lines} totals={totals} />,
      empty: () => <Empty icon="cash" title="Chưa có khoản nào" />,
      readOnly: () => <Invoice lines={[line]} totals={line} />,
      worst: () => (
        <Invoice
          lines={[
            {
              ...line,
              name: `Phẫu thuật nội soi cắt ${DISEASE}`,
              price: '1234567890',
              total: '1234567890',
              insurance: '987654312',
              patient: '246913578',
            },
          ]}
          totals={{ total: '1234567890', insurance: '987654312', patient: '246913578' }}
        />
      ),
    }),
  },
  {
    name: 'SyncChip',
    keys: [['Enter', 'danh sách việc chờ gửi']],
    states: {
      full: () => <SyncChip link={link} />,
      empty: () => <SyncChip link={{ status: 'online', sending: 0 }} />,
      loading: () => <SyncChip link={{ ...link, sending: 3 }} />,
      stale: () => <SyncChip link={{ ...link, lastSeen: at(6, 52) }} />,
      offline: () => <SyncChip link={{ ...link, status: 'offline', sending: 12 }} />,
      readOnly: () => <SyncChip link={{ ...link, status: 'offline' }} />,
      error: () => <SyncChip link={link} problems={1} />,
      worst: () => <SyncChip link={{ ...link, status: 'offline', sending: 12_480 }} />,
    },
  },
  {
    name: 'JobCard',
    keys: [['Enter', 'dừng, chạy tiếp, xem lỗi']],
    states: {
      full: () => (
        <JobCard
          {...job}
          state="running"
          left="2 phút"
          rate="18/s"
          failures={37}
          onFailures={nothing}
          onCancel={nothing}
        />
      ),
      empty: () => <JobCard {...job} done={0} total={0} state="done" />,
      loading: () => <JobCard {...job} done={0} state="running" onCancel={nothing} />,
      stale: () => <JobCard {...job} state="stopped" onResume={nothing} />,
      offline: () => <JobCard {...job} state="stopped" onResume={nothing} failures={3} onFailures={nothing} />,
      readOnly: () => <JobCard {...job} done={3902} state="done" result={<Chip icon="copy">ket-qua-11.csv</Chip>} />,
      error: () => <JobCard {...job} state="failed" failures={37} onFailures={nothing} onResume={nothing} />,
      worst: () => (
        <JobCard
          {...job}
          title={`Ánh xạ lại danh mục ${DISEASE}`}
          total={12_345_678}
          done={9_876_543}
          state="running"
          left="3 giờ 20 phút"
          rate="1.284/s"
          failures={12_480}
          onFailures={nothing}
          onCancel={nothing}
        />
      ),
    },
  },
  {
    name: 'CommandPalette',
    over: true,
    keys: [
      ['Ctrl+K', 'mở'],
      ['↑ ↓ Enter', 'chọn'],
      ['Esc', 'đóng'],
    ],
    states: {
      full: () => <CommandPalette open onClose={nothing} />,
      empty: () => <CommandPalette open onClose={nothing} />,
      loading: () => <CommandPalette open onClose={nothing} />,
      stale: () => <CommandPalette open onClose={nothing} />,
      offline: () => <CommandPalette open onClose={nothing} />,
      readOnly: () => <CommandPalette open onClose={nothing} />,
      error: () => <CommandPalette open onClose={nothing} />,
      worst: () => <CommandPalette open onClose={nothing} />,
    },
  },
  {
    name: 'FinishBar',
    keys: [
      ['Ctrl+Enter', 'ký và xong'],
      ['Enter', 'tới mục còn thiếu'],
    ],
    states: around({
      full: () => <FinishBar saved="Đã lưu 07:12" finish={finish} />,
      empty: () => <FinishBar missing={[{ field: 'chẩn đoán chính', go: nothing }]} finish={finish} />,
      readOnly: () => <FinishBar notice={{ text: 'Đã ký 07:12' }} />,
      worst: () => (
        <FinishBar
          missing={[
            { text: `Chưa trả lời cảnh báo về ${DRUG}`, go: nothing },
            { field: 'hướng xử trí', go: nothing },
          ]}
          finish={{ ...finish, patient: LONG }}
        />
      ),
    }),
  },
  {
    name: 'Allergy',
    keys: [['Enter', 'hỏi, xem danh sách']],
    states: around({
      full: () => <Allergy allergy={lan.allergy} onOpen={nothing} />,
      empty: () => <Allergy allergy={{ state: 'unasked' }} onOpen={nothing} />,
      readOnly: () => <Allergy allergy={{ state: 'none', at: '2026-03-12', by: 'ĐD Hoa' }} />,
      worst: () => (
        <Allergy
          allergy={{
            state: 'known',
            items: [{ substance: DRUG, reaction: 'hoại tử thượng bì nhiễm độc', year: '2019' }, { substance: 'tôm' }],
          }}
        />
      ),
    }),
  },
  {
    name: 'AlertLine',
    keys: [['Enter', 'lý do bỏ qua']],
    states: around({
      full: () => (
        <>
          <AlertLine level="stop" what="Người bệnh dị ứng penicillin (phản vệ 2019). Đơn có amoxicilin." />
          <AlertLine
            level="warn"
            what="Trùng hoạt chất paracetamol ở dòng 2 và 5."
            instead={{ label: 'Bỏ dòng 5', run: nothing }}
          />
          <AlertLine level="note" what="Lần khám trước 22/10/2026, cùng bác sĩ." />
        </>
      ),
      empty: () => (
        <Chip tone="ok" icon="check">
          Không có cảnh báo
        </Chip>
      ),
      readOnly: () => <AlertLine level="warn" what="Đã bỏ qua: liều cao" />,
      worst: () => (
        <AlertLine
          level="warn"
          what={`${DRUG}: ${DISEASE}`}
          instead={{ label: 'Đổi sang thuốc khác trong danh mục', run: nothing }}
        />
      ),
    }),
  },
  {
    name: 'Button',
    keys: [['Enter Space', 'bấm']],
    states: around({
      full: () => (
        <div className="wb-row">
          <Button look="primary" icon="sign" chord="Ctrl+Enter">
            Ký đơn
          </Button>
          <Button icon="print" chord="F8">
            In
          </Button>
          <Button look="quiet">Thôi</Button>
          <Button look="danger" icon="trash">
            Xoá
          </Button>
        </div>
      ),
      empty: () => <Button disabled>Ký đơn</Button>,
      readOnly: () => (
        <Button disabled icon="lock">
          Đã ký
        </Button>
      ),
      worst: () => <Button look="primary">Ký và xong cho {LONG}</Button>,
    }),
  },
];
