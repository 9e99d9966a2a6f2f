import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScanDetector } from './scan-detector.ts';

function type(detector: ScanDetector, text: string, gap: number, from = 0): string | undefined {
  let at = from;
  let code: string | undefined;
  for (const key of [...text, 'Enter']) {
    code = detector.press(key, at).code;
    at += gap;
  }
  return code;
}

test('a fast burst ending in Enter is a scan', () => {
  assert.equal(type(new ScanDetector(), '079064012345', 8), '079064012345');
});

test('a typist is not a scanner', () => {
  assert.equal(type(new ScanDetector(), '079064012345', 60), undefined);
});

test('a short fast burst stays typing', () => {
  assert.equal(type(new ScanDetector(), '10', 5), undefined);
});

test('typing before a scan is not part of the code', () => {
  const detector = new ScanDetector();
  detector.press('a', 0);
  detector.press('b', 200);
  assert.equal(type(detector, 'LO-A12-2027', 5, 900), 'LO-A12-2027');
});

test('an input method rewriting a syllable is not a scan', () => {
  const detector = new ScanDetector();
  // UniKey: Backspace, then the replaced letters, then the person's own Enter much later.
  for (const [key, at] of [
    ['t', 0],
    ['Backspace', 90],
    ['ư', 92],
    ['ơ', 94],
    ['n', 96],
    ['g', 98],
  ] as const)
    detector.press(key, at);
  assert.equal(detector.press('Enter', 400).code, undefined);
});

test('a pause before Enter is not a scan', () => {
  const detector = new ScanDetector();
  [...'12345678'].forEach((key, i) => {
    detector.press(key, i * 5);
  });
  assert.equal(detector.press('Enter', 500).code, undefined);
});
