import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decimal } from '@mach/base/decimal.ts';
import type { Issue } from '@mach/base/problem.ts';
import transitionJson from '../../../rulepacks/bhyt-lists/2025-07-01.json' with { type: 'json' };
import listsJson from '../../../rulepacks/bhyt-lists/2026-08-01.json' with { type: 'json' };
import first from '../../../rulepacks/bhyt-xml/2024-07-01.json' with { type: 'json' };
import latest from '../../../rulepacks/bhyt-xml/2026-07-01.json' with { type: 'json' };
import { benefitPackOn } from '../bhyt/editions.fixture.ts';
import type { ListsPack } from '../bhyt/lists-pack.ts';
import { type BillLine, billVisit } from '../bhyt/visit-bill.ts';
import { type ClaimLineKind, lineMoney, summaryMoney } from './bill-rows.ts';
import { sampleClaim } from './claim.fixture.ts';
import type { XmlPack, XmlRow } from './pack.ts';
import { isBirth, isCompactDate, isCompactTime } from './shape.ts';
import { validateTable } from './validate.ts';
import { type ClaimTables, validateClaim } from './validate-claim.ts';

const pack = latest.data as unknown as XmlPack;
const lists = listsJson.data as unknown as ListsPack;
const brief = (issues: Issue[]) => issues.map((i) => `${i.severity} ${i.code} ${i.field}`);
const check = (tables: ClaimTables) => brief(validateClaim(tables, pack, lists));
type Names = 'XML1' | 'XML2' | 'XML3';
const edited = (table: Names, over: Record<string, string>): ClaimTables => {
  const claim = sampleClaim();
  return { ...claim, [table]: claim[table].map((row) => ({ ...row, ...over })) };
};

test('a complete claim has no issue', () => {
  assert.deepEqual(check(sampleClaim()), []);
});

test('mandatory, always and on a condition', () => {
  assert.deepEqual(check(edited('XML1', { HO_TEN: ' ' })), ['error field-missing XML1[1].HO_TEN']);
  assert.deepEqual(check(edited('XML3', { MA_NHOM: '1', NGAY_TH_YL: '' })).slice(0, 2), [
    'error field-missing XML3[1].NGUOI_THUC_HIEN',
    'error field-missing XML3[1].NGAY_TH_YL',
  ]);
  const none = validateTable('XML0', { MA_LK: 'a' }, pack).map((i) => i.field);
  for (const field of ['MA_DICH_VU', 'MA_THUOC', 'MA_VAT_TU']) assert.ok(none.includes(`XML0[1].${field}`), field);
  const drug = validateTable('XML0', { MA_THUOC: '40.1' }, pack).map((i) => i.field);
  assert.ok(!drug.includes('XML0[1].MA_DICH_VU'));
  assert.ok(drug.includes('XML0[1].TEN_THUOC'));
});

test('length, number, decimals', () => {
  assert.deepEqual(check(edited('XML1', { MA_KHOA: 'K'.repeat(51) })), ['error field-too-long XML1[1].MA_KHOA']);
  assert.deepEqual(check(edited('XML1', { MA_KHOA: 'ế'.repeat(50) })), [], 'length is in characters');
  const row = { ...sampleClaim().XML2[0] };
  const one = (over: Record<string, string>) =>
    brief(validateTable('XML2', { ...row, ...over } as XmlRow, pack, lists));
  assert.deepEqual(one({ DON_GIA: '10.000,5' }), ['error field-not-a-number XML2[1].DON_GIA']);
  assert.deepEqual(one({ DON_GIA: '-5' }), ['error field-not-a-number XML2[1].DON_GIA']);
  assert.deepEqual(one({ DON_GIA: '10000.1234' }), ['error field-too-precise XML2[1].DON_GIA']);
  assert.deepEqual(one({ MUC_HUONG: '47.5' }), []);
  const before = brief(
    validateTable('XML2', { ...row, MUC_HUONG: '47.5' } as XmlRow, first.data as unknown as XmlPack),
  );
  assert.deepEqual(before, ['error field-too-long XML2[1].MUC_HUONG', 'error field-too-precise XML2[1].MUC_HUONG']);
});

