import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { codesOf } from '../../packages/vn/bhyt/lists-pack.ts';
import { type Edition, editionOn } from '../../packages/vn/bhyt/pack.ts';
import { benefitEditions } from './bhyt-benefit.ts';
import { listEditions } from './bhyt-lists.ts';
import { packFile, ROOT } from './bhyt-write.ts';

test('committed packs are what the scripts write', () => {
  for (const edition of [...benefitEditions(), ...listEditions()] as Edition<unknown>[]) {
    const { path, text } = packFile(edition);
    assert.equal(readFileSync(`${ROOT}/${path}`, 'utf8'), text, path);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(edition)));
  }
});

test('editions follow one another without gap or overlap', () => {
  for (const editions of [benefitEditions(), listEditions()] as Edition<unknown>[][]) {
    for (const [i, edition] of editions.entries()) {
      const next = editions[i + 1];
      if (!next) {
        assert.equal(edition.validTo, null);
        continue;
      }
      const day = new Date(`${edition.validTo}T00:00:00Z`);
      day.setUTCDate(day.getUTCDate() + 1);
      assert.equal(day.toISOString().slice(0, 10), next.validFrom);
    }
  }
});

test('the event date picks the edition', () => {
  const editions = benefitEditions();
  const on = (date: string) => editionOn(editions, date)?.edition;
  assert.equal(on('2019-06-30'), undefined);
  assert.equal(on('2024-06-30'), '2023-07-01');
  assert.equal(on('2024-07-01'), '2024-07-01');
  assert.equal(on('2026-06-30'), '2025-07-01');
  assert.equal(on('2026-11-22'), '2026-07-01');
});

test('a correction is used only once it is known', () => {
  const base = { subject: 's', validFrom: '2026-07-01', validTo: null, source: [] };
  const editions: Edition<string>[] = [
    { ...base, edition: 'a', knownFrom: '2026-07-01', data: 'first' },
    { ...base, edition: 'a', knownFrom: '2026-09-01', data: 'corrected' },
  ];
  assert.equal(editionOn(editions, '2026-08-01', '2026-08-15')?.data, 'first');
  assert.equal(editionOn(editions, '2026-08-01', '2026-10-01')?.data, 'corrected');
});

test('every row of the benefit pack has a source and a certainty', () => {
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const [i, v] of value.entries()) walk(v, `${path}[${i}]`);
    else if (value && typeof value === 'object') {
      const record = value as Record<string, unknown>;
      if ('text' in record && 'source' in record) {
        const source = record.source as Record<string, string>;
        assert.ok(source.document && source.article, path);
        assert.match(source.certainty ?? '', /^[HML]$/, path);
      }
      for (const [k, v] of Object.entries(record)) walk(v, `${path}.${k}`);
    }
  };
  for (const edition of benefitEditions()) walk(edition.data, edition.edition);
});

test('amounts derived from the base salary', () => {
  const amounts = Object.fromEntries(
    benefitEditions().map((e) => [
      e.edition,
      [e.data.smallVisit.amount, e.data.exemption.amount, e.data.devicePackage.amount],
    ]),
  );
  assert.deepEqual(amounts['2023-07-01'], [270_000, 10_800_000, 81_000_000]);
  assert.deepEqual(amounts['2024-07-01'], [351_000, 14_040_000, 105_300_000]);
  assert.deepEqual(amounts['2026-07-01'], [379_500, 15_180_000, 113_850_000]);
});

test('lists: no code twice, and the new category list has its 27 rows', () => {
  for (const edition of listEditions()) {
    for (const [name, list] of Object.entries(edition.data)) {
      assert.equal(codesOf(list).size, list.rows.length, `${edition.edition} ${name}`);
    }
  }
  const latest = listEditions().at(-1);
  assert.ok(latest);
  assert.equal(latest.data.MA_DOITUONG_KCB?.rows.length, 27);
  assert.equal(latest.data.MA_LOAI_KCB?.rows.length, 16);
});

test('every category code of the route table is in the list of its time', () => {
  for (const edition of benefitEditions()) {
    const lists = editionOn(listEditions(), edition.validFrom);
    if (!lists?.data.MA_DOITUONG_KCB) continue;
    const codes = codesOf(lists.data.MA_DOITUONG_KCB);
    for (const row of edition.data.routes) assert.ok(codes.has(row.code), `${edition.edition} ${row.id}`);
  }
});
