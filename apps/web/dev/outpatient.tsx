import {
  AlertLine,
  Button,
  Chip,
  type CodeRow,
  CodeSearch,
  Drawer,
  Empty,
  FinishBar,
  KeyHint,
  MedicationLine,
  openPatient,
  PatientBanner,
  ResultTable,
  Section,
  SignDialog,
  TextArea,
  Totals,
  useDraft,
  useDrawer,
  useRoute,
  useView,
  VitalsStrip,
  Worklist,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { banner, type Waiting } from './people.ts';
import { QueueRow } from './queue-row.tsx';
import './workbench.css';

const now = new Date().toISOString();

function Home(): ReactElement {
  const { path, go } = useRoute();
  const list = useView<Waiting>('outpatient.queue', {}, { sort: 'rank' });
  const open = list.rows.find((row) => row.key === path[0]);
  const results = useDrawer('results');
  const orders = useDrawer('orders');
  const [signing, setSigning] = useState(false);
  const [basket, setBasket] = useState<readonly CodeRow[]>([]);
  const [dx, setDx] = useState<CodeRow | null>({ code: 'E11.9', display: 'ĐTĐ típ 2' });
  const [drug, setDrug] = useState<CodeRow | null>(null);
  const note = useDraft(
    `note:${open?.key ?? ''}`,
    'Uống thuốc đều, không đau ngực, không khó thở khi gắng sức. Ăn kiêng chưa đều.',
  );
  const [over, setOver] = useState<string>();
  useEffect(() => {
    if (open)
      openPatient({
        key: open.key,
        name: open.name,
        place: `P305 · ${open.birth.slice(0, 4)}`,
        workspace: 'outpatient',
        path: [open.key],
      });
  }, [open]);
  return (
    <WorkspaceFrame
      listTitle="Hàng chờ"
      listCount={14}
      listTools={
        <Button size="small" look="quiet" chord="F2">
          Người tiếp
        </Button>
      }
      list={
        <Worklist
          label="Hàng chờ"
          {...list}
          keyOf={(r) => r.key}
          textOf={(r) => r.name}
          selected={open?.key ?? null}
          onOpen={(r) => go([r.key])}
          empty="Chưa có ai chờ"
          render={(r) => <QueueRow row={r} />}
        />
      }
      open={open !== undefined}
      onBack={() => go([])}
      keys={[
        { chord: 'F7', label: { vi: 'Kết quả', en: 'Results' }, run: results.toggle },
        { chord: 'F4', label: { vi: 'Chỉ định', en: 'Orders' }, run: orders.toggle },
      ]}
      banner={
        open && (
          <>
            <PatientBanner patient={banner(open)} onAllergy={() => undefined} />
            <VitalsStrip
              vitals={[
                { kind: 'bp', value: '148/86', flag: 'high', at: now },
                { kind: 'pulse', value: '78' },
                { kind: 'temperature', value: '36.7', unit: '°C' },
                { kind: 'spo2', value: '98', unit: '%' },
                { kind: 'news2', value: open.key === '3' ? '7' : '0' },
                { kind: 'weight', value: '54', unit: 'kg', stale: true, at: '2025-03-12T01:00:00Z' },
              ]}
              onOpen={() => undefined}
            />
          </>
        )
      }
      finish={
        open && (
          <FinishBar
            left={
              <Button size="small" look="quiet" icon="calendar">
                Hẹn 24/12 08:15
              </Button>
            }
            missing={open.key === '1' ? [] : [{ field: 'Chẩn đoán chính' }]}
            saved="Đã lưu 07:12"
            actions={[{ label: { vi: 'In', en: 'Print' }, chord: 'F8', icon: 'print', run: () => undefined }]}
            finish={{
              label: { vi: 'Ký và xong', en: 'Sign and finish' },
              patient: open.name,
              icon: 'sign',
              run: () => setSigning(true),
            }}
          />
        )
      }
    >
      {!open && (
        <Empty
          icon="stethoscope"
          title="Chọn người bệnh, hoặc F2 gọi người tiếp"
          hint="Người đã đủ kết quả đứng trước."
        />
      )}
      {open && (
        <>
          <Section anchor={1} title="Lý do khám">
            <p className="wb-text">Tái khám ĐTĐ típ 2, THA</p>
          </Section>
          <Section anchor={2} title="Bệnh sử" side={<KeyHint chord="Ctrl+D" />}>
            <TextArea label="Bệnh sử" labelHidden value={note.value} onChange={note.set} />
          </Section>
          <Section anchor={3} title="Khám">
            <TextArea
              label="Khám"
              labelHidden
              value="Tim đều, phổi trong, phù (–). Mạch mu chân hai bên rõ."
              onChange={() => undefined}
            />
          </Section>
          <Section anchor={4} title="Chẩn đoán" side={<span>tối đa 12 bệnh kèm</span>}>
            <div className="wb-stack">
              <CodeSearch label="Chẩn đoán chính" list="icd10" required value={dx} onChange={setDx} />
              <p className="wb-text">
                <Chip>I10</Chip> Tăng huyết áp vô căn (nguyên phát)
              </p>
            </div>
          </Section>
          <Section
            anchor={5}
            title="Đơn thuốc"
            chord="F6"
            side={
              <>
                <span>30 ngày</span>
                <Button size="small" look="quiet" chord="Ctrl+D">
                  Kê lại 22/10
                </Button>
              </>
            }
          >
            <MedicationLine
              state="continued"
              medication={{
                name: 'amlodipin',
                strength: '5 mg',
                form: 'viên nén',
                route: 'uống',
                dose: { value: '1', unit: 'viên' },
                timesPerDay: 1,
                when: 'sáng',
                days: 30,
                total: { value: '30', unit: 'viên' },
              }}
              side={<Chip tone="insurance">BHYT 100 %</Chip>}
            />
            <MedicationLine
              state="changed"
              change="500 → 850 mg"
              reason="HbA1c 8,1 %"
              medication={{
                name: 'metformin',
                strength: '850 mg',
                form: 'viên nén',
                brand: 'Glucophage',
                route: 'uống',
                dose: { value: '1', unit: 'viên' },
                timesPerDay: 2,
                when: 'sáng – chiều, sau ăn',
                days: 30,
                total: { value: '60', unit: 'viên' },
              }}
              side={<Chip tone="insurance">BHYT 100 %</Chip>}
              below={
                <AlertLine
                  level="warn"
                  what="eGFR 41: liều metformin tối đa 1 000 mg/ngày."
                  why="Hướng dẫn ĐTĐ típ 2, mục 5.2"
                  instead={{ label: 'Về 500 mg ×2', run: () => undefined }}
                  reasons={[
                    { code: 'specialist', text: 'Chuyên khoa đã cân nhắc' },
                    { code: 'monitor', text: 'Theo dõi sát chức năng thận' },
                  ]}
                  overridden={over}
                  onOverride={(r) => setOver(r.code)}
                />
              }
            />
            <MedicationLine
              state="stopped"
              reason="vì ho khan · BS An 07:10"
              medication={{
                name: 'enalapril',
                strength: '5 mg',
                form: 'viên nén',
                route: 'uống',
                dose: { value: '1', unit: 'viên' },
                timesPerDay: 1,
                when: 'sáng',
              }}
            />
            <MedicationLine
              state="new"
              medication={{
                name: 'insulin NovoRAPID',
                strength: '100 đơn vị/mL',
                form: 'bút tiêm',
                route: 'tiêm dưới da',
                dose: { value: '6', unit: 'đơn vị' },
                timesPerDay: 3,
                when: 'trước ăn',
                days: 30,
                highAlert: true,
                lookAlike: true,
              }}
            />
            <div className="wb-add">
              <CodeSearch
                label="Thêm thuốc"
                labelHidden
                list="drug"
                placeholder="Thêm thuốc…"
                value={drug}
                onChange={setDrug}
                detail={(row) => String(row.detail ?? '')}
              />
            </div>
          </Section>
        </>
      )}
      <Drawer id="results" title="Kết quả" chord="F7" patient={open?.name}>
        <ResultTable
          narrow
          onOpen={() => undefined}
          rows={[
            {
              key: 'k',
              test: 'Kali',
              panel: 'Sinh hoá',
              value: '2.4',
              flag: 'critical',
              unit: 'mmol/L',
              reference: '3,5–5,0',
              trend: [3.9, 3.6, 3.1, 2.4],
              previous: '3.1',
              callBack: 'Đã gọi BS An 07:05',
              fresh: true,
            },
            {
              key: 'a1c',
              test: 'HbA1c',
              panel: 'Sinh hoá',
              value: '8.1',
              flag: 'high',
              unit: '%',
              reference: '4,0–6,0',
              trend: [6.8, 7.0, 7.2, 7.5, 8.1],
              previous: '7.5',
              fresh: true,
            },
            {
              key: 'glu',
              test: 'Glucose',
              panel: 'Sinh hoá',
              value: '9.4',
              flag: 'high',
              unit: 'mmol/L',
              twin: '169 mg/dL',
              reference: '4,1–5,9',
              trend: [7.1, 8.2, 7.7, 9.4],
              previous: '7.7',
            },
            {
              key: 'cre',
              test: 'Creatinin',
              panel: 'Sinh hoá',
              value: '84',
              unit: 'µmol/L',
              twin: '0,95 mg/dL',
              reference: '53–97',
              trend: [88, 86, 84],
              previous: '86',
              corrected: { value: '48', at: now },
            },
            {
              key: 'tc',
              test: 'Tiểu cầu',
              panel: 'Huyết học',
              value: '12500',
              flag: 'low',
              unit: '/µL',
              reference: '150 000–400 000',
            },
            { key: 'ecg', test: 'Điện tâm đồ', expected: 'còn ~8 phút' },
          ]}
        />
        <div className="wb-gap">
          <Totals totals={{ total: '612000', insurance: '489600', patient: '122400' }} />
        </div>
      </Drawer>
      <Drawer
        id="orders"
        title="Chỉ định"
        chord="F4"
        patient={open?.name}
        foot={<Button look="primary" icon="sign">{`Ký ${basket.length} chỉ định`}</Button>}
      >
        <div className="wb-stack">
          <CodeSearch
            label="Dịch vụ"
            list="service"
            collect
            value={null}
            onChange={(row) => row && setBasket([...basket, row])}
            placeholder="hba1c, glu, crea, ecg…"
            detail={(row) => `${row.code} · ${row.price} ₫`}
          />
          {basket.map((row) => (
            <p key={row.code} className="wb-text">
              <Chip>{row.code}</Chip> {row.display}
            </p>
          ))}
        </div>
      </Drawer>
      <SignDialog
        open={signing}
        onClose={() => setSigning(false)}
        signer={{ name: 'BS Nguyễn Hoàng An', role: 'Nội tiết' }}
        methods={[
          { value: 'session', label: 'Phiên ký' },
          { value: 'remote', label: 'Ký từ xa' },
        ]}
        session="2 giờ 51 phút"
        onSign={() => setSigning(false)}
        items={[
          { key: 'note', title: 'Phiếu khám ngoại trú', patient: open?.name ?? '' },
          { key: 'rx', title: 'Đơn thuốc, 4 khoản', patient: open?.name ?? '', changes: 'metformin 500 → 850 mg' },
          { key: 'visit', title: 'Giấy hẹn khám lại 24/12/2026', patient: open?.name ?? '' },
        ]}
      />
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
