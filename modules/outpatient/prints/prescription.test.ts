import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { type AnyRecord, Printer, type PrintForm, printJob } from '@mach/print';
import { memorySource } from '@mach/print/testing/source.ts';
import { plainText } from '@mach/print/testing/text.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { type PrescriptionPaper, prescriptionPrint } from './prescription.ts';

const ARTIFACTS = resolve(import.meta.dirname, '../../../artifacts/print');
const PACKS = { prescribing: { limits: { columns: ['key', 'days'], rows: [['validity', 5]] } } };
const printer = new Printer();
after(() => printer.stop());

const LINE = {
  drug: 'metformin-850-mg-v',
  name: 'metformin 850 mg, viên nén bao phim',
  quantity: '60',
  unit: 'viên',
  text: 'Uống, MỖI LẦN 1 viên, ngày 2 lần, sáng – chiều, sau ăn, 30 ngày',
  note: null as string | null,
};
const signed = (more: Record<string, unknown> = {}) => ({
  form: 'prescription/1',
  code: '99001rgiifl7-C',
  kind: 'C',
  facility: { code: '99001', name: 'BV Mẫu' },
  visit: '99001-261124-000019',
  patient: { id: 'lan', name: 'Trần Thị Lan' },
  prescriber: { id: 'prac-bacsi', name: 'BSCKI. Phan Thị Bích Ngọc' },
  diagnoses: [{ text: 'Bệnh đái tháo đường típ 2' }, { text: 'Tăng huyết áp vô căn' }],
  lines: [LINE, { ...LINE, name: 'amLODIPin 5 mg, viên nén', quantity: '5', note: 'Uống cùng giờ' }],
  advice: 'Ăn nhạt, đi bộ 30 phút mỗi ngày.',
  revisit: '2026-12-24',
  signedAt: '2026-11-24T01:12:00.000Z',
  ...more,
});

interface Case {
  content?: Record<string, unknown>;
  state?: string;
  birthDate?: string;
  hash?: string;
  contact?: unknown;
}
function house({ content = signed(), state = 'signed', birthDate = '1964-07-14', hash, contact }: Case = {}) {
  const bytes = Buffer.from(JSON.stringify(content));
  const records = [
    {
      resourceType: 'DocumentReference',
      id: 'rx',
      content: [
        {
          attachment: {
            data: bytes.toString('base64'),
            hash: hash ?? createHash('sha256').update(bytes).digest('base64'),
          },
        },
      ],
    },
    {
      resourceType: 'Task',
      id: 'task',
      businessStatus: { coding: [{ system: CS.state, code: state }] },
      focus: { reference: 'DocumentReference/rx' },
      encounter: { reference: 'Encounter/visit' },
    },
    {
      resourceType: 'Patient',
      id: 'lan',
      name: [{ text: 'Trần Thị Lan' }],
      birthDate,
      gender: 'female',
      identifier: [{ system: SID.patientCode, value: '2600-123-456' }],
      contact,
    },
    {
      resourceType: 'Encounter',
      id: 'visit',
      extension: [{ url: EXT.coverage, valueReference: { reference: 'Coverage/card' } }],
    },
    { resourceType: 'Coverage', id: 'card', identifier: [{ system: SID.bhyt, value: 'HT2797900000001' }] },
    {
      resourceType: 'Observation',
      id: 'weight',
      status: 'final',
      encounter: { reference: 'Encounter/visit' },
      effectiveDateTime: '2026-11-24T00:50:00.000Z',
      code: { coding: [{ system: CS.loinc, code: '29463-7' }] },
      valueQuantity: { value: 14.5, unit: 'kg' },
    },
  ];
  return memorySource(records as (AnyRecord & { id: string })[], PACKS);
}
const fill = async (one?: Case): Promise<PrescriptionPaper> =>
  (await prescriptionPrint.fill(house(one), 'rx')).data as PrescriptionPaper;
