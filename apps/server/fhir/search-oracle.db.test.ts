import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Problem } from '@mach/base/problem.ts';
import type { RecordWriteResult } from '@mach/engine';
import type { JsonObject } from '@mach/fhir/json.ts';
import { matchesFilter, valuesOf } from '@mach/fhir/search/match.ts';
import type { IndexValue, SimpleValue } from '@mach/fhir/search/values.ts';
import { searchParams } from '@mach/fhir/search-definitions.ts';
import { escapeSearchValue, parseSearch } from '@mach/fhir/search-syntax.ts';
import { isValid, validate } from '@mach/fhir/validate.ts';
import { searchRecords } from '@mach/store';
import { testEngine } from '../testing/engine.ts';
import { sealHeaders } from './subscriptions/headers.ts';

const DATA = process.env.MACH_SHARED_DATA ?? join(import.meta.dirname, '../../../../shared/data');
const FILE = join(DATA, 'fhir-r4-examples/r4-examples-dev-half.ndjson.gz');
type Resource = Record<string, unknown> & { resourceType: string; id: string };

const SKIP = new Set(['_id', '_lastUpdated', '_text', '_content', '_query']);
const iso = (ms: number): string => new Date(ms).toISOString();
const e = escapeSearchValue;

/** Searches that must find the resource the value is from. */
function questions(code: string, value: IndexValue): [string, string][] {
  const simple = (v: SimpleValue): string | undefined => {
    switch (v.kind) {
      case 'token':
        return v.code === null ? undefined : `${v.system === null ? '' : e(v.system)}|${e(v.code)}`;
      case 'string':
        return e(v.exact);
      case 'reference':
        return v.url ? v.versionless : `${v.type}/${v.id}`;
      case 'date':
        return v.low > -3e13 && v.high < 2e14 ? `ge${iso(v.low)}` : undefined;
      case 'number':
        return v.low === null ? undefined : `ge${v.low}`;
      case 'quantity':
        return v.low === null ? undefined : `ge${v.low}${v.code ? `|${e(v.system ?? '')}|${e(v.code)}` : ''}`;
      case 'uri':
        return e(v.value);
    }
  };
  switch (value.kind) {
    case 'composite': {
      const parts = value.components.map(simple);
      return parts.includes(undefined) ? [] : [[code, parts.join('$')]];
    }
    case 'token': {
      const list: [string, string][] = [];
      if (value.code !== null)
        list.push([code, e(value.code)], [code, `${value.system === null ? '' : e(value.system)}|${e(value.code)}`]);
      if (value.code !== null && value.system !== null) list.push([code, `${e(value.system)}|`]);
      if (value.text) list.push([`${code}:text`, e(value.text)]);
      if (value.code !== null) list.push([`${code}:not`, e(value.code)]);
      return list;
    }
    case 'string':
      return [
        [code, e(value.exact.slice(0, 4))],
        [`${code}:exact`, e(value.exact)],
        [`${code}:contains`, e(value.exact.slice(1, 5))],
      ];
    case 'date': {
      if (value.low < -3e13 || value.high > 2e14) return [[code, `ge${iso(Math.max(value.low, 0))}`]];
      return [
        [code, `ge${iso(value.low)}`],
        [code, `le${iso(value.high)}`],
        [code, `ap${iso(value.low)}`],
        [code, iso(value.low).slice(0, 4)],
        [code, `ne${iso(value.low).slice(0, 10)}`],
      ];
    }
    case 'uri':
      return [
        [code, e(value.value)],
        [`${code}:above`, e(`${value.value}/deeper`)],
      ];
    case 'number':
    case 'quantity': {
      const asked = simple(value);
      return asked
        ? [
            [code, asked],
            [code, asked.replace('ge', 'le')],
            [code, asked.replace('ge', 'ne')],
          ]
        : [];
    }
    case 'reference': {
      const asked = simple(value);
      return asked
        ? [
            [code, asked],
            [code, asked.split('/')[1] ?? ''],
          ]
        : [];
    }
    case 'position':
      return [[code, `${value.latitude}|${value.longitude}|5|km`]];
  }
}

/** The first search for words may be told to come back: it goes on where it stopped, as long as that takes. */
async function ready<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++)
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem) || error.issues[0]?.code !== 'words-building' || tries >= 100) throw error;
    }
}

test('the index finds what the resources say, for every search parameter of the official examples', {
  skip: existsSync(FILE) ? false : 'the official examples are not here',
}, async (t) => {
  const { engine, actor } = await testEngine(t, []);
  const resources = gunzipSync(readFileSync(FILE))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Resource)
    // A few examples break an invariant of their own specification (an empty narrative).
    .filter((resource) => isValid(validate(resource)));
  assert.ok(resources.length > 300, `${resources.length} valid examples`);
  // As the door of Subscriptions does.
  const { tenant, id } = actor('administrator');
  for (const one of resources)
    if (one.resourceType === 'Subscription') await sealHeaders(engine, tenant, id, one as unknown as JsonObject);
  const stored: Resource[] = [];
  for (let i = 0; i < resources.length; i += 50) {
    const entries = resources.slice(i, i + 50).map((resource) => ({ op: 'put' as const, resource }));
    const answer = await engine.sendByName('record.write', { entries, references: 'keep' }, actor('administrator'), {
      key: `examples-${i}`,
    });
    assert.equal((answer.result as RecordWriteResult).entries.length, entries.length);
  }
  stored.push(...resources);
  const byType = Map.groupBy(stored, (r) => r.resourceType);
  let asked = 0;
  let hits = 0;
  const kinds = new Map<string, number>();
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const [type, list] of byType)
    for (const param of searchParams(type).values()) {
      if (SKIP.has(param.code)) continue;
      const pairs = list.slice(0, 3).flatMap((r) =>
        valuesOf(type, param, r)
          .slice(0, 2)
          .flatMap((v) => questions(param.code, v)),
      );
      if (asked % 3 === 0) pairs.push([`${param.code}:missing`, 'true'], [`${param.code}:missing`, 'false']);
      for (const [name, value] of pairs) {
        if (seen.has(`${type}?${name}=${value}`)) continue;
        seen.add(`${type}?${name}=${value}`);
        const parsed = parseSearch(type, [
          [name, value],
          ['_count', '1000'],
        ]);
        // A value of the example may not be a search value (a reference to a type that the parameter does not allow).
        if (!parsed.ok) continue;
        asked++;
        kinds.set(param.type, (kinds.get(param.type) ?? 0) + 1);
        const page = await ready(() => searchRecords(engine.database, 1, type, parsed.value));
        const found = page.matches.map((m) => m.id).sort();
        if (found.length > 0) hits++;
        const expected = list
          .filter((r) =>
            parsed.value.filters.every(
              (f) => (f.kind === 'values' || f.kind === 'missing' || f.kind === 'words') && matchesFilter(r, f),
            ),
          )
          .map((r) => r.id)
          .sort();
        if (found.join() !== expected.join())
          wrong.push(`${type}?${name}=${value}: found ${found}, expected ${expected}`);
      }
    }
  assert.deepEqual(wrong, []);
  t.diagnostic(`${asked} searches, ${hits} with hits: ${[...kinds].map(([k, n]) => `${k} ${n}`).join(', ')}`);
  assert.ok(hits > asked * 0.7, `only ${hits} of ${asked} found something`);
  assert.ok(asked > 1_500 && kinds.size >= 8, `${asked} searches of ${[...kinds.keys()]}`);
});
