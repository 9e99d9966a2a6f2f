import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Copy, type CopyPlan, masked, Template } from './copy.ts';

const OWN = '00000000-0000-4000-8000-00000000ff0f';
const OTHERS = '00000000-0000-4000-8000-000000000001';
const plan: CopyPlan = { ids: new Set([OWN]), window: ['2026-10-01', '2026-12-31'], days: -7, span: 8_192n };

test('a copy has its own ids, days and business numbers, and nothing else of its own', () => {
  const text = JSON.stringify({
    id: OWN,
    subject: { reference: `Patient/${OWN}` },
    performer: { reference: `Practitioner/${OTHERS}` },
    identifier: [{ system: 'https://x.vn/sid/visit', value: '26.000123' }],
    start: '2026-11-22T08:15:00+07:00',
    due: '2026-11-30',
    birthDate: '1960-11-22',
    note: 'hẹn 2026-11-29',
  });
  const copy = new Copy(plan, 2);
  assert.deepEqual(JSON.parse(new Template(text, plan).of(copy)), {
    id: '00000000-0000-4000-8000-00000000ff0d',
    subject: { reference: 'Patient/00000000-0000-4000-8000-00000000ff0d' },
    performer: { reference: `Practitioner/${OTHERS}` },
    identifier: [{ system: 'https://x.vn/sid/visit', value: '26.000123-2' }],
    start: '2026-11-08T08:15:00+07:00',
    due: '2026-11-16',
    birthDate: '1960-11-22',
    note: 'hẹn 2026-11-15',
  });
  assert.equal(copy.id(OWN), '00000000-0000-4000-8000-00000000ff0d');
  assert.equal(copy.rid('70'), '16454');
  assert.equal(BigInt(copy.rid('70')) % 64n, 70n % 64n, 'at its place in a block of the index');
  assert.equal(copy.instant(new Date('2026-11-22T01:00:00Z')), '2026-11-08T01:00:00.000Z');
});

test('the copy without a number is the source; every other differs by what the mask hides alone', () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom(OWN, OTHERS, '2026-11-22"', '2026-11-22T', '1960-01-01"'),
    fc.constant('"system":"https://x.vn/sid/a","value":"17"'),
    fc.constant(`"system":"https://x.vn/sid/a","value":"${OWN}"`),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 300 }), (parts, number) => {
      const text = parts.join(' ');
      const template = new Template(text, plan);
      assert.equal(template.of(new Copy(plan, 0)), text);
      assert.equal(masked(template.of(new Copy(plan, number))), masked(text));
    }),
    { numRuns: 200 },
  );
});
