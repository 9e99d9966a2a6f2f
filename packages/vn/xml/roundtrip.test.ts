import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { Problem } from '@mach/base/problem.ts';
import fc from 'fast-check';
import latest from '../../../rulepacks/bhyt-xml/2026-07-01.json' with { type: 'json' };
import { sampleClaim } from './claim.fixture.ts';
import { fromBase64, readEnvelope, toBase64, writeEnvelope } from './envelope.ts';
import { legalText } from './escape.ts';
import { fieldsOf, type TableName, type XmlPack } from './pack.ts';
import { readTable, tableOfXml } from './read.ts';
import { writeTable } from './write.ts';

const pack = latest.data as unknown as XmlPack;
const SENT = (Object.keys(pack.tables) as TableName[]).filter((t) => pack.tables[t].root !== null);

test('roots, lists and rows are the official elements; empty fields are present', () => {
  const xml = writeTable('XML2', sampleClaim().XML2, pack);
  assert.ok(
    xml.startsWith(
      '<?xml version="1.0" encoding="utf-8"?><CHITIEU_CHITIET_THUOC><DSACH_CHI_TIET_THUOC><CHI_TIET_THUOC><MA_LK>LK-0001</MA_LK><STT>1</STT><MA_THUOC>',
    ),
  );
  assert.ok(xml.includes('<MA_PP_CHEBIEN></MA_PP_CHEBIEN>'));
  const names = [...xml.matchAll(/<([A-Z_0-9]+)>/g)].map((m) => m[1]).slice(3);
  assert.deepEqual(
    names,
    fieldsOf(pack, 'XML2').map((f) => f.name),
  );
});

test('table 0 carries an empty signature element; table 12 is not sent', () => {
  assert.match(writeTable('XML0', [{ MA_LK: 'x' }], pack), /<CHUKYDONVI><\/CHUKYDONVI><\/CHI_TIEU_TRANG_THAI_KCB>$/);
  assert.throws(() => writeTable('XML12', [{}], pack), Problem);
  assert.throws(() => writeTable('XML1', [{}, {}], pack), Problem);
});

test('numbers are written as the standard asks', () => {
  const xml = writeTable(
    'XML3',
    [{ SO_LUONG: 0.5, DON_GIA_BV: Decimal.of('1234.5'), T_BHTT: '1000', MUC_HUONG: 47.5, TYLE_TT_DV: 30, STT: 1 }],
    pack,
  );
  for (const text of [
    '<SO_LUONG>0.500<',
    '<DON_GIA_BV>1234.500<',
    '<T_BHTT>1000.00<',
    '<MUC_HUONG>47.5<',
    '<TYLE_TT_DV>30<',
  ]) {
    assert.ok(xml.includes(text), text);
  }
  assert.ok(writeTable('XML3', [{ MUC_HUONG: Decimal.of('80.0') }], pack).includes('<MUC_HUONG>80<'));
});

test('the other money order is a setting', () => {
  const xml = writeTable('XML2', sampleClaim().XML2, pack, { moneyOrder: 'fund-first' });
  assert.match(xml, /<\/MUC_HUONG><T_BHTT>.*<\/T_BHTT><T_BNCCT>.*<\/T_BNCCT><T_BNTT>/);
});

/** Any text a person may type or paste, in the form that the file keeps. */
const typed = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('&', '<', '>', '"', ']]>', '&amp;', '\r', '\n', '\t', ' ', 'ế', '\u0007', '\uD800', 'a'),
    maxLength: 30,
  }),
);
const kept = (text: string): string => legalText(text.normalize('NFC'));

const rowArb = (table: TableName): fc.Arbitrary<Record<string, string>> =>
  fc.record(
    Object.fromEntries(
      fieldsOf(pack, table).map((f) => [
        f.name,
        f.type === 'N'
          ? fc.integer({ min: 0, max: 999 }).map((n) => Decimal.of(n).toFixed(f.scale === 1 ? 0 : (f.scale ?? 0)))
          : typed,
      ]),
    ),
  );

