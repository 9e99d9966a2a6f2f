import { KeyImages, Lots, PersonName, ResultValue, Sparkline } from '@mach/ui';
import type { ReactElement } from 'react';
import { around, type Story } from './story.tsx';
import { DISEASE, LONG, PLACE, STACKED } from './worst.ts';

const lot = { key: '1', lot: 'L2406', expiry: '2027-06', stock: '1240', unit: 'viên', location: 'Kệ A3' } as const;
const soon = { key: '2', lot: 'L2311', expiry: '2026-12-20', stock: '80', unit: 'viên' } as const;
const gone = { key: '3', lot: 'L2209', expiry: '2026-10', stock: '12', unit: 'viên' } as const;

const flags = ['normal', 'high', 'highHigh', 'low', 'lowLow', 'abnormal', 'critical'] as const;
const row = (children: ReactElement | readonly ReactElement[]): ReactElement => (
  <div className="wb-row">{children}</div>
);

/** What is only read: a name, a number and its flag, a line of numbers, lots, pictures. */
export const values: readonly Story[] = [
  {
    name: 'PersonName',
    keys: [],
    states: around({
      full: () => <PersonName name="Trần Thị Lan" />,
      empty: () => <PersonName name="" />,
      readOnly: () => <PersonName name="Chưa rõ tên CC-2411-03" />,
      worst: () => row([<PersonName key="long" name={LONG} />, <PersonName key="stacked" name={STACKED} />]),
    }),
  },
  {
    name: 'ResultValue',
    keys: [],
    states: around({
      full: () => row(flags.map((flag) => <ResultValue key={flag} value="7.2" flag={flag} unit="mmol/L" />)),
      empty: () => <ResultValue value="" />,
      readOnly: () => <ResultValue value="Âm tính" />,
      worst: () => <ResultValue value="1234.56" flag="critical" unit="mL/min/{1.73_m2}" />,
    }),
  },
  {
    name: 'Sparkline',
    keys: [],
    states: around({
      full: () => <Sparkline values={[6.9, 7.4, 8.1, 7.2]} />,
      empty: () => <Sparkline values={[6.9]} />,
      readOnly: () => <Sparkline values={[7, 7, 7]} />,
      worst: () => <Sparkline values={[-4, 1e6, 3, 9e5, 0, 2e6]} />,
    }),
  },
  {
    name: 'Lots',
    keys: [],
    states: around({
      full: () => <Lots lots={[{ ...soon, first: true }, lot]} selected="2" />,
      empty: () => <Lots lots={[]} />,
      readOnly: () => <Lots lots={[lot]} />,
      worst: () => <Lots lots={[gone, { ...lot, key: '9', lot: 'ABCDEFGHIJKLMNOPQRSTUVWX-2026', location: PLACE }]} />,
    }),
  },
  {
    name: 'KeyImages',
    keys: [['Enter', 'phóng to, thu nhỏ']],
    states: around({
      full: () => (
        <KeyImages
          images={[
            { media: 'one', caption: 'Thẳng' },
            { media: 'two', caption: 'Nghiêng trái' },
          ]}
        />
      ),
      empty: () => <KeyImages images={[]} />,
      readOnly: () => <KeyImages images={[{ media: 'one', caption: '' }]} />,
      worst: () => (
        <KeyImages
          images={[
            { media: 'gone', caption: 'Ảnh không còn' },
            { media: 'two', caption: DISEASE },
          ]}
        />
      ),
    }),
  },
];