test('shapes of days and times', () => {
  assert.ok(isCompactDate('20240229') && !isCompactDate('20230229') && !isCompactDate('2024022'));
  assert.ok(isCompactTime('202611222359') && !isCompactTime('202611222400'));
  assert.ok(isBirth('196400000000') && isBirth('196407140000') && isBirth('202611210815') && isBirth('196407000000'));
  assert.ok(!isBirth('196400001200') && !isBirth('196413010000') && !isBirth('000000000000'));
  assert.deepEqual(check(edited('XML1', { NGAY_SINH: '19640714' })), ['error field-shape XML1[1].NGAY_SINH']);
  assert.deepEqual(check(edited('XML1', { SO_CCCD: 'C12' })), ['warning field-shape XML1[1].SO_CCCD']);
});

test('code lists of the date', () => {
  assert.deepEqual(check(edited('XML1', { MA_DOITUONG_KCB: '1.8' })), [
    'error code-not-in-list XML1[1].MA_DOITUONG_KCB',
  ]);
  assert.deepEqual(check(edited('XML2', { DUONG_DUNG: '1' })), ['error code-not-in-list XML2[1].DUONG_DUNG']);
  assert.deepEqual(check(edited('XML2', { PHAM_VI: '4' })), ['error code-not-in-list XML2[1].PHAM_VI']);
  const then = validateTable(
    'XML1',
    { ...sampleClaim().XML1[0], MA_DOITUONG_KCB: '1.8' } as XmlRow,
    pack,
    transitionJson.data as unknown as ListsPack,
  );
  assert.deepEqual(brief(then), ['warning code-not-in-list XML1[1].MA_DOITUONG_KCB']);
});

test('an unknown field is an error with a remedy', () => {
  const [found] = validateTable('XML2', { ...sampleClaim().XML2[0], TYLE_TT: '1' } as XmlRow, pack);
  assert.equal(found?.code, 'unknown-field');
  assert.ok(found?.remedy?.vi && found.text.vi && found.text.en);
});

test('sums of the summary and shares of a line', () => {
  assert.deepEqual(check(edited('XML1', { T_THUOC: '300000.01' })), ['error summary-differs XML1[1].T_THUOC']);
  const wrong = check(edited('XML2', { T_BNCCT: '60000.01' }));
  assert.ok(wrong.includes('error line-shares-differ XML2[1].THANH_TIEN_BV'));
  assert.ok(wrong.includes('error summary-differs XML1[1].T_BNCCT'));
  assert.ok(check(edited('XML3', { TYLE_TT_DV: '30' })).includes('warning line-total-differs XML3[1].THANH_TIEN_BV'));
});

test('one key for all tables, running row numbers', () => {
  assert.deepEqual(check(edited('XML2', { MA_LK: 'LK-2' })), ['error key-differs XML2[1].MA_LK']);
  assert.deepEqual(check(edited('XML3', { STT: '2' })), ['error row-number XML3[1].STT']);
  assert.deepEqual(check({ ...sampleClaim(), XML1: [] }), ['error summary-missing XML1']);
});

test('order of times: arrival, order, execution, result, end', () => {
  const out = 'times-out-of-order';
  assert.deepEqual(check(edited('XML3', { NGAY_YL: '202611220729' })), [`error ${out} XML3[1].NGAY_YL`]);
  assert.deepEqual(check(edited('XML3', { NGAY_TH_YL: '202611220744' })), [`error ${out} XML3[1].NGAY_TH_YL`]);
  assert.deepEqual(check(edited('XML3', { NGAY_KQ: '202611220749' })), [`error ${out} XML3[1].NGAY_KQ`]);
  assert.deepEqual(check(edited('XML3', { NGAY_KQ: '202611230800' })), [`warning ${out} XML3[1].NGAY_KQ`]);
  const same = { NGAY_YL: '202611220730', NGAY_TH_YL: '202611220730', NGAY_KQ: '202611220730' };
  assert.deepEqual(check(edited('XML3', same)), [], 'equal times are in order');
  assert.deepEqual(check(edited('XML2', { NGAY_YL: '202611221016' })), [`error ${out} XML2[1].NGAY_YL`]);
  assert.ok(check(edited('XML1', { NGAY_RA: '202611220700' })).includes(`error ${out} XML1[1].NGAY_VAO`));
});

test('several cards run in parallel', () => {
  const two = { MA_THE_BHYT: 'DN4797900112233;HN2797900112233' };
  assert.deepEqual(check(edited('XML1', two)).length, 3);
  const full = { ...two, MA_DKBD: '79001;79001', GT_THE_TU: '20260101;20261201', GT_THE_DEN: '20261130;20271231' };
  assert.deepEqual(check(edited('XML1', full)), []);
});