for (const table of SENT) {
  test(`round trip of ${table}, any text`, () => {
    const many = pack.tables[table].row !== null;
    const rows = fc.array(rowArb(table), { minLength: 1, maxLength: many ? 3 : 1 });
    fc.assert(
      fc.property(rows, (list) => {
        const xml = writeTable(table, list, pack);
        const want = list.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, kept(v)])));
        assert.deepEqual(readTable(table, xml, pack), want);
        assert.equal(tableOfXml(xml, pack), table);
      }),
      { numRuns: 25 },
    );
  });
}

test('round trip with CDATA keeps everything but carriage returns', () => {
  const row = { ...sampleClaim().XML1[0], LY_DO_VV: 'a ]]> b & <c> ]]]]>' };
  const xml = writeTable('XML1', [row], pack, { text: 'cdata' });
  assert.ok(xml.includes('<LY_DO_VV><![CDATA['));
  assert.equal(readTable('XML1', xml, pack)[0]?.LY_DO_VV, row.LY_DO_VV);
});

test('envelope round trip keeps tables byte for byte and the signature untouched', () => {
  const claim = sampleClaim();
  const files = (['XML1', 'XML2', 'XML3'] as const).map((type) => ({ type, xml: writeTable(type, claim[type], pack) }));
  const signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/>\n</Signature>';
  const envelope = { facility: '79001', createdOn: '20261122', records: [files], signature };
  assert.deepEqual(readEnvelope(writeEnvelope(envelope)), envelope);
  const unsigned = { ...envelope, signature: '' };
  assert.deepEqual(readEnvelope(writeEnvelope(unsigned)), unsigned);
  assert.ok(writeEnvelope(unsigned).endsWith('<CHUKYDONVI></CHUKYDONVI></GIAMDINHHS>'));
});

test('Base64 of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      assert.equal(fromBase64(toBase64(text)), text);
      assert.equal(toBase64(text), Buffer.from(text, 'utf8').toString('base64'));
    }),
  );
  assert.equal(fromBase64('VHLhuqduIA==\n').trim(), 'Trần');
  assert.throws(() => fromBase64('/w=='), Problem, 'broken UTF-8');
  assert.throws(() => fromBase64('***'), Problem);
});

test('files with an envelope’s namespaces and unknown kinds are read; wrong ones are refused', () => {
  const body = toBase64('<TONG_HOP><MA_LK>a</MA_LK></TONG_HOP>');
  const file = (type: string) => `<FILEHOSO><LOAIHOSO>${type}</LOAIHOSO><NOIDUNGFILE>${body}</NOIDUNGFILE></FILEHOSO>`;
  const doc = (count: string, kinds: string) =>
    `<?xml version="1.0"?>\n<GIAMDINHHS xmlns:xsi="http://x" xmlns:xsd="http://y">\n<THONGTINDONVI><MACSKCB>01001</MACSKCB></THONGTINDONVI><THONGTINHOSO><NGAYLAP>20261122</NGAYLAP><SOLUONGHOSO>${count}</SOLUONGHOSO><DANHSACHHOSO><HOSO>${kinds}</HOSO></DANHSACHHOSO></THONGTINHOSO><CHUKYDONVI/></GIAMDINHHS>`;
  const read = readEnvelope(doc('1', file('XML1') + file('XML17')));
  assert.deepEqual(
    read.records.map((r) => r.map((f) => f.type)),
    [['XML1']],
  );
  assert.throws(() => readEnvelope(doc('2', file('XML1'))), Problem);
  assert.throws(() => readEnvelope('<OTHER/>'), Problem);
  assert.throws(() => readEnvelope('<GIAMDINHHS><a></GIAMDINHHS>'), Problem);
  assert.throws(() => readEnvelope('<!DOCTYPE x [<!ENTITY a "b">]><GIAMDINHHS/>'), Problem);
  assert.throws(() => readTable('XML2', '<TONG_HOP/>', pack), Problem);
});
