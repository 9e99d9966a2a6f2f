import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyPress, matches, worksInText } from './chord.ts';

function press(key: string, code: string, mods: Partial<KeyPress> = {}): KeyPress {
  return { key, code, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...mods };
}

test('letters are matched by physical key, whatever the input method makes of them', () => {
  assert.ok(matches('Ctrl+D', press('đ', 'KeyD', { ctrlKey: true })));
  assert.ok(!matches('Ctrl+D', press('d', 'KeyD')));
  assert.ok(!matches('Ctrl+D', press('D', 'KeyD', { ctrlKey: true, shiftKey: true })));
});

test('function and named keys', () => {
  assert.ok(matches('F4', press('F4', 'F4')));
  assert.ok(!matches('F4', press('F4', 'F4', { altKey: true })), 'Alt+F4 closes the window');
  assert.ok(matches('Ctrl+Enter', press('Enter', 'NumpadEnter', { ctrlKey: true })));
  assert.ok(matches('Alt+3', press('3', 'Digit3', { altKey: true })));
});

test('browser keys cannot be bound', () => {
  for (const chord of ['F5', 'F11', 'F12', 'Ctrl+N', 'Ctrl+T', 'Ctrl+W', 'Ctrl+R'])
    assert.throws(() => matches(chord, press('x', 'KeyX')), /browser/);
});

test('single letters never fire inside text', () => {
  assert.equal(worksInText('B'), false);
  assert.equal(worksInText('Space'), false);
  assert.equal(worksInText('F2'), true);
  assert.equal(worksInText('Ctrl+Z'), true);
});
