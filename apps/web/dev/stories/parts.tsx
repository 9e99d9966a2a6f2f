import { AlertLine, Allergy, Button, Chip, CommandPalette, FinishBar, JobCard, SignDialog, SyncChip } from '@mach/ui';
import { lan } from './lan.ts';
import { around, nothing, type Story } from './story.tsx';
import { at, DISEASE, DRUG, LONG } from './worst.ts';

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

export const parts: readonly Story[] = [
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
