import {
  AlertLine,
  Chip,
  Empty,
  Invoice,
  type InvoiceLine,
  type Medication,
  MedicationLine,
  PatientBanner,
  ReadOnlyNote,
  type ResultRow,
  ResultTable,
  ScanField,
  Unreachable,
  VitalsStrip,
  Worklist,
  WorkRow,
} from '@mach/ui';
import { lan } from './lan.ts';
import { around, LIST_KEYS, nothing, type Story } from './story.tsx';
import { at, DISEASE, DRUG, LONG, STACKED } from './worst.ts';

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
];
