import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Printer, type PrintForm, printJob } from '@mach/print';
import { memorySource } from '@mach/print/testing/source.ts';
import { plainText } from '@mach/print/testing/text.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { CODES, outputOf, STEP, withEmergency } from '../records.ts';
import { type TimelinePaper, timelinePrint } from './timeline.ts';

const printer = new Printer();
after(() => printer.stop());

const DOOR = '2026-11-24T00:00:00.000Z';
const at = (minutes: number): string => new Date(Date.parse(DOOR) + minutes * 60_000).toISOString();
const inVisit = { subject: { reference: 'Patient/p' }, encounter: { reference: 'Encounter/visit' } };
const by = { performer: [{ display: 'ĐD. Ông Văn Tài' }] };
const scored = (code: string) => ({ coding: [{ system: CS.score, code }], text: code.toUpperCase() });
const measured = (id: string, loinc: string, value: number) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  ...inVisit,
  code: { coding: [{ system: CS.loinc, code: loinc }] },
  valueQuantity: { value },
  effectiveDateTime: at(2),
});

function visit() {
  return withEmergency(
    {
      resourceType: 'Encounter' as const,
      id: 'visit',
      status: 'in-progress' as const,
      class: { code: 'AMB' },
      subject: { reference: 'Patient/p' },
      identifier: [{ system: SID.visitCode, value: '99001-261124-000019' }],
      period: { start: DOOR },
      reasonCode: [{ text: 'Sốt, lơ mơ' }],
    },
    { doorAt: DOOR, mode: 'ambulance' as const },
  );
}

const source = () =>
  memorySource([
    visit(),
    { resourceType: 'Patient', id: 'p', name: [{ text: 'Nạn nhân chưa rõ danh tính CC-2411-01' }], gender: 'male' },
    measured('m1', '8867-4', 128),
    measured('m2', '8310-5', 39.4),
    { ...measured('wrong', '85353-1', 0), status: 'entered-in-error' },
    {
      resourceType: 'Observation',
      id: 'news',
      status: 'final',
      ...inVisit,
      code: scored('news2'),
      valueInteger: 17,
      effectiveDateTime: at(2),
      extension: [{ url: EXT.computedBy, extension: [{ url: 'recorded', valueString: '7/7' }] }],
    },
    {
      resourceType: 'Observation',
      id: 'panel',
      status: 'final',
      ...inVisit,
      ...by,
      code: { coding: [{ system: CS.loinc, code: '85353-1' }] },
      effectiveDateTime: at(2),
      hasMember: ['m1', 'm2', 'news'].map((id) => ({ reference: `Observation/${id}` })),
    },
    {
      resourceType: 'Observation',
      id: 'triage',
      status: 'final',
      ...inVisit,
      ...by,
      code: scored(CODES.triage),
      valueInteger: 1,
      interpretation: [{ text: 'Hồi sức' }],
      effectiveDateTime: at(3),
      component: [
        { code: scored('triage-proposed'), valueInteger: 2 },
        { code: scored('triage-why'), valueString: 'NEWS2 17' },
        { code: scored('triage-override'), valueString: 'Thở ngáp' },
      ],
    },
    {
      resourceType: 'Task',
      id: 'run',
      status: 'in-progress',
      ...inVisit,
      code: {
        coding: [{ system: STEP.replace('step', 'bundle'), code: 'sepsis' }],
        text: 'Nhiễm khuẩn huyết, giờ đầu',
      },
      executionPeriod: { start: at(5) },
      requester: { display: 'BS. Vương Đình Phúc' },
      output: [
        outputOf(
          {
            step: 'fluid',
            kind: 'done',
            at: at(12),
            by: 'ĐD. Ông Văn Tài',
            text: '30 ml/kg × 60 kg = 1800 ml',
            orders: [],
          },
          'Truyền dịch',
        ),
        outputOf(
          {
            step: 'labs',
            kind: 'not-done',
            at: at(14),
            by: 'BS. Vương Đình Phúc',
            text: 'Đã làm ở tuyến trước',
            orders: [],
          },
          'Xét nghiệm',
        ),
      ],
    },
  ] as never);

test('one page: everything in its order, minutes from the door, the override with its reason, what still runs', async () => {
  const { data, file } = await timelinePrint.fill(source(), 'visit');
  const paper = data as TimelinePaper;
  assert.equal(file, 'cap-cuu-99001-261124-000019');
  assert.deepEqual(
    paper.lines.map((l) => `${l.time} ${l.since} ${l.what}`),
    [
      '07:00 +0′ Đến cấp cứu: xe 115',
      '07:02 +2′ NEWS2 17 (7/7 thông số)',
      '07:03 +3′ Phân loại mức 1 (Hồi sức)',
      '07:05 +5′ Kích hoạt gói: Nhiễm khuẩn huyết, giờ đầu',
      '07:12 +12′ Truyền dịch',
      '07:14 +14′ Không làm: Xét nghiệm',
    ],
  );
  assert.equal(paper.lines[1]?.detail, 'mạch 128 · nhiệt độ 39,4');
  assert.match(paper.lines[2]?.detail ?? '', /Đề nghị mức 2, chọn khác: Thở ngáp/);
  assert.equal(paper.lines[4]?.who, 'ĐD. Ông Văn Tài');
  assert.deepEqual(paper.running, ['Nhiễm khuẩn huyết, giờ đầu']);
  const job = printJob(timelinePrint.form as unknown as PrintForm<TimelinePaper>, paper, at(20), 'svg');
  const printed = await printer.print(job);
  const text = plainText(Buffer.from(printed.content).toString('utf8'));
  for (const words of [
    'DIỄN TIẾN CẤP CỨU',
    'Truyền dịch',
    '30 ml/kg × 60 kg = 1800 ml',
    'Gói đang chạy khi in',
    'Trang 1/1',
  ])
    assert.ok(text.includes(words), words);
  assert.equal(printed.pages, 1);
});
