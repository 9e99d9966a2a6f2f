import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from './clock.ts';
import { comparePosition, formatPosition, parsePosition } from './position.ts';
import { Problem, refuse, toOperationOutcome } from './problem.ts';
import { err, ok } from './result.ts';

test('a refusal becomes an OperationOutcome in two languages', () => {
  const text = { vi: 'Thiếu cân nặng.', en: 'Weight is missing.' };
  const remedy = { vi: 'Cân trẻ rồi nhập lại.', en: 'Weigh the child and enter it.' };
  const problem = refuse(422, 'weight-missing', text, { field: 'patient.weight', remedy });
  assert.ok(problem instanceof Problem && problem instanceof Error);
  assert.equal(problem.message, 'weight-missing: Weight is missing.');
  assert.deepEqual(toOperationOutcome(problem), {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: 'business-rule',
        details: {
          coding: [{ system: 'https://mach.vn/fhir/cs/issue', code: 'weight-missing' }],
          text: 'Thiếu cân nặng.',
          _text: {
            extension: [
              {
                url: 'http://hl7.org/fhir/StructureDefinition/translation',
                extension: [
                  { url: 'lang', valueCode: 'en' },
                  { url: 'content', valueString: 'Weight is missing.' },
                ],
              },
            ],
          },
        },
        diagnostics: 'Thiếu cân nặng. Cân trẻ rồi nhập lại.',
        expression: ['patient.weight'],
      },
    ],
  });
});

test('an outcome is never empty, and knows the kinds of refusal', () => {
  const codes = (problem: Problem): unknown =>
    (toOperationOutcome(problem) as { issue: { code: string }[] }).issue.map((issue) => issue.code);
  assert.deepEqual(codes(new Problem(500, [])), ['exception']);
  assert.deepEqual(codes(new Problem(404, [])), ['not-found']);
  const text = { vi: 'Ghi chú.', en: 'Note.' };
  assert.deepEqual(codes(new Problem(409, [{ severity: 'information', code: 'note', text }])), ['informational']);
});

test('positions compare as numbers, the epoch first', () => {
  const positions = ['1.9', '1.10', '1.9007199254740993', '1.9007199254740994', '2.0', '10.1'];
  assert.deepEqual(positions.toReversed().sort(comparePosition), positions);
  assert.deepEqual(parsePosition(formatPosition(3, 12n)), { epoch: 3, n: 12n });
  assert.equal(comparePosition('1.5', '1.5'), 0);
  for (const bad of ['', '1', '1.', '01.2', '1.2.3', '-1.2', '1.1.5'])
    assert.throws(() => parsePosition(bad), RangeError);
  assert.throws(() => formatPosition(1, 1.5), RangeError);
});

test('results and the hand-set clock', () => {
  assert.deepEqual(ok(1), { ok: true, value: 1 });
  assert.deepEqual(err('x'), { ok: false, error: 'x' });
  const clock = new ManualClock('2026-11-22T00:00:00.000Z');
  clock.advance(1500);
  assert.equal(clock.now().toISOString(), '2026-11-22T00:00:01.500Z');
  clock.set('2020-01-01T00:00:00.000Z');
  assert.equal(clock.now().toISOString(), '2020-01-01T00:00:00.000Z');
  assert.throws(() => clock.set('yesterday'), RangeError);
});
