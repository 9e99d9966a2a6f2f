import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { xlsx, zip } from '../testing/xlsx.ts';
import { type NumberStyle, readAmount, readDay, readYes } from './cells.ts';
import { csvRows } from './csv.ts';
import { guessMapping } from './fields.ts';
import { SheetFault } from './limits.ts';
import { readCells } from './read.ts';
import { readFile } from './reader.ts';
import { tableOf } from './table.ts';

const fault = (code: string) => (error: unknown) => error instanceof SheetFault && error.code === code;
const utf8 = (text: string): Buffer => Buffer.from(text);

describe('files', () => {
  test('a workbook: text stays text, numbers stay numbers, empty rows go', async () => {
    const rows = await readCells(
      xlsx([
        ['Mã', 'Giá'],
        ['02.1898', 36500],
        ['', ''],
        ['Đ1', 0.1 + 0.2],
      ]),
    );
    assert.deepEqual(rows, {
      columns: ['Mã', 'Giá'],
      rows: [
        ['02.1898', 36500],
        ['Đ1', 0.3],
      ],
      numbers: [2, 4],
    });
  });

  test('CSV by comma, semicolon or tab, with marks, quotes, BOM and both line ends', () => {
    assert.deepEqual(csvRows(utf8('\ufeffMã;Tên\r\n1;"Khám; ""nội"""\r\n\r\n2;x')), [
      ['Mã', 'Tên'],
      ['1', 'Khám; "nội"'],
      [''],
      ['2', 'x'],
    ]);
    assert.deepEqual(csvRows(utf8('a\tb\n1,5\t"hai\ndòng"')), [
      ['a', 'b'],
      ['1,5', 'hai\ndòng'],
    ]);
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a,b\nđ,2', 'utf16le')]);
    assert.deepEqual(csvRows(wide), [
      ['a', 'b'],
      ['đ', '2'],
    ]);
    assert.throws(() => csvRows(Buffer.from([0x61, 0x2c, 0xe1, 0xba, 0x0a])), fault('encoding'));
    assert.throws(() => csvRows(utf8('a,b\n"never closed')), fault('broken'));
  });

  test('files that cannot be read, and those that were made to harm, are refused for what they are', async () => {
    const whole = xlsx([['a'], ['b']]);
    await assert.rejects(readFile(whole.subarray(0, whole.length - 30)), fault('broken'));
    await assert.rejects(readFile(zip({ 'nothing.txt': 'x' })), fault('broken'));
    await assert.rejects(readFile(Buffer.from([0xd0, 0xcf, 0x11, 0xe0])), fault('old-excel'));
    await assert.rejects(readFile(utf8('a,b\n')), fault('empty'));
    await assert.rejects(readFile(zip({ 'xl/a.xml': Buffer.alloc(30_000_000) })), fault('too-large'));
    await assert.rejects(readFile(Buffer.alloc(5_000_001)), fault('too-large'));
    await assert.rejects(readFile(utf8(`a\n${'x\n'.repeat(20_001)}`)), fault('too-many-rows'));
  });

  test('a bomb that lies about its size takes its own thread with it, and nothing else', async () => {
    const sheet = Buffer.from(`<worksheet><sheetData>${'<row><c><v>1</v></c></row>'.repeat(1_500_000)}`);
    const bomb = zip({ 'xl/workbook.xml': '<workbook/>', 'xl/worksheets/sheet1.xml': sheet }, 1_000);
    await assert.rejects(readFile(bomb, 20_000), SheetFault);
    assert.equal((await readFile(utf8('a\n1'))).rows.length, 1);
  });
});

describe('the table of an ugly sheet', () => {
  test('titles, an empty row, headings in two merged lines, spaces everywhere: rows keep the numbers of the file', async () => {
    const { columns, rows, numbers } = await readCells(
      xlsx([
        ['SỞ Y TẾ TỈNH MẪU', '', '', '', ''],
        ['BỆNH VIỆN ĐA KHOA MẪU', '', '', '', ''],
        ['', '', '', '', ''],
        ['BẢNG GIÁ DỊCH VỤ KHÁM BỆNH, CHỮA BỆNH NĂM 2026', '', '', '', ''],
        ['STT', 'Mã DVKT', ' Tên dịch vụ\u00a0', 'Đơn giá', ''],
        ['', '', '', 'Cơ sở', 'BHYT'],
        ['I', '', 'KHÁM BỆNH', '', ''],
        [1, ' 02.1898 ', 'Khám Nội  ', '36.500 ', 36500],
        ['', '', '', '', ''],
        [2, '03.1898', 'Khám Nhi', '50,000', '1.000'],
      ]),
    );
    assert.deepEqual(columns, ['STT', 'Mã DVKT', 'Tên dịch vụ', 'Đơn giá Cơ sở', 'Đơn giá BHYT']);
    assert.deepEqual(guessMapping('services', columns), [null, 'code', 'name', 'price', 'bhytPrice']);
    assert.deepEqual(numbers, [7, 8, 10]);
    assert.deepEqual(rows[1], [1, '02.1898', 'Khám Nội', '36.500', 36500]);
  });

  test('a plain sheet is taken as it is: its first row is never skipped, its data never a second line of headings', async () => {
    const plain = await readCells(utf8('Mã;Tên;Giá\n02.1898;Khám Nội;36500\n;Tổng cộng;36500\n'));
    assert.deepEqual(
      [plain.columns, plain.numbers],
      [
        ['Mã', 'Tên', 'Giá'],
        [2, 3],
      ],
    );
    const strange = await readCells(utf8('Cột A;Cột B\nx;y\nMã;Tên\n02.1898;Khám\n'));
    assert.equal(strange.columns[0], 'Mã', 'the row that says most, wherever it stands');
    const last = await readCells(utf8('Cột A;Cột B\nx;y\nMã;Tên\n'));
    assert.equal(last.columns[0], 'Cột A', 'nothing stands below the others');
    const words = await readCells(utf8('A;B\nx;y\n'));
    assert.deepEqual([words.columns, words.rows], [['A', 'B'], [['x', 'y']]]);
  });

  test('the table of any sheet with known headings has every row below them, in order, with its number', () => {
    const cell = fc.constantFrom('', 'Khám', '36.500', 'abc');
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.constantFrom('', 'Sở Y tế', 'Mẫu số 5'), { minLength: 1, maxLength: 3 }), {
          maxLength: 5,
        }),
        fc.array(fc.tuple(fc.integer({ min: 100, max: 999 }), cell, cell), { minLength: 1, maxLength: 20 }),
        (above, body) => {
          const head = ['Mã dịch vụ', 'Tên dịch vụ', 'Đơn giá'];
          const table = tableOf([...above, head, ...body]);
          assert.deepEqual(table?.columns, head);
          assert.deepEqual(table?.rows, body);
          assert.deepEqual(
            table?.numbers,
            body.map((_, i) => above.length + 2 + i),
          );
        },
      ),
    );
  });

  test('five thousand rows are read within the time of a press', async () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => [i + 1, `02.${i}`, `Dịch vụ thứ ${i}`, 10_000 + i]);
    const table = await readFile(xlsx([['STT', 'Mã', 'Tên', 'Giá'], ...rows]));
    assert.deepEqual([table.rows.length, table.numbers.at(-1)], [5_000, 5_001]);
  });
});

