import {
  Button,
  Card,
  Chip,
  Empty,
  Fact,
  Facts,
  FinishBar,
  openPatient,
  PatientBanner,
  ScanField,
  Segmented,
  TextField,
  toast,
  useRoute,
  useView,
  Worklist,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { banner, type Waiting } from './people.ts';
import { QueueRow } from './queue-row.tsx';
import './workbench.css';

function Home(): ReactElement {
  const { path, go } = useRoute();
  const list = useView<Waiting>('reception.today', {}, { sort: 'rank' });
  const [room, setRoom] = useState<'305' | '307' | '212'>('305');
  const [reason, setReason] = useState('Tái khám ĐTĐ, THA');
  const open = list.rows.find((row) => row.key === path[0]);
  useEffect(() => {
    if (open)
      openPatient({
        key: open.key,
        name: open.name,
        place: open.birth.slice(0, 4),
        workspace: 'reception',
        path: [open.key],
      });
  }, [open]);
  return (
    <WorkspaceFrame
      listTitle="Đến hôm nay"
      listCount={184}
      listTools={
        <Button size="small" look="quiet" icon="plus" chord="F10">
          Mới
        </Button>
      }
      list={
        <Worklist
          label="Đến hôm nay"
          {...list}
          keyOf={(r) => r.key}
          textOf={(r) => r.name}
          selected={open?.key ?? null}
          onOpen={(r) => go([r.key])}
          empty="Chưa có ai đến"
          render={(r) => <QueueRow row={r} />}
        />
      }
      open={open !== undefined}
      onBack={() => go([])}
      banner={
        <>
          <ScanField
            label="Quét"
            placeholder="Quét CCCD / VNeID / thẻ BHYT, hoặc gõ tên, điện thoại…"
            autoFocus={!open}
            routes={[
              { label: { vi: 'CCCD', en: 'ID card' }, accepts: (c) => /^\d{12}$/.test(c), run: () => go(['1']) },
            ]}
          />
          {open && <PatientBanner patient={banner(open)} onAllergy={() => undefined} />}
        </>
      }
      finish={
        open && (
          <FinishBar
            missing={open.key === '5' ? [{ text: 'Thiếu số điện thoại' }, { text: 'Thiếu địa chỉ' }] : []}
            actions={[
              { label: { vi: 'In phiếu', en: 'Print slip' }, chord: 'F8', icon: 'print', run: () => undefined },
              { label: { vi: 'Thu phí trước', en: 'Pay first' }, run: () => undefined },
            ]}
            finish={{
              label: { vi: 'Cấp số 0127', en: 'Give number 0127' },
              patient: open.name,
              run: () => toast({ text: 'Đã cấp số 0127', undo: () => undefined }),
            }}
          />
        )
      }
    >
      {open ? (
        <div className="wb-grid">
          <Card
            title="Bảo hiểm"
            tone="insurance"
            side={
              <Chip tone="ok" icon="check">
                tra 1,2 s
              </Chip>
            }
          >
            <p className="wb-lead">Thẻ còn hạn đến 31/12/2026</p>
            <Facts>
              <Fact label="Mức hưởng">80 % · đúng nơi</Fact>
              <Fact label="Nơi đăng ký">BV Mẫu</Fact>
              <Fact label="Giấy hẹn">22/10/2026 · điện tử</Fact>
              <Fact label="Khám nơi khác hôm nay">Chưa</Fact>
              <Fact label="Ước người bệnh trả">20 %</Fact>
              <Fact label="Cân nặng" stale>
                54 kg · 12/03/2025
              </Fact>
            </Facts>
          </Card>
          <Card title="Phòng khám">
            <div className="wb-stack">
              <Segmented
                label="Phòng"
                labelHidden
                value={room}
                onChange={setRoom}
                options={[
                  { value: '305', label: '305 Nội tiết' },
                  { value: '307', label: '307 Nội tiết' },
                  { value: '212', label: '212 Tim mạch' },
                ]}
              />
              <Facts>
                <Fact label="Bác sĩ">BS An</Fact>
                <Fact label="Hẹn">08:15</Fact>
                <Fact label="Chờ">~18 phút</Fact>
              </Facts>
              <TextField label="Lý do đến khám" required value={reason} onChange={setReason} />
            </div>
          </Card>
        </div>
      ) : (
        <Empty
          icon="scan"
          title="Quét thẻ của người vừa đến"
          hint="Hoặc chọn trong danh sách bên trái, hoặc bấm F10 cho người mới."
        />
      )}
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
