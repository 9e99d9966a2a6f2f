import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, test } from 'node:test';
import { type DepositPaper, depositPrint } from '@mach/cashier/prints/deposit.ts';
import { type ShiftPaper, shiftPrint } from '@mach/cashier/prints/shift.ts';
import { type PriceListPaper, priceListPrint } from '@mach/clinic/prints/price-list.ts';
import { type BlockPaper, blockSheetPrint, blockStripPrint, FIELDS } from '@mach/desk/prints/block.ts';
import { type TimelinePaper, timelinePrint } from '@mach/emergency/prints/timeline.ts';
import { Printer, type PrintForm, personOnPaper, plainMoney, printJob } from '@mach/print';
import { memorySource } from '@mach/print/testing/source.ts';
import { plainText } from '@mach/print/testing/text.ts';
import { type WristbandPaper, wristbandPrint } from '@mach/reception/prints/wristband.ts';

const AT = '2026-11-24T09:30:00.000Z';
/** Pictures for people: the papers as they leave the printer. */
const ARTIFACTS = resolve(import.meta.dirname, '../../artifacts/print');
const printer = new Printer();
after(() => printer.stop());

const { letterhead } = memorySource([]);
const person = personOnPaper(
  {
    resourceType: 'Patient',
    id: 'p',
    name: [{ text: 'Nguyễn Thị Phương Quỳnh Hường' }],
    gender: 'female',
    birthDate: '1964-07-14',
  },
  AT,
);

async function rendered<D extends object>(form: PrintForm<D>, data: D): Promise<{ text: string; pages: number }> {
  const on = async (paper: PrintForm['papers'][number]) => {
    const pdf = await printer.print(printJob(form, data, AT, 'pdf', { paper }));
    const svg = await printer.print(printJob(form, data, AT, 'svg', { paper }));
    mkdirSync(ARTIFACTS, { recursive: true });
    const name = paper === form.papers[0] ? form.name : `${form.name}-${paper}`;
    writeFileSync(`${ARTIFACTS}/${name}.pdf`, pdf.content);
    return { text: plainText(Buffer.from(svg.content).toString('utf8')).replace(/\s+/g, ' '), pages: pdf.pages };
  };
  const [usual, ...others] = form.papers;
  const paper = await on(usual);
  const letters = (text: string) => [...text.replace(/\s|Trang\d+\/\d+/g, '')].length;
  // On another paper nothing is left out; what stands on every page may stand there more often.
  for (const other of others)
    assert.ok(letters((await on(other)).text) >= letters(paper.text) * 0.9, `${form.name} on ${other}`);
  return paper;
}
const holds = (text: string, ...wanted: string[]): void => {
  const bare = text.replace(/\s+/g, '');
  for (const one of wanted) assert.ok(bare.includes(one.replace(/\s+/g, '')), `${one} in ${text}`);
};

test('the shift report with every way of payment, every note and a difference keeps its signatures together', async () => {
  const ways = ['Tiền mặt', 'Chuyển khoản (QR)', 'Thẻ'];
  const paper: ShiftPaper = {
    title: 'BIÊN BẢN GIAO CA THU NGÂN',
    letterhead,
    number: 'CA-261124-003',
    name: 'Nguyễn Thị Phương Quỳnh Hường',
    opened: '24/11/2026 07:00',
    closed: '24/11/2026 16:30',
    day: 'Ngày 24 tháng 11 năm 2026',
    takings: ['Thu viện phí', 'Thu tạm ứng', 'Hoàn tạm ứng', 'Hoàn tiền'].flatMap((what) =>
      ways.map((way) => ({ what, way, amount: '128.450.000' })),
    ),
    count: [500, 200, 100, 50, 20, 10, 5, 2, 1].map((note) => ({
      note: `${note}.000`,
      pieces: '112',
      amount: plainMoney(note * 112_000),
    })),
    float: '2.000.000 ₫',
    expected: '130.450.000 ₫',
    counted: '130.400.000 ₫',
    words: 'Một trăm ba mươi triệu bốn trăm nghìn đồng',
    difference: '−50.000 ₫',
    reason: 'Trả nhầm tiền thừa cho người bệnh ở lượt 99001-261124-000219, đã gọi lại nhưng không liên lạc được',
    receivedBy: 'Trần Văn Thủ Quỹ',
    receivedAt: '24/11/2026 16:50',
  };
  const { text, pages } = await rendered(shiftPrint.form as PrintForm<ShiftPaper>, paper);
  assert.ok(pages <= 2, String(pages));
  holds(text, 'BIÊN BẢN GIAO CA', 'Hường', '130.400.000 ₫', '−50.000 ₫', 'không liên lạc được', 'Trần Văn Thủ Quỹ');
});

test('a wristband says who it is on one band, whatever the name', async () => {
  const paper: WristbandPaper = {
    title: 'Vòng đeo tay',
    letterhead: { ...letterhead, warning: 'DỮ LIỆU MẪU' },
    person: { ...person, code: '2600-123-456' },
    visitCode: '99001-261124-000219',
    arrived: '24/11/2026 08:05',
  };
  const { text, pages } = await rendered(wristbandPrint.form as unknown as PrintForm<WristbandPaper>, paper);
  assert.equal(pages, 1);
  holds(text, 'NGUYỄN THỊ PHƯƠNG QUỲNH HƯỜNG', '14/07/1964', 'Nữ', '2600-123-456', '99001-261124-000219');
});

