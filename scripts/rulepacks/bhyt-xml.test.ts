import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fieldOrder, fieldsOf, type TableName, type XmlPack } from '../../packages/vn/xml/pack.ts';
import first from '../../rulepacks/bhyt-xml/2024-07-01.json' with { type: 'json' };
import latest from '../../rulepacks/bhyt-xml/2026-07-01.json' with { type: 'json' };
import { packFile, ROOT } from './bhyt-write.ts';
import { xmlEditions } from './bhyt-xml.ts';
import { parseCsv, SHARED_DATA } from './bhyt-xml-csv.ts';

const now = latest.data as unknown as XmlPack;
const old = first.data as unknown as XmlPack;
const shared = existsSync(`${SHARED_DATA}/bhyt-xml`);

test('committed field tables are what the script makes of the official sheets', {
  skip: shared ? false : 'no shared data',
}, () => {
  for (const edition of xmlEditions()) {
    const { path, text } = packFile(edition);
    assert.equal(readFileSync(`${ROOT}/${path}`, 'utf8'), text, path);
  }
});

test('number of fields of each table', () => {
  const count = (pack: XmlPack) => (Object.keys(pack.tables) as TableName[]).map((t) => fieldsOf(pack, t).length);
  assert.deepEqual(count(old), [26, 66, 39, 47, 12, 9, 47, 26, 22, 35, 13, 23, 35, 39, 22, 20]);
  assert.deepEqual(count(now), [26, 66, 39, 47, 12, 9, 47, 26, 22, 35, 13, 23, 35, 37, 22, 20]);
});

test('changes of QĐ 3176 and QĐ 1931', () => {
  const field = (pack: XmlPack, t: TableName, n: string) => fieldsOf(pack, t).find((f) => f.name === n);
  assert.equal(field(old, 'XML2', 'MUC_HUONG')?.max, 3);
  assert.deepEqual([field(now, 'XML2', 'MUC_HUONG')?.max, field(now, 'XML3', 'MUC_HUONG')?.scale], [4, 1]);
  assert.deepEqual([field(old, 'XML4', 'GIA_TRI')?.max, field(now, 'XML4', 'GIA_TRI')?.max], [50, 255]);
  assert.equal(field(now, 'XML13', 'MA_NOI_DI'), undefined);
  assert.equal(field(now, 'XML13', 'MA_CSKCB_DI')?.max, 100);
  assert.equal(field(now, 'XML14', 'NGAY_HEN_KL')?.format, 'date');
  assert.equal(field(old, 'XML14', 'NGAY_HEN_KL')?.format, 'datetime');
  assert.deepEqual(
    [field(old, 'XML1', 'MAHUYEN_CU_TRU')?.mandatory, field(now, 'XML1', 'MAHUYEN_CU_TRU')?.mandatory],
    ['always', 'no'],
  );
  assert.equal(field(now, 'XML1', 'NHOM_MAU')?.name, 'NHOM_MAU');
  const names = fieldsOf(now, 'XML1').map((f) => f.name);
  assert.equal(names.indexOf('NHOM_MAU'), 7, 'after the sex');
});

test('two orders of the money elements hold the same fields', () => {
  for (const table of ['XML2', 'XML3'] as const) {
    const annex = fieldOrder(now, table, 'annex').map((f) => f.name);
    const other = fieldOrder(now, table, 'fund-first').map((f) => f.name);
    assert.deepEqual([...annex].sort(), [...other].sort());
    const i = annex.indexOf('T_BNTT');
    assert.deepEqual(annex.slice(i, i + 3), ['T_BNTT', 'T_BNCCT', 'T_BHTT']);
    assert.equal(other[i], 'T_BHTT');
  }
});

test('every field has a meaning, and no field twice in a table', () => {
  for (const pack of [old, now]) {
    for (const table of Object.keys(pack.tables) as TableName[]) {
      const fields = fieldsOf(pack, table);
      assert.equal(new Set(fields.map((f) => f.name)).size, fields.length, table);
      for (const f of fields) assert.ok(f.meaning.length > 1, `${table} ${f.name}`);
    }
  }
});

test('CSV with quotes and line breaks', () => {
  assert.deepEqual(parseCsv('a,b\r\n"x ""y"", z\nw",2\n'), [{ a: 'x "y", z\nw', b: '2' }]);
});
