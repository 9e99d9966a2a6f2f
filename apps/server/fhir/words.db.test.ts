import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordWriteResult } from '@mach/engine';
import { parseSearchString } from '@mach/fhir/search-syntax.ts';
import { searchRecords } from '@mach/store';
import { testApp } from '../testing/app.ts';

test('words are found whatever their tones, follow every change, and never cross facilities', async (t) => {
  const { engine, actor } = await testApp(t, []);
  let count = 0;
  const write = async (tenant: number, ...entries: object[]): Promise<RecordWriteResult> => {
    const answer = await engine.sendByName('record.write', { entries }, actor('administrator', { tenant }), {
      key: `words-key-${++count}`,
    });
    return answer.result as RecordWriteResult;
  };
  const note = (id: string, text: string): object => ({
    op: 'put',
    resource: {
      resourceType: 'Basic',
      id,
      code: { text },
      text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">Ghi chú ${id}</div>` },
    },
  });
  const find = async (tenant: number, query: string): Promise<string> => {
    const parsed = parseSearchString('Basic', query);
    assert.ok(parsed.ok);
    const page = await searchRecords(engine.database, tenant, 'Basic', parsed.value);
    return page.matches
      .map((m) => m.id)
      .sort()
      .join(' ');
  };
  assert.equal(await find(1, '_content=dau'), '');
  await write(1, note('a', 'Đau đầu dữ dội'), note('b', 'Sốt cao, đau bụng'));
  await write(2, note('c', 'Đau lưng'));
  assert.equal(await find(1, '_content=dau'), 'a b');
  assert.equal(await find(1, '_content=đau dữ'), 'a');
  assert.equal(await find(1, '_content=dau bu'), 'b');
  assert.equal(await find(1, '_content=bu dau'), '');
  assert.equal(await find(1, '_content=sot,doi'), 'a b');
  assert.equal(await find(2, '_content=dau'), 'c');
  assert.equal(await find(1, 'code:text=sot cao'), 'b');
  assert.equal(await find(1, '_text=ghi chu'), 'a b');
  assert.equal(await find(1, '_text=dau'), '');
  await write(1, note('a', 'Chóng mặt'), { op: 'delete', type: 'Basic', id: 'b' });
  assert.equal(await find(1, '_content=dau'), '');
  assert.equal(await find(1, '_content=chóng'), 'a');
  // More than one batch at once, and then one record among them.
  for (let i = 0; i < 8; i++)
    await write(1, ...Array.from({ length: 100 }, (_, n) => note(`x${i}y${n}`, `Mạch ${i * 100 + n}`)));
  assert.equal(await find(1, '_content=mach 777'), 'x7y77');
  await write(1, note('x0y5', 'Huyết áp'));
  assert.equal(await find(1, '_content=huyet'), 'x0y5');
  assert.equal(
    await find(1, '_content=mach 5&_count=1000'),
    Array.from({ length: 800 }, (_, n) => n)
      .filter((n) => String(n).startsWith('5') && n !== 5)
      .map((n) => `x${Math.floor(n / 100)}y${n % 100}`)
      .sort()
      .join(' '),
  );
});