async function paperOf(paper: PrescriptionPaper, name?: string): Promise<{ text: string; pages: number }> {
  const form = prescriptionPrint.form as unknown as PrintForm<PrescriptionPaper>;
  const { content, pages } = await printer.print(printJob(form, paper, '2026-11-24T01:15:00.000Z', 'svg'));
  const svg = Buffer.from(content).toString('utf8');
  if (name) {
    mkdirSync(ARTIFACTS, { recursive: true });
    writeFileSync(join(ARTIFACTS, `${name}.svg`), svg);
  }
  return { text: plainText(svg), pages };
}
const bare = (text: string): string => text.replace(/\s+/g, '');

test('the paper says what was signed, in the words that were signed', async () => {
  const paper = await fill();
  const { lines, diagnoses, advice, prescriber, code } = signed();
  assert.deepEqual(
    paper.lines.map(({ name, directions, note }) => [name, directions, note]),
    lines.map(({ name, text, note }) => [name, text, note ?? '']),
  );
  assert.deepEqual(
    paper.diagnoses,
    diagnoses.map((d) => d.text),
  );
  assert.deepEqual([paper.code, paper.advice, paper.prescriber], [code, advice, prescriber.name]);
  // Fewer than ten are written with a zero in front; sixty are not.
  assert.deepEqual(
    paper.lines.map((line) => line.quantity.replace(/\s/, ' ')),
    ['60 viên', '05 viên'],
  );
  assert.deepEqual([paper.revisit, paper.day, paper.validDays], ['24/12/2026', 'Ngày 24 tháng 11 năm 2026', '05']);
  assert.equal(paper.insurance, 'HT2797900000001');
  const { text, pages } = await paperOf(paper);
  assert.equal(pages, 1);
  for (const one of [...lines.flatMap((l) => [l.name, l.text]), 'TRẦN THỊ LAN', code, 'Cộng khoản: 02'])
    assert.ok(bare(text).includes(bare(one)), `${one}\n${text}`);
});

test('content that is not the sealed one is not printed', async () => {
  const wrong = createHash('sha256').update('something else').digest('base64');
  await assert.rejects(fill({ hash: wrong }), (error) => error instanceof Problem && error.status === 409);
  await assert.rejects(
    fill({ content: { ...signed(), form: 'exam-note/1' } }),
    (error) => error instanceof Problem && error.status === 404,
  );
});

test('a cancelled prescription says so in the middle of every page', async () => {
  const paper = await fill({ state: 'cancelled' });
  assert.equal(paper.stamp, 'ĐÃ HUỶ');
  assert.ok((await paperOf(paper)).text.split('ĐÃ HUỶ').length > 2);
});

test('a small child has months, weight and companion; what is not known is said', async () => {
  const contact = [{ name: { text: 'Trần Văn Hải' }, telecom: [{ system: 'phone', value: '0912 345 678' }] }];
  const paper = await fill({ birthDate: '2023-05-20', contact });
  assert.deepEqual(
    [paper.person.age, paper.weight, paper.companion],
    ['42 tháng', '14,5 kg', 'Trần Văn Hải, 0912 345 678'],
  );
  assert.equal((await fill({ birthDate: '2023-05-20' })).companion, 'Chưa rõ');
  assert.equal((await fill()).companion, '');
});

test('narcotics: three copies, quantities in words, each copy with its own pages', async () => {
  const lines = Array.from({ length: 7 }, (_, i) => ({
    ...LINE,
    name: `morphin ${i + 1}0 mg, viên nén`,
    quantity: '14',
  }));
  const paper = await fill({ content: signed({ kind: 'N', code: '99001rgiifl7-N', lines }) });
  assert.equal(paper.copies, 3);
  assert.equal(paper.lines[0]?.words, 'Mười bốn viên');
  const { text, pages } = await paperOf(paper, 'prescription-narcotic');
  assert.equal(pages % 3, 0);
  assert.equal(text.split(`Trang 1/${pages / 3}`).length - 1, 3);
  for (const copy of [1, 2, 3]) assert.ok(bare(text).includes(`Bản${copy}/3`));
  // Whose it is stands on every page.
  assert.ok(text.split('TRẦN THỊ LAN').length - 1 >= pages);
});
