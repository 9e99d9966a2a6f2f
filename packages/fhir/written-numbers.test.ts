import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from './json.ts';
import { validate } from './validate.ts';
import { parseJson, writtenText } from './written-numbers.ts';
import { fromXml } from './xml-read.ts';
import { toXml } from './xml-write.ts';

const OBSERVATION =
  '{"resourceType":"Observation","status":"final","code":{"text":"Kali 1.50, [2.0]"},"valueQuantity":{"value":1.50,"unit":"mmol/L"},"referenceRange":[{"low":{"value":3.0},"high":{"value":5.10}}]}';

test('what was written is written again, and is a number meanwhile', () => {
  const read = parseJson(OBSERVATION) as JsonObject & { valueQuantity: { value: number } };
  assert.equal(JSON.stringify(read), OBSERVATION);
  assert.equal(read.valueQuantity.value, 1.5);
  assert.deepEqual(validate(read), []);
  // A copy of what is around it keeps it; a changed number is written as it is now.
  assert.equal(JSON.stringify({ ...read, id: 'x' }), OBSERVATION.replace(/\}$/, ',"id":"x"}'));
  read.valueQuantity.value = 1.25;
  assert.equal(JSON.stringify(read), OBSERVATION.replace('1.50,"unit"', '1.25,"unit"'));
});

test('through XML and back', () => {
  const xml = toXml(parseJson(OBSERVATION) as JsonObject, false);
  assert.match(xml, /<value value="1\.50"\/>.*<value value="3\.0"\/>.*<value value="5\.10"\/>/);
  const back = fromXml(xml);
  assert.ok(back.ok);
  assert.equal(JSON.stringify(back.value), OBSERVATION);
});

const digits = fc.stringMatching(/^[0-9]{1,20}$/);
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^(0|[1-9][0-9]{0,17})$/),
    fc.option(digits),
    fc.option(fc.constantFrom('e3', 'E-2', 'e+1')),
  )
  .map(
    ([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent ?? ''}`,
  )
  // Minus nothing is the one number that FHIR has no use for.
  .filter((text) => text !== '-0');

test('any number in any place of a document', () => {
  const value: fc.Arbitrary<string> = fc.letrec<{ any: string; list: string; object: string }>((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, number, fc.constantFrom('"1.50"', 'true', '"a:1.0"'), tie('list'), tie('object')),
    list: fc.array(tie('any'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    object: fc
      .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 })
      .chain((keys) => fc.tuple(...keys.map((k) => tie('any').map((v) => `"${k}":${v}`))))
      .map((members) => `{${members.join(',')}}`),
  })).any;
  fc.assert(
    fc.property(value, (inner) => {
      const text = `{"x":${inner}}`;
      // A number that is no finite double has no value to stand beside its text.
      fc.pre(!/null/.test(JSON.stringify(JSON.parse(text))));
      assert.equal(JSON.stringify(parseJson(text)), text);
      assert.deepEqual(JSON.parse(JSON.stringify(parseJson(text))), JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});

test('usual documents are read as ever', () => {
  const text = '{"id":"0193e0e7-1e10-7000-8000-000000000000","at":"2026-11-22T10:00:00.000Z","n":[1,2.5,-3]}';
  const read = parseJson(text) as { n: number[] };
  assert.equal(Object.getOwnPropertyDescriptor(read, 'toJSON'), undefined);
  assert.equal(writtenText(read.n, 1), undefined);
});
