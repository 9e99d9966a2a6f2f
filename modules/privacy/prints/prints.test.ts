import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, test } from 'node:test';
import { type Print, Printer, type PrintSource, printJob } from '@mach/print';
import { memorySource } from '@mach/print/testing/source.ts';
import { plainText } from '@mach/print/testing/text.ts';
import { ACT_REASON, PRIVACY_EXT, REQUEST_CODE, REQUEST_CS } from '../record.ts';
import { PROCESSING_PACK } from '../rules/purposes.ts';
import { answerPrint } from './answer.ts';
import { consentPrint } from './consent.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const ARTIFACTS = resolve(ROOT, 'artifacts/print');
const { data: pack } = JSON.parse(
  readFileSync(resolve(ROOT, 'rulepacks', PROCESSING_PACK, '2026-07-01.json'), 'utf8'),
) as { data: unknown };
const printer = new Printer();
after(() => printer.stop());

const patient = {
  resourceType: 'Patient',
  id: 'p',
  name: [{ text: 'Nguyễn Thị Phương Quỳnh Hường' }],
  gender: 'female',
  birthDate: '1964-07-14',
  identifier: [{ system: 'https://mach.vn/fhir/sid/patient-code', value: '2600-000-123' }],
  address: [{ text: 'Tổ dân phố 12, phường Ngọc Hà, thành phố Hà Nội' }],
};
const consent = (id: string, purpose: string, type: 'permit' | 'deny', more: object = {}) => ({
  resourceType: 'Consent',
  id,
  status: 'active',
  patient: { reference: 'Patient/p' },
  dateTime: '2026-11-20T03:00:00.000Z',
  provision: { type, purpose: [{ system: ACT_REASON, code: purpose }] },
  ...more,
});
const request = (more: object = {}) => ({
  resourceType: 'Task',
  id: 'r',
  identifier: [{ system: REQUEST_CODE, value: 'YC26-000012' }],
  code: { coding: [{ system: REQUEST_CS, code: 'access', display: 'Xem dữ liệu và ai đã xem' }] },
  description: 'Xin biết ai đã xem hồ sơ của tôi từ tháng 9',
  for: { reference: 'Patient/p' },
  requester: { display: 'Nguyễn Thị Phương Quỳnh Hường' },
  owner: { display: 'Trần Thị Kim Ngân' },
  authoredOn: '2026-11-20T03:00:00.000Z',
  restriction: { period: { end: '2026-11-30T16:59:00.000Z' } },
  ...more,
});

/** The paper as text; its pictures are kept for people to look at. */
async function paper(print: Print, source: PrintSource, id: string): Promise<{ text: string; pages: number }> {
  const { data } = await print.fill(source, id);
  const pdf = await printer.print(printJob(print.form, data, source.now, 'pdf'));
  const svg = await printer.print(printJob(print.form, data, source.now, 'svg'));
  mkdirSync(ARTIFACTS, { recursive: true });
  writeFileSync(`${ARTIFACTS}/${print.form.name}.pdf`, pdf.content);
  return { text: plainText(Buffer.from(svg.content).toString('utf8')).replace(/\s+/g, ''), pages: pdf.pages };
}
const holds = (text: string, ...wanted: string[]): void => {
  for (const one of wanted) assert.ok(text.includes(one.replace(/\s+/g, '')), `${one} in ${text}`);
};
const count = (text: string, what: string): number => text.split(what.replace(/\s+/g, '')).length - 1;

test('the consent form asks each purpose by itself, with the ground, and ticks nothing', async () => {
  const source = memorySource(
    [patient, consent('c1', 'HRESCH', 'permit'), consent('c2', 'TRAIN', 'deny', { status: 'inactive' })],
    { [PROCESSING_PACK]: pack },
  );
  const { text, pages } = await paper(consentPrint, source, 'p');
  assert.ok(pages <= 2, String(pages));
  holds(text, 'PHIẾU ĐỒNG Ý', 'NGUYỄN THỊ PHƯƠNG QUỲNH HƯỜNG', '2600-000-123', 'Nghiên cứu khoa học', 'Phản đối');
  holds(
    text,
    'Không đánh dấu là không đồng ý (riêng mục có ghi căn cứ luật',
    'Đồng ý từ 20/11/2026',
    'Ngày 24 tháng 11 năm 2026',
  );
  assert.equal(count(text, 'Không đồng ý từ'), 0, 'what is over is not printed');
  assert.doesNotMatch(text, /[☑☒✓✔]/, 'no box is ticked beforehand');
});

test('the answer says what was asked, done and decided, and where to complain; the first one says until when', async () => {
  const hash = 'a1b2c3d4'.repeat(8);
  const done = {
    type: { coding: [{ system: REQUEST_CS, code: 'log' }] },
    valueString: 'Nhật ký ai đã xem: 12 dòng',
    extension: [
      { url: PRIVACY_EXT.at, valueDateTime: '2026-11-24T03:00:00.000Z' },
      { url: PRIVACY_EXT.hash, valueString: hash },
    ],
  };
  const closed = request({
    output: [done],
    businessStatus: { coding: [{ system: REQUEST_CS, code: 'granted' }] },
    statusReason: { text: 'Kính gửi bản nhật ký kèm thư này.' },
    executionPeriod: { end: '2026-11-24T04:00:00.000Z' },
  });
  const { text, pages } = await paper(answerPrint, memorySource([patient, closed]), 'r');
  assert.equal(pages, 1);
  holds(text, 'YC26-000012', 'TRẢ LỜI YÊU CẦU', 'Kết quả: Đồng ý', '12 dòng', 'a1b2c3d4 a1b2c3d4', 'khiếu nại');
  assert.equal(count(text, 'Trả lời đầy đủ chậm nhất'), 0);
  const first = request({ note: [{ text: 'Chúng tôi đã nhận, sẽ trả lời đúng hạn.' }] });
  const { data } = await answerPrint.fill(memorySource([patient, first]), 'r');
  assert.equal((data as { due: string }).due, '30/11/2026');
  await assert.rejects(answerPrint.fill(memorySource([patient, request()]), 'r'), { status: 409 });
});
