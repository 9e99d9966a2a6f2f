import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { type AnyRecord, Printer, type PrintForm, printJob } from '@mach/print';
import { memorySource } from '@mach/print/testing/source.ts';
import { plainText } from '@mach/print/testing/text.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { FHIR_CS, LAB_EXT } from '../read.ts';
import { png } from '../testing/pictures.ts';
import { type LabelPaper, labelPrint } from './label.ts';
import { type ReportPaper, reportPrint } from './report.ts';
import { type SheetPaper, sheetPrint } from './sheet.ts';

const printer = new Printer();
after(() => printer.stop());
const text = async <D extends object>(form: unknown, paper: D): Promise<string> => {
  const { content } = await printer.print(printJob(form as PrintForm<D>, paper, '2026-11-24T02:00:00.000Z', 'svg'));
  return plainText(Buffer.from(content).toString('utf8'));
};
const problem = (code: string) => (error: unknown) => error instanceof Problem && error.issues[0]?.code === code;

const order = (id: string, state: string, name: string, more: object = {}) => ({
  resourceType: 'ServiceRequest',
  id,
  encounter: { reference: 'Encounter/visit' },
  subject: { reference: 'Patient/lan' },
  category: [{ coding: [{ system: CS.serviceGroup, code: 'lab' }] }],
  code: { text: name },
  extension: [{ url: EXT.state, valueCode: state }],
  identifier: [{ system: SID.orderCode, value: `C26112400000${id.at(-1)}` }],
  ...more,
});
const result = (id: string, status: string, shown: string, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status,
  code: { text: `Chỉ số ${id}` },
  extension: [{ url: LAB_EXT.resultText, valueString: shown }],
  valueQuantity: { unit: 'mmol/L' },
  referenceRange: [{ text: '3,90–6,10' }],
  ...more,
});
const flagged = (code: string) => ({ interpretation: [{ coding: [{ system: FHIR_CS.interpretation, code }] }] });

function house(specimens: object[] = []) {
  return memorySource([
    {
      resourceType: 'Encounter',
      id: 'visit',
      subject: { reference: 'Patient/lan' },
      identifier: [{ system: SID.visitCode, value: '99001-261124-000019' }],
    },
    { resourceType: 'Patient', id: 'lan', name: [{ text: 'Trần Thị Lan' }], birthDate: '1964-07-14', gender: 'female' },
    order('o1', 'validated', 'Sinh hoá máu', { priority: 'stat' }),
    order('o2', 'in-progress', 'Tổng phân tích tế bào máu'),
    order('o3', 'cancelled', 'HbA1c'),
    {
      resourceType: 'DiagnosticReport',
      id: 'r1',
      status: 'final',
      basedOn: [{ reference: 'ServiceRequest/o1' }],
      issued: '2026-11-24T01:40:00.000Z',
      effectiveDateTime: '2026-11-24T01:00:00.000Z',
      performer: [{ display: 'ThS.BS. Quách Thị Hiền' }],
      result: ['GLU', 'K', 'NA', 'CREA'].map((id) => ({ reference: `Observation/${id}` })),
    },
    result('GLU', 'final', '9,44', flagged('H')),
    result('K', 'final', '6,9', flagged('HH')),
    result('NA', 'preliminary', '140'),
    result('CREA', 'corrected', '84', {
      extension: [
        { url: LAB_EXT.resultText, valueString: '84' },
        {
          url: LAB_EXT.correctedFrom,
          extension: [
            { url: 'text', valueString: '48' },
            { url: 'at', valueInstant: '2026-11-24T01:50:00.000Z' },
            { url: 'reason', valueString: 'Nhập nhầm' },
          ],
        },
      ],
    }),
    ...specimens,
  ] as (AnyRecord & { id: string })[]);
}

test('the sheet: validated values only, flags in words, what was corrected, what is still missing', async () => {
  const paper = (await sheetPrint.fill(house(), 'visit')).data as SheetPaper;
  assert.deepEqual(
    paper.groups.map((group) => [group.name, group.lines.map((line) => [line.value, line.flag, line.critical])]),
    [
      [
        'Sinh hoá máu',
        [
          ['9,44', '↑ Cao', false],
          ['6,9', '↑↑ Rất cao', true],
          ['84', '', false],
        ],
      ],
    ],
  );
  assert.equal(paper.groups[0]?.lines[2]?.corrected, '48 (sửa 24/11/2026 08:50: Nhập nhầm)');
  assert.deepEqual(paper.pending, ['Tổng phân tích tế bào máu']);
  const printed = (await text(sheetPrint.form, paper)).replace(/\s+/g, '');
  for (const wanted of ['TRẦN THỊ LAN', '9,44', '↑↑ Rất cao', 'Trước khi sửa: 48', 'Chưa có kết quả:', '3,90–6,10'])
    assert.ok(printed.includes(wanted.replace(/\s+/g, '')), wanted);
  assert.ok(!printed.includes('140'), 'a preliminary value');
});

test('one order alone; an order without a validated result has no sheet', async () => {
  const paper = (await sheetPrint.fill(house(), 'o1')).data as SheetPaper;
  assert.deepEqual(paper.pending, []);
  await assert.rejects(sheetPrint.fill(house(), 'o2'), problem('no-final-results'));
});

