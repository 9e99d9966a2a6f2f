import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { Problem } from '@mach/base/problem.ts';
import type { ChargeItem, Invoice } from '@mach/fhir/types.ts';
import { type AnyRecord, Printer, type PrintForm, printJob } from '@mach/print';
import { memorySource } from '@mach/print/testing/source.ts';
import { plainText } from '@mach/print/testing/text.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { CASHIER_EXT } from '../read.ts';
import { type ReceiptPaper, receiptPrint } from './receipt.ts';
import { type StatementPaper, statementPrint } from './statement.ts';

const printer = new Printer();
after(() => printer.stop());

interface Line {
  text: string;
  group: string;
  quantity: number;
  price: number;
  insurer: number;
  copay: number;
  own: number;
}
const LINES: readonly Line[] = [
  { text: 'Định lượng glucose', group: '1', quantity: 1, price: 21_500, insurer: 17_200, copay: 4_300, own: 0 },
  { text: 'Khám Nội tiết', group: '13', quantity: 1, price: 36_500, insurer: 29_200, copay: 7_300, own: 0 },
  { text: 'metformin 850 mg', group: '4', quantity: 60, price: 150.5, insurer: 7_224, copay: 1_806, own: 0 },
  { text: 'Giấy chứng nhận', group: '19', quantity: 1, price: 20_000, insurer: 0, copay: 0, own: 20_000 },
];
const totalOf = (line: Line): number => line.quantity * line.price;
const sum = (of: (line: Line) => number, lines = LINES): number => lines.reduce((all, line) => all + of(line), 0);
const parts = (of: Record<string, number>) => Object.entries(of).map(([url, valueDecimal]) => ({ url, valueDecimal }));

function house(change: Partial<Invoice> = {}, lines = LINES) {
  const charges = lines.map((line, i) => ({
    resourceType: 'ChargeItem',
    id: `c${i}`,
    status: 'billed',
    code: { text: line.text, coding: [{ system: CS.costGroup, code: line.group }] },
    quantity: { value: line.quantity, unit: line.group === '4' ? 'viên' : 'lần' },
    priceOverride: { value: line.price },
    extension: [
      {
        url: EXT.payment,
        extension: parts({
          total: totalOf(line),
          insurer: line.insurer,
          copay: line.copay,
          own: line.own,
          insured: line.insurer + line.copay,
          quantity: line.quantity,
          unitPrice: line.price,
          insuredPrice: line.own > 0 ? 0 : line.price,
          serviceRatio: 100,
          insuredRatio: line.own > 0 ? 0 : 100,
        }),
      },
    ],
  })) as unknown as (ChargeItem & { id: string })[];
  const paid = Math.round(sum((l) => l.copay + l.own));
  const invoice = {
    resourceType: 'Invoice',
    id: 'inv',
    status: 'balanced',
    subject: { reference: 'Patient/lan' },
    date: '2026-11-24T02:00:00.000Z',
    identifier: [{ system: SID.invoice, value: 'PT261124-00012' }],
    participant: [{ actor: { display: 'Bùi Thị Lan Hương' } }],
    totalNet: { value: paid },
    lineItem: lines.map((line, i) => ({
      chargeItemReference: { reference: `ChargeItem/c${i}` },
      priceComponent: [
        { type: 'base', amount: { value: totalOf(line) } },
        { type: 'deduction', amount: { value: -line.insurer } },
      ],
    })),
    extension: [
      { url: CASHIER_EXT.encounter, valueReference: { reference: 'Encounter/visit' } },
      {
        url: EXT.payment,
        extension: parts({
          total: sum(totalOf),
          insurer: sum((l) => l.insurer),
          insured: sum((l) => l.insurer + l.copay),
          copay: sum((l) => l.copay),
          own: sum((l) => l.own),
          other: 0,
          discount: 0,
          rounding: 0,
        }),
      },
      {
        url: EXT.benefitDecision,
        extension: [
          { url: 'rate', valueDecimal: 80 },
          { url: 'category', valueCode: '1.1' },
          { url: 'properRoute', valueBoolean: true },
        ],
      },
      {
        url: CASHIER_EXT.paid,
        extension: [
          { url: 'method', valueCode: 'cash' },
          { url: 'amount', valueDecimal: paid },
        ],
      },
    ],
    ...change,
  };
  return memorySource(
    [
      invoice,
      ...charges,
      {
        resourceType: 'Patient',
        id: 'lan',
        name: [{ text: 'Trần Thị Lan' }],
        birthDate: '1964-07-14',
        gender: 'female',
      },
      {
        resourceType: 'Encounter',
        id: 'visit',
        subject: { reference: 'Patient/lan' },
        identifier: [{ system: SID.visitCode, value: '99001-261124-000019' }],
        extension: [{ url: EXT.coverage, valueReference: { reference: 'Coverage/card' } }],
      },
      {
        resourceType: 'Coverage',
        id: 'card',
        identifier: [{ system: SID.bhyt, value: 'HT2797900000001' }],
        period: { start: '2026-01-01', end: '2026-12-31' },
      },
    ] as (AnyRecord & { id: string })[],
    {
      'bhyt-lists': {
        MA_DOITUONG_KCB: { columns: ['code', 'vi', 'en'], rows: [['1.1', 'Đúng nơi đăng ký', 'Registered']] },
      },
    },
  );
}
const statement = async (source = house(), id = 'inv') =>
  (await statementPrint.fill(source, id)).data as StatementPaper;