describe('cells', () => {
  const amount = (cell: string | number, style: NumberStyle = 'ask', decimals = 0): number | string => {
    const read = readAmount(cell, style, decimals);
    return read.ok ? read.value : read.fault.code;
  };
  test('"1.000" and "1,5" are asked about, or read as was said', () => {
    assert.deepEqual(
      ['1.000', '1,000'].map((text) => amount(text)),
      ['ambiguous', 'ambiguous'],
    );
    assert.deepEqual(
      ['1.000', '36.500 đ', '1.250.000', '1,5', '12.5'].map((text) => amount(text, 'dot-groups')),
      [1000, 36_500, 1_250_000, 'decimals', 'ambiguous'],
    );
    assert.deepEqual(
      ['1,000', '1.5', '1.234,5'].map((text) => amount(text, 'comma-groups')),
      [1000, 'decimals', 'decimals'],
    );
    assert.deepEqual(
      [
        amount('1,5', 'dot-groups', 3),
        amount('1.234,5', 'dot-groups', 3),
        amount(1234.5, 'ask', 3),
        amount('0,1234', 'ask', 3),
      ],
      [1.5, 1234.5, 1234.5, 'decimals'],
    );
    assert.deepEqual(
      ['abc', '-5', '12 34', '36500 VND', '99999999999'].map((text) => amount(text)),
      ['not-a-number', 'amount', 'not-a-number', 36_500, 'amount'],
    );
  });
  test('every whole amount comes back, however it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999_999 }), (n) => {
        const dots = String(n).replace(/\B(?=(\d{3})+$)/g, '.');
        assert.equal(amount(n), n);
        assert.equal(amount(String(n)), n);
        assert.equal(amount(dots, 'dot-groups'), n);
        assert.equal(amount(dots.replaceAll('.', ','), 'comma-groups'), n);
      }),
      { numRuns: 200 },
    );
  });
  test('days and marks', () => {
    assert.deepEqual(
      [readDay('1/12/2026'), readDay('2026-12-01')],
      [
        { ok: true, value: '2026-12-01' },
        { ok: true, value: '2026-12-01' },
      ],
    );
    // A date whose format was lost is the number of its day.
    assert.deepEqual(
      [readDay(46_387), readDay('46387')],
      [
        { ok: true, value: '2026-12-31' },
        { ok: true, value: '2026-12-31' },
      ],
    );
    assert.deepEqual(
      [readDay(20_261), readDay(123_456)].map((one) => one.ok),
      [false, false],
    );
    assert.deepEqual(
      ['31/02/2026', '12/2026', 'x'].map((text) => readDay(text).ok),
      [false, false, false],
    );
    assert.deepEqual(
      ['x', 'Có', '', 'không'].map((text) => readYes(text)),
      [true, true, false, false].map((value) => ({ ok: true, value })),
    );
    assert.equal(readYes('có lẽ').ok, false);
  });
});

test('columns are recognised by their headings, and as people chose the last time', () => {
  assert.deepEqual(
    guessMapping('services', ['STT', 'MÃ DỊCH VỤ', 'Tên DVKT', 'Đơn giá', 'Giá BHYT (đồng)', 'Ghi chú']),
    [null, 'code', 'name', 'price', 'bhytPrice', null],
  );
  assert.deepEqual(guessMapping('drugs', ['Mã thuốc', 'Tên thuốc', 'Hàm lượng', 'ĐVT', 'SĐK', 'Giá']), [
    'code',
    'display',
    'strength',
    'unit',
    'registration',
    'price',
  ]);
  assert.deepEqual(guessMapping('services', ['Mã', 'Cột lạ', 'Giá'], { 'cot la': 'bhytPrice', gia: '' }), [
    'code',
    'bhytPrice',
    null,
  ]);
});