const tube = (id: string, ordered: string, more: object = {}) => ({
  resourceType: 'Specimen',
  id,
  status: 'available',
  identifier: [{ system: SID.specimen, value: `M26112400000${id.at(-1)}5` }],
  subject: { reference: 'Patient/lan' },
  request: [{ reference: `ServiceRequest/${ordered}` }],
  collection: { collectedDateTime: '2026-11-24T01:00:00.000Z' },
  container: [{ description: 'Ống xám, natri fluorid' }],
  ...more,
});

test('labels of the tubes that were filled last, never of a rejected one', async () => {
  const of = (id: string, specimen: string) =>
    order(id, 'accepted', `Chỉ định ${id}`, { specimen: [{ reference: `Specimen/${specimen}` }], priority: 'stat' });
  const source = house([
    of('o5', 't1'),
    of('o6', 't2'),
    of('o7', 't4'),
    of('o8', 't5'),
    tube('t1', 'o5'),
    tube('t2', 'o6'),
    tube('t4', 'o7', { status: 'unsatisfactory' }),
    tube('t5', 'o8', { collection: { collectedDateTime: '2026-11-24T00:10:00.000Z' } }),
  ]);
  const paper = (await labelPrint.fill(source, 'visit')).data as LabelPaper;
  assert.deepEqual(
    paper.labels.map((label) => [label.code, label.person.name, label.urgent]),
    [
      ['M2611240000015', 'TRẦN THỊ LAN', true],
      ['M2611240000025', 'TRẦN THỊ LAN', true],
    ],
  );
  const printed = await text(labelPrint.form, paper);
  for (const wanted of ['M2611240000015', 'M2611240000025', 'CẤP', '14/07/1964'])
    assert.ok(printed.includes(wanted), wanted);
  const single = (await labelPrint.fill(source, 't2')).data as LabelPaper;
  assert.deepEqual(
    single.labels.map((label) => label.code),
    ['M2611240000025'],
  );
  await assert.rejects(labelPrint.fill(source, 't4'), problem('no-label'));
});

test('the imaging report: what was seen, what it means, its pictures in their order; nothing before it is reported', async () => {
  const media = (id: string, content: object) => ({
    resourceType: 'Media',
    id,
    status: 'completed',
    width: 64,
    height: 48,
    content,
  });
  const data = png(64, 48).toString('base64');
  const source = house([
    order('x1', 'validated', 'X-quang ngực thẳng', {
      identifier: [{ system: SID.accession, value: 'A2611240000013' }],
      extension: [{ url: EXT.clinicalQuestion, valueString: 'Viêm phổi?' }],
    }),
    order('x2', 'in-progress', 'Siêu âm bụng'),
    {
      resourceType: 'DiagnosticReport',
      id: 'rx',
      status: 'corrected',
      basedOn: [{ reference: 'ServiceRequest/x1' }],
      issued: '2026-11-24T01:40:00.000Z',
      performer: [{ display: 'BS. Lê Thu' }],
      conclusion: 'Đám mờ thuỳ dưới phải',
      media: [
        { comment: 'Phim thẳng', link: { reference: 'Media/m1' } },
        { link: { reference: 'Media/m2' } },
        { link: { reference: 'Media/m3' } },
      ],
      extension: [
        { url: LAB_EXT.findings, valueString: 'Bóng tim không to\nĐám mờ đáy phổi phải' },
        { url: LAB_EXT.recommendation, valueString: 'Chụp lại sau 2 tuần' },
        {
          url: LAB_EXT.correctedFrom,
          extension: [
            { url: 'text', valueString: 'Bình thường' },
            { url: 'at', valueInstant: '2026-11-24T01:20:00.000Z' },
            { url: 'reason', valueString: 'Đọc lại' },
          ],
        },
      ],
    },
    media('m1', { contentType: 'image/png', data }),
    media('m2', { contentType: 'image/png', data }),
    media('m3', { contentType: 'image/svg+xml', data }),
  ]);
  const paper = (await reportPrint.fill(source, 'x1')).data as ReportPaper;
  assert.equal(paper.images.length, 2, 'only what is a picture by its kind');
  assert.deepEqual([paper.question, paper.accession], ['Viêm phổi?', 'A2611240000013']);
  const drawn = async (of: ReportPaper): Promise<string> => {
    const job = printJob(reportPrint.form as unknown as PrintForm<ReportPaper>, of, '2026-11-24T02:00:00.000Z', 'svg');
    return Buffer.from((await printer.print(job)).content).toString('utf8');
  };
  const pictures = (of: string): number => of.match(/<image /g)?.length ?? 0;
  const svg = await drawn(paper);
  assert.equal(pictures(svg) - pictures(await drawn({ ...paper, images: [] })), 2, 'both stand on the paper');
  const printed = plainText(svg).replace(/\s+/g, '');
  for (const wanted of [
    'Đám mờ đáy phổi phải',
    'Chụp lại sau 2 tuần',
    'Ảnh 1: Phim thẳng',
    'Ảnh 2',
    'Bản đính chính',
    'Lý do: Đọc lại',
  ])
    assert.ok(printed.includes(wanted.replace(/\s+/g, '')), wanted);
  await assert.rejects(reportPrint.fill(source, 'x2'), problem('no-report'));
});