test('the deposit slip', async () => {
  const paper: DepositPaper = {
    title: 'PHIẾU THU TẠM ỨNG',
    letterhead,
    number: 'TU-261124-0012',
    date: '24/11/2026 08:05',
    cashier: 'Nguyễn Thị Phương Quỳnh Hường',
    person,
    visitCode: '99001-261124-000219',
    way: 'Chuyển khoản (QR)',
    amount: '12.500.000 ₫',
    words: 'Mười hai triệu năm trăm nghìn đồng',
    held: '15.000.000 ₫',
  };
  const { text } = await rendered(depositPrint.form as PrintForm<DepositPaper>, paper);
  holds(text, 'PHIẾU THU TẠM ỨNG', '12.500.000 ₫', 'Mười hai triệu', '15.000.000 ₫', '99001-261124-000219');
});

test('a long price list keeps its head on every page and loses no line', async () => {
  const rows = (n: number, name: string) =>
    Array.from({ length: n }, (_, i) => ({
      name: `${name} ${i + 1}`,
      unit: i % 2 ? 'lần' : 'viên',
      price: '1.250.000',
    }));
  const paper: PriceListPaper = {
    title: 'BẢNG GIÁ DỊCH VỤ KHÁM BỆNH, CHỮA BỆNH',
    letterhead,
    licence: '000123/HNO-GPHĐ',
    day: '24/11/2026',
    groups: [
      { name: 'Dịch vụ', rows: rows(40, 'Siêu âm Doppler mạch máu chi dưới hai bên, có đánh giá van tĩnh mạch') },
      { name: 'Thuốc', rows: rows(30, 'amoxicilin + acid clavulanic 875 mg + 125 mg') },
    ],
  };
  const { text, pages } = await rendered(priceListPrint.form as PrintForm<PriceListPaper>, paper);
  assert.ok(pages >= 2);
  holds(text, 'BẢNG GIÁ DỊCH VỤ', '000123/HNO-GPHĐ', 'van tĩnh mạch 40', '125 mg 30');
});

test('the course of an emergency, with a bundle that still runs', async () => {
  const paper: TimelinePaper = {
    title: 'DIỄN TIẾN CẤP CỨU',
    letterhead,
    person,
    visitCode: '99001-261124-000019',
    complaint: 'Sốt, lơ mơ, tụt huyết áp; người nhà phát hiện nằm ngoài vườn lúc 5 giờ sáng',
    arrived: '24/11/2026 07:00',
    level: '1 · Hồi sức ngay',
    diagnosis: 'A41.9 Nhiễm trùng huyết, không xác định',
    lines: Array.from({ length: 34 }, (_, i) => ({
      time: `07:${String(i).padStart(2, '0')}`,
      since: `+${i}′`,
      kind: ['Dấu hiệu sống', 'Thuốc', 'Chỉ định', 'Gói xử trí'][i % 4] ?? '',
      what:
        [
          'Mạch 128, nhiệt độ 39,4',
          'ceftriaxon 2 g tĩnh mạch',
          'Cấy máu 2 vị trí',
          'Gói nhiễm khuẩn huyết: bù dịch 30 ml/kg',
        ][i % 4] ?? '',
      detail: i % 3 === 0 ? 'NEWS2 17, đo lại sau 15 phút; SpO₂ 88 % với oxy mặt nạ 10 l/phút' : '',
      who: 'ĐD. Ông Văn Tài',
    })),
    running: ['Gói nhiễm khuẩn huyết 3 giờ: còn 2/6 bước'],
  };
  const { text, pages } = await rendered(timelinePrint.form as PrintForm<TimelinePaper>, paper);
  assert.ok(pages <= 2, String(pages));
  holds(text, 'DIỄN TIẾN CẤP CỨU', 'A41.9', '+33′', 'còn 2/6 bước');
});

test('a block of numbers is printed in advance: every free number once, with its code, to be cut', async () => {
  for (const [series, prefix, n, sheets] of [
    ['queue', 'G', 60, 4],
    ['receipt', 'BG26-', 30, 4],
    ['note', 'PG26-', 30, 5],
  ] as const) {
    const numbers = Array.from({ length: n }, (_, i) => `${prefix}${String(i + 1).padStart(4, '0')}`);
    const paper: BlockPaper = {
      title: 'PHIẾU SỐ THỨ TỰ',
      letterhead,
      series,
      range: `${numbers[0]}–${numbers.at(-1)}`,
      holder: 'Bùi Thị Hoa',
      fields: FIELDS[series],
      numbers,
    };
    const sheet = await rendered(blockSheetPrint.form as unknown as PrintForm<BlockPaper>, paper);
    assert.equal(sheet.pages, sheets, series);
    holds(sheet.text, ...numbers);
    const strip = await rendered(blockStripPrint.form as unknown as PrintForm<BlockPaper>, paper);
    holds(strip.text, ...numbers);
  }
});
