import {
  Card,
  Checkbox,
  FinishBar,
  Lots,
  MedicationLine,
  PatientBanner,
  ScanField,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { banner, waiting } from './people.ts';
import './workbench.css';

const [lan] = waiting;

function Home(): ReactElement {
  const [told, setTold] = useState(true);
  return (
    <WorkspaceFrame
      banner={
        <>
          <ScanField
            label="Quét"
            placeholder="Quét QR đơn, rồi quét từng hộp thuốc…"
            autoFocus
            routes={[
              { label: { vi: 'Lô thuốc', en: 'Lot' }, accepts: (c) => c.startsWith('LO'), run: () => undefined },
            ]}
          />
          {lan && <PatientBanner patient={banner(lan)} />}
        </>
      }
      finish={
        <FinishBar
          missing={[{ text: 'Chưa quét lô: metformin 850 mg' }]}
          actions={[{ label: { vi: 'In nhãn', en: 'Print labels' }, chord: 'F8', icon: 'print', run: () => undefined }]}
          finish={{ label: { vi: 'Phát thuốc', en: 'Dispense' }, patient: 'Trần Thị Lan', run: () => undefined }}
        />
      }
    >
      <div className="wb-grid">
        <Card title="1 · amlodipin 5 mg" side="30 viên">
          <MedicationLine
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
          />
          <Lots
            selected="b"
            lots={[
              {
                key: 'b',
                lot: 'B07-2211',
                expiry: '2027-01-15',
                stock: '1240',
                unit: 'viên',
                location: 'Tủ A2',
                first: true,
              },
              { key: 'c', lot: 'C11-0907', expiry: '2028-02', stock: '8000', unit: 'viên', location: 'Kho chẵn' },
            ]}
          />
        </Card>
        <Card title="2 · metformin 850 mg" side="60 viên" tone="warn">
          <MedicationLine
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
          />
          <Lots
            lots={[
              { key: 'x', lot: 'MF-0I1O', expiry: '2026-10', stock: '40', unit: 'viên', location: 'Tủ A3' },
              {
                key: 'y',
                lot: 'MF-2031',
                expiry: '2027-11',
                stock: '620',
                unit: 'viên',
                location: 'Tủ A3',
                first: true,
              },
            ]}
          />
        </Card>
        <Card title="Tư vấn">
          <Checkbox checked={told} onChange={setTold}>
            Liều và giờ uống
          </Checkbox>
          <Checkbox checked={false} onChange={() => undefined} hint="Buồn nôn, tiêu chảy những ngày đầu">
            Tác dụng phụ thường gặp
          </Checkbox>
        </Card>
      </div>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