const money = (text: string): Decimal => Decimal.of(text.replaceAll('.', '').replace(',', '.'));

test('the statement: sections in the order of the form, columns that add up to the invoice', async () => {
  const paper = await statement();
  assert.deepEqual(
    paper.sections.map((section) => section.name),
    ['Khám bệnh', 'Xét nghiệm', 'Thuốc, dịch truyền', 'Dịch vụ khác'],
  );
  for (const column of ['total', 'insured', 'insurer', 'coPayment', 'other', 'own'] as const) {
    const lines = Decimal.sum(paper.sections.flatMap((section) => section.lines.map((line) => money(line[column]))));
    const sections = Decimal.sum(paper.sections.map((section) => money(section.sum[column])));
    assert.ok(lines.eq(money(paper.sum[column])) && sections.eq(lines), column);
    // Across a row: fund, patient and others make the whole.
  }
  for (const line of paper.sections.flatMap((section) => section.lines))
    assert.ok(
      money(line.insurer).add(money(line.coPayment)).add(money(line.other)).add(money(line.own)).eq(money(line.total)),
      line.name,
    );
  assert.deepEqual([paper.total, paper.insurer, paper.paid], ['87.030', '53.624', '33.406']);
  assert.deepEqual(
    [paper.card, paper.cardPeriod, paper.rate, paper.category],
    ['HT2797900000001', 'từ 01/01/2026 đến 31/12/2026', '80 %', '1.1 – Đúng nơi đăng ký'],
  );
  assert.equal(paper.words.patient, 'Ba mươi ba nghìn bốn trăm linh sáu đồng');
  // The visit leads to the same paper.
  assert.deepEqual(await statement(house(), 'visit'), paper);
});

test('lines that do not make the total are not printed', async () => {
  const problem = (code: string) => (error: unknown) => error instanceof Problem && error.issues[0]?.code === code;
  const short = house({}, LINES.slice(0, 3));
  await assert.rejects(statement(short), problem('bill-sum'));
  await assert.rejects(receiptPrint.fill(short, 'inv'), problem('bill-sum'));
  await assert.rejects(statement(house({ status: 'cancelled' })), problem('invoice-cancelled'));
  await assert.rejects(statement(house({ status: 'cancelled' }), 'visit'), problem('not-settled'));
});

test('what came back and was handed out stands on the receipt', async () => {
  const extension = [
    ...(((await house().read<Invoice>('Invoice', 'inv')).extension ?? []) as object[]),
    {
      url: CASHIER_EXT.adjusted,
      extension: [
        { url: 'at', valueInstant: '2026-11-25T02:00:00.000Z' },
        { url: 'amount', valueDecimal: 1_200 },
        { url: 'reason', valueString: 'Trả lại thuốc' },
      ],
    },
    {
      url: CASHIER_EXT.refunded,
      extension: [
        { url: 'number', valueString: 'HT261125-00001' },
        { url: 'at', valueInstant: '2026-11-25T02:05:00.000Z' },
        { url: 'method', valueCode: 'cash' },
        { url: 'amount', valueDecimal: 1_000 },
      ],
    },
    { url: CASHIER_EXT.refundDue, valueDecimal: 200 },
  ] as Invoice['extension'];
  const { changes } = (await receiptPrint.fill(house({ extension }), 'inv')).data as ReceiptPaper;
  assert.deepEqual(
    changes.map(({ text, amount }) => [text, amount.replace(/\s/, ' ')]),
    [
      ['Giảm ngày 25/11/2026: Trả lại thuốc', '-1.200 ₫'],
      ['Đã hoàn HT261125-00001, 25/11/2026 (tiền mặt)', '1.000 ₫'],
      ['Chờ hoàn tại quầy', '200 ₫'],
    ],
  );
});

test('the receipt of a cancelled invoice says so', async () => {
  const paper = (await receiptPrint.fill(house({ status: 'cancelled' }), 'inv')).data as ReceiptPaper;
  assert.equal(paper.stamp, 'ĐÃ HUỶ');
  const form = receiptPrint.form as unknown as PrintForm<ReceiptPaper>;
  const { content } = await printer.print(printJob(form, paper, '2026-11-24T02:00:00.000Z', 'svg'));
  const text = plainText(Buffer.from(content).toString('utf8'));
  for (const wanted of ['ĐÃ HUỶ', 'PT261124-00012', '33.406', '87.030', 'Tiền mặt', 'metformin 850 mg'])
    assert.ok(text.includes(wanted), `${wanted}\n${text}`);
});
