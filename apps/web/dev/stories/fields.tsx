import {
  Button,
  CodeSearch,
  Menu,
  MoneyField,
  NumberField,
  PrintButton,
  SearchField,
  Segmented,
  TicketField,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { around, nothing, type Story } from './story.tsx';
import { DISEASE, LONG } from './worst.ts';

function Money(props: { readonly value: string; readonly readOnly?: boolean; readonly error?: string }): ReactElement {
  const [value, setValue] = useState(props.value);
  return (
    <MoneyField label="Khách đưa" value={value} onChange={setValue} readOnly={props.readOnly} error={props.error} />
  );
}
function Ticket({ typed }: { readonly typed: string }): ReactElement {
  const [value, setValue] = useState(typed);
  return <TicketField value={value} onChange={setValue} />;
}
function Amount(props: Partial<Parameters<typeof NumberField>[0]> & { readonly value: string }): ReactElement {
  const [value, setValue] = useState(props.value);
  return <NumberField label="Nhiệt độ" unit="°C" {...props} value={value} onChange={setValue} />;
}
function Words({ typed }: { readonly typed: string }): ReactElement {
  const [value, setValue] = useState(typed);
  return <SearchField label="Tìm thuốc" value={value} onChange={setValue} />;
}
const icd = (value: { code: string; display: string } | null, readOnly = false): ReactElement => (
  <CodeSearch label="Chẩn đoán chính" list="icd10" value={value} onChange={nothing} readOnly={readOnly} />
);
const menu = (name: string, disabled = false): ReactElement => (
  <Menu
    trigger={
      <Button icon="more" disabled={disabled}>
        {name}
      </Button>
    }
    groups={[[{ id: 'print', label: 'In lại', icon: 'print', run: nothing }]]}
  />
);

const route = (value: string, options: readonly string[]): ReactElement => (
  <Segmented
    label="Đường dùng"
    value={value}
    onChange={nothing}
    options={options.map((label) => ({ value: label, label }))}
  />
);

/** What is typed into, and the small buttons beside it. */
export const fields: readonly Story[] = [
  {
    name: 'MoneyField',
    keys: [['0–9', 'nhóm ba chữ số khi đang gõ']],
    states: around({
      full: () => <Money value="1250000" />,
      empty: () => <Money value="" />,
      readOnly: () => <Money value="80000" readOnly />,
      worst: () => <Money value="98765432100" error="Quá số tiền của một ca: đếm lại rồi gõ lại" />,
    }),
  },
  {
    name: 'TicketField',
    keys: [['Enter', 'sang ô tiếp']],
    states: around({
      full: () => <Ticket typed="A-0012-7" />,
      empty: () => <Ticket typed="" />,
      readOnly: () => <Ticket typed="B-0440-1" />,
      worst: () => <Ticket typed="12345678" />,
    }),
  },
  {
    name: 'NumberField',
    keys: [['Enter', 'sang ô tiếp']],
    states: around({
      full: () => <Amount value="36,7" last="36,5" />,
      empty: () => <Amount value="" last="36,5" />,
      readOnly: () => <Amount value="36,7" readOnly />,
      worst: () => <Amount value="1.000" />,
    }),
  },
  {
    name: 'SearchField',
    keys: [['Esc', 'xoá chữ đã gõ']],
    states: around({
      full: () => <Words typed="metformin" />,
      empty: () => <Words typed="" />,
      readOnly: () => <Words typed="dtd tip 2" />,
      worst: () => <Words typed={DISEASE} />,
    }),
  },
  {
    name: 'Segmented',
    keys: [['← →', 'chọn']],
    states: around({
      full: () => route('Uống', ['Uống', 'Tiêm tĩnh mạch', 'Bôi']),
      empty: () => route('', ['Uống', 'Tiêm tĩnh mạch']),
      readOnly: () => route('Uống', ['Uống']),
      worst: () => route('Uống', ['Uống', 'Truyền tĩnh mạch chậm trong 30 phút', DISEASE]),
    }),
  },
  {
    name: 'CodeSearch',
    keys: [
      ['↑ ↓ Enter', 'chọn mã'],
      ['Esc', 'thôi'],
    ],
    states: around({
      full: () => icd({ code: 'I10', display: 'Bệnh tăng huyết áp vô căn (nguyên phát)' }),
      empty: () => icd(null),
      readOnly: () => icd({ code: 'I10', display: 'Bệnh tăng huyết áp vô căn (nguyên phát)' }, true),
      worst: () => icd({ code: 'E11.2', display: DISEASE }),
    }),
  },
  {
    name: 'Menu',
    keys: [
      ['Enter Space', 'mở'],
      ['↑ ↓ Enter', 'chọn'],
    ],
    states: around({
      full: () => menu('Việc khác'),
      empty: () => menu('Việc khác', true),
      readOnly: () => menu('Xem'),
      worst: () => menu(`Việc khác của ${LONG}`),
    }),
  },
  {
    name: 'PrintButton',
    keys: [['F8', 'in']],
    states: around({
      full: () => <PrintButton form="outpatient.prescription" id="p-1" chord="F8" />,
      empty: () => <PrintButton form="outpatient.prescription" id="p-1" look="quiet" />,
      readOnly: () => <PrintButton form="outpatient.prescription" id="p-1" label="In lại" />,
      worst: () => <PrintButton form="outpatient.prescription" id="p-1" label={`In đơn của ${LONG}`} />,
    }),
  },
];