test('papers that must or must not be attached', () => {
  assert.deepEqual(check(edited('XML1', { MA_LOAI_RV: '2' })), ['warning table-missing XML13']);
  assert.deepEqual(check(edited('XML1', { MA_LOAI_KCB: '03' })), [
    'warning table-missing XML5',
    'warning table-missing XML8',
  ]);
  const slip = { ...sampleClaim(), XML13: [{ MA_LK: 'LK-0001' }] };
  assert.ok(check(slip).includes('error table-not-expected XML13'));
});

test('fields repeated from table 1 must be the same', () => {
  const visit = { ...sampleClaim(), XML14: [{ MA_LK: 'LK-0001', HO_TEN: 'Khác', NGAY_SINH: '196407150000' }] };
  assert.ok(check(visit).includes('error differs-from-table-1 XML14[1].NGAY_SINH'));
});

test('a donor who takes over the co-payment: the lines’ sum is claimed, the annex formula is only told', () => {
  const claim = sampleClaim();
  const source = { T_NGUONKHAC_VTTN: '60000.00', T_NGUONKHAC: '60000.00', T_BNCCT: '0.00' };
  const tables = {
    ...claim,
    XML2: claim.XML2.map((r) => ({ ...r, ...source })),
    XML1: claim.XML1.map((r) => ({ ...r, T_NGUONKHAC: '60000.00', T_BNCCT: '10120.00' })),
  };
  assert.deepEqual(check(tables), ['information fund-formula-differs XML1[1].T_BHTT']);
});

test('a bill and its claim agree to the đồng', () => {
  const benefit = benefitPackOn('2026-11-22');
  const base = { at: '2026-11-22T01:00:00.000Z', day: '2026-11-22', scope: 1 as const };
  const lines: BillLine[] = [
    { ...base, id: 'd1', kind: 'drug', quantity: '7.5', price: '1333.333', ratio: 50 },
    { ...base, id: 's1', kind: 'exam', quantity: 1, price: 80_000, ceiling: 50_600 },
    { ...base, id: 's2', kind: 'exam', quantity: 1, price: 80_000, ceiling: 50_600, at: '2026-11-22T02:00:00.000Z' },
    {
      ...base,
      id: 'v1',
      kind: 'device',
      quantity: 2,
      price: '456789.123',
      vat: 5,
      otherSources: { domestic: 100_000, mode: 'personal' },
    },
  ];
  const kindOf = (id: string): ClaimLineKind => (id[0] === 'd' ? 'drug' : id[0] === 'v' ? 'device' : 'service');
  const bill = billVisit(
    {
      lines,
      coverages: [
        {
          id: 'c',
          input: {
            card: { digit: '4', validFrom: '2026-01-01', registeredFacility: '79001' },
            facility: { code: '79001', level: 'basic' },
            visit: { date: '2026-11-22', careClass: 'outpatient', route: 'right' },
          },
        },
      ],
    },
    benefit,
  );
  const text = (money: Record<string, Decimal>) =>
    Object.fromEntries(Object.entries(money).map(([k, v]) => [k, v.toString()]));
  const claim = sampleClaim();
  const of = (id: string) =>
    text(lineMoney(bill.lines.find((l) => l.id === id)?.amounts ?? assert.fail(id), kindOf(id)));
  const tables: ClaimTables = {
    XML1: claim.XML1.map((row) => ({ ...row, ...text(summaryMoney(bill, kindOf)) })),
    XML2: claim.XML2.map((row) => ({ ...row, ...of('d1') })),
    XML3: ['s1', 's2', 'v1'].map((id, i) => ({
      ...(claim.XML3[0] as XmlRow),
      ...(id === 'v1'
        ? {
            MA_DICH_VU: '',
            TEN_DICH_VU: '',
            MA_VAT_TU: 'N01.01',
            TEN_VAT_TU: 'Kim',
            MA_NHOM: '10',
            TT_THAU: '1;G1;N0;2026',
          }
        : {}),
      ...of(id),
      STT: String(i + 1),
    })),
  };
  assert.deepEqual(check(tables), ['information fund-formula-differs XML1[1].T_BHTT'], 'only because of the donor');
  assert.equal(tables.XML1?.[0]?.T_TONGCHI_BV, bill.totals.total.toString());
});
