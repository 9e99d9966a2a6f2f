import {
  AlertLine,
  Allergy,
  Button,
  Card,
  Checkbox,
  Chip,
  type Column,
  DateField,
  Empty,
  ErrorState,
  Icon,
  type IconName,
  JobCard,
  NumberField,
  OfflineNote,
  ReadOnlyNote,
  Select,
  Skeleton,
  SyncChip,
  Table,
  Tabs,
  TextField,
  Unreachable,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { iconPaths } from '@mach/ui/icons/paths.ts';
import { type ReactElement, useState } from 'react';
import './workbench.css';

interface Item {
  readonly key: string;
  readonly name: string;
  readonly stock: string;
  readonly price: string;
}
const items: readonly Item[] = Array.from({ length: 240 }, (_, i) => ({
  key: String(i),
  name: `Thuốc thử Ễ Ỗ Ẫ Ữ ặ ợ ỹ ${i + 1}`,
  stock: String(i * 13),
  price: `${1000 + i}`,
}));
const columns: readonly Column<Item>[] = [
  { key: 'name', head: 'Tên', cell: (r) => r.name, rowHead: true },
  { key: 'stock', head: 'Tồn', cell: (r) => r.stock, align: 'right', width: '120px' },
  { key: 'price', head: 'Giá', cell: (r) => r.price, align: 'right', width: '140px' },
];

function Home(): ReactElement {
  const [n, setN] = useState('');
  const [t, setT] = useState('36.7');
  const [d, setD] = useState('1964-07-14');
  const [tab, setTab] = useState<'a' | 'b'>('a');
  const [s, setS] = useState<'' | 'nam' | 'nu'>('nam');
  const [open, setOpen] = useState<string | null>(null);
  return (
    <WorkspaceFrame>
      <div className="wb-grid">
        <Card title="Nút">
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
            <Button look="primary" busy>
              Đang gửi
            </Button>
            <Button disabled>Khoá</Button>
          </div>
        </Card>
        <Card title="Ô nhập">
          <div className="wb-stack">
            <NumberField label="Liều mỗi lần" unit="mg" required value={n} onChange={setN} />
            <NumberField
              label="Nhiệt độ"
              unit="°C"
              value={t}
              onChange={setT}
              range={{ soft: [34, 41], hard: [25, 45] }}
            />
            <DateField label="Ngày sinh" required partial value={d} onChange={setD} hint="Có thể chỉ biết năm" />
            <Select
              label="Giới tính"
              value={s}
              onChange={setS}
              options={[
                { value: 'nam', label: 'Nam' },
                { value: 'nu', label: 'Nữ' },
              ]}
            />
            <TextField
              label="Số lô"
              code
              value="0O1lI-5S8B"
              onChange={() => undefined}
              issues={[
                {
                  severity: 'error',
                  code: 'x',
                  text: { vi: 'Lô này đã bị thu hồi', en: 'Recalled' },
                  remedy: { vi: 'Chọn lô khác', en: 'Choose another' },
                },
              ]}
            />
            <Checkbox checked onChange={() => undefined} hint="Ghi vào phiếu">
              Đã đối chiếu giấy tờ
            </Checkbox>
          </div>
        </Card>
        <Card title="Chip, dị ứng, đồng bộ">
          <div className="wb-row">
            <Chip>Nháp</Chip>
            <Chip tone="info">Đã ký</Chip>
            <Chip tone="ok" icon="check">
              Đủ KQ
            </Chip>
            <Chip tone="warn" icon="users">
              Trùng tên
            </Chip>
            <Chip tone="critical" icon="warn">
              Báo động
            </Chip>
            <Chip tone="critical" solid>
              ≥ 7
            </Chip>
            <Chip tone="insurance">BHYT 80 %</Chip>
            <Chip tone="sync">VNeID</Chip>
            <Chip onClick={() => undefined} pressed count={4}>
              KQ mới
            </Chip>
            <Chip onClick={() => undefined} count={1}>
              NEWS2 ≥ 5
            </Chip>
          </div>
          <div className="wb-row">
            <Allergy
              allergy={{
                state: 'known',
                items: [{ substance: 'penicillin', reaction: 'phản vệ', year: '2019' }, { substance: 'tôm' }],
              }}
            />
            <Allergy allergy={{ state: 'unasked' }} onOpen={() => undefined} />
            <Allergy allergy={{ state: 'none', at: '2026-03-12', by: 'ĐD Hoa' }} />
          </div>
          <div className="wb-row">
            <SyncChip link={{ status: 'online', lastSeen: new Date().toISOString(), sending: 0 }} />
            <SyncChip link={{ status: 'online', sending: 3 }} />
            <SyncChip link={{ status: 'offline', sending: 12 }} />
            <SyncChip link={{ status: 'online', sending: 0 }} problems={1} />
          </div>
          <AlertLine level="stop" what="Người bệnh dị ứng penicillin (phản vệ 2019). Đơn có amoxicilin." />
          <AlertLine
            level="warn"
            what="Trùng hoạt chất paracetamol ở dòng 2 và 5."
            instead={{ label: 'Bỏ dòng 5', run: () => undefined }}
          />
          <AlertLine level="note" what="Lần khám trước 22/10/2026, cùng bác sĩ." />
        </Card>
        <Card title="Trạng thái">
          <OfflineNote />
          <ReadOnlyNote onAmend={() => undefined} />
          <Skeleton shape="lines" />
          <Empty icon="flask" title="Chưa có mẫu nào chờ" hint="Mẫu mới lấy sẽ hiện ở đây." />
        </Card>
        <Card title="Lỗi">
          <ErrorState error={new Unreachable('x')} onRetry={() => undefined} safe="Đơn đã lưu trên máy." />
        </Card>
        <Card title="Việc dài">
          <JobCard
            title="Kiểm tra hồ sơ BHYT tháng 11"
            done={1284}
            total={3902}
            state="running"
            left="2 phút"
            rate="18/s"
            failures={37}
            onCancel={() => undefined}
          />
        </Card>
        <Card title="Biểu tượng">
          <div className="wb-row">
            {(Object.keys(iconPaths) as IconName[]).map((name) => (
              <span key={name} title={name}>
                <Icon name={name} />
              </span>
            ))}
          </div>
        </Card>
        <Card title="Bảng">
          <Tabs
            label="x"
            tabs={[
              { value: 'a', label: 'Tồn', count: 240 },
              { value: 'b', label: 'Cận hạn', count: 3 },
            ]}
            value={tab}
            onChange={setTab}
          />
          <div className="wb-table">
            <Table
              label="Tồn"
              fill
              columns={columns}
              rows={items}
              keyOf={(r) => r.key}
              selected={open}
              onOpen={(r) => setOpen(r.key)}
              textOf={(r) => r.name}
            />
          </div>
        </Card>
      </div>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
