import { FinishBar, Invoice, PatientBanner, Segmented, type Workspace, WorkspaceFrame } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { banner, waiting } from './people.ts';
import './workbench.css';

const [lan] = waiting;

function Home(): ReactElement {
  const [by, setBy] = useState<'cash' | 'qr' | 'card'>('qr');
  return (
    <WorkspaceFrame
      banner={lan && <PatientBanner patient={banner(lan)} />}
      finish={
        <FinishBar
          left={
            <Segmented
              label="Cách trả"
              labelHidden
              value={by}
              onChange={setBy}
              options={[
                { value: 'cash', label: 'Tiền mặt' },
                { value: 'qr', label: 'QR' },
                { value: 'card', label: 'Thẻ' },
              ]}
            />
          }
          finish={{
            label: { vi: 'Thu 122.400 ₫', en: 'Take 122.400 ₫' },
            patient: 'Trần Thị Lan',
            chord: 'F9',
            run: () => undefined,
          }}
        />
      }
    >
      <div className="wb-pad">
        <Invoice
          why={[
            'Mức hưởng 80 % · đúng nơi đăng ký',
            'Trên 15 % mức tham chiếu: người bệnh cùng chi trả',
            'Chưa đủ 5 năm liên tục',
          ]}
          totals={{ total: '612000', insurance: '489600', patient: '122400' }}
          lines={[
            {
              key: '1',
              group: 'Khám bệnh',
              name: 'Khám Nội tiết',
              price: '50600',
              total: '50600',
              insurance: '40480',
              patient: '10120',
              quantity: { value: '1', unit: 'lần' },
              why: ['Giá theo bảng giá BV Mẫu từ 01/01/2026', 'BHYT 80 % × 50.600 ₫'],
            },
            {
              key: '2',
              group: 'Xét nghiệm',
              name: 'HbA1c',
              price: '101000',
              total: '101000',
              insurance: '80800',
              patient: '20200',
              quantity: { value: '1', unit: 'lần' },
            },
            {
              key: '3',
              group: 'Xét nghiệm',
              name: 'Định lượng glucose máu',
              price: '21800',
              total: '21800',
              insurance: '17440',
              patient: '4360',
              quantity: { value: '1', unit: 'lần' },
            },
            {
              key: '4',
              group: 'Thuốc',
              name: 'metformin 850 mg',
              price: '2100',
              total: '126000',
              insurance: '100800',
              patient: '25200',
              quantity: { value: '60', unit: 'viên' },
            },
            {
              key: '5',
              group: 'Thuốc',
              name: 'amlodipin 5 mg',
              price: '1020',
              total: '30600',
              insurance: '24480',
              patient: '6120',
              quantity: { value: '30', unit: 'viên' },
            },
          ]}
        />
      </div>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
