import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expand, nextPlaceholder, suggest, tokenBefore, unfilled } from './expand.ts';
import { SNIPPETS } from './snippets.ts';

const data = [{ words: ['hba1c'], text: 'HbA1c 8,1 % (24/11/2026)' }];

test('a snippet is a point and letters at the start of a word', () => {
  assert.deepEqual(tokenBefore('.tha', 4), { mark: '.', word: 'tha', start: 0 });
  assert.deepEqual(tokenBefore('ho .BT', 6), { mark: '.', word: 'bt', start: 3 });
  assert.deepEqual(tokenBefore('xem /HbA1c nữa', 10), { mark: '/', word: 'hba1c', start: 4 });
  for (const text of ['5.5', '5/7', 'sốt.ho', 'abc', '.', 'a .tha b'])
    assert.equal(tokenBefore(text, text.length), undefined, text);
  assert.equal(tokenBefore('tha', 0), undefined);
});

test('a snippet fills its own place and the empty sections, the first gap is selected', () => {
  const done = expand({ exam: 'Đã khám.' }, 'history', 0, SNIPPETS, []);
  assert.equal(done, undefined);
  const tha = expand({ history: 'Sáng nay. .tha', exam: 'Đã khám.' }, 'history', 14, SNIPPETS, []);
  assert.ok(tha);
  assert.match(tha.texts.history ?? '', /^Sáng nay\. Tăng huyết áp đang điều trị/);
  assert.equal(tha.texts.exam, 'Đã khám.', 'what was written stays');
  assert.match(tha.texts.advice ?? '', /giảm muối/);
  assert.equal((tha.texts.history ?? '').slice(tha.from, tha.to), '‹trị số›');
});

test('a snippet for another section leaves no trace where it was called', () => {
  const bt = expand({ history: 'Đau đầu. .bt' }, 'history', 12, SNIPPETS, []);
  assert.equal(bt?.texts.history, 'Đau đầu. ');
  assert.match(bt?.texts.exam ?? '', /Tim đều/);
});

test('the text behind the caret is kept', () => {
  const bt = expand({ exam: '.bt\nPhù (+).' }, 'exam', 3, SNIPPETS, []);
  assert.ok(bt?.texts.exam?.endsWith('khu trú.\nPhù (+).'));
  assert.equal(bt?.texts.exam?.slice(bt.to), '\nPhù (+).');
});

test('data come by their word; what is unknown or unclear expands to nothing', () => {
  assert.equal(expand({ plan: '/hba1c' }, 'plan', 6, [], data)?.texts.plan, 'HbA1c 8,1 % (24/11/2026)');
  assert.equal(expand({ plan: '/hb' }, 'plan', 3, [], data)?.texts.plan, 'HbA1c 8,1 % (24/11/2026)');
  assert.equal(expand({ plan: '/xyz' }, 'plan', 4, [], data), undefined);
  assert.equal(expand({ plan: '.d' }, 'plan', 2, SNIPPETS, data), undefined, 'dtd, dd, dl, dn');
  assert.ok(suggest({ mark: '.', word: 'd', start: 0 }, SNIPPETS, data).length > 1);
});

test('gaps: forward, round, and named while they are open', () => {
  const text = 'Ho ‹số› ngày, đờm ‹màu›.';
  assert.deepEqual(nextPlaceholder(text, 0), [3, 7]);
  assert.deepEqual(nextPlaceholder(text, 7), [18, 23]);
  assert.deepEqual(nextPlaceholder(text, 23), [3, 7]);
  assert.equal(nextPlaceholder('Ho 3 ngày.', 0), undefined);
  assert.deepEqual(unfilled({ history: text, exam: 'Tim đều.' }), ['history']);
});

test('twelve snippets, each with its own word, composed letters, and no word that begins another', () => {
  assert.equal(SNIPPETS.length, 12);
  assert.equal(new Set(SNIPPETS.map((s) => s.word)).size, 12);
  for (const { word, texts } of SNIPPETS) {
    assert.match(word, /^[a-z0-9]{2,6}$/);
    assert.ok(expand({ history: `.${word}` }, 'history', word.length + 1, SNIPPETS, []), word);
    for (const text of Object.values(texts)) {
      assert.equal(text, text.normalize('NFC'));
      assert.equal((text.match(/‹/g) ?? []).length, (text.match(/›/g) ?? []).length);
    }
  }
});

test('whatever is typed, an expansion selects inside the text and drops nothing but the token', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 20 }), (before, after) => {
      const text = `${before} .tha${after}`;
      const caret = before.length + 5;
      const done = expand({ history: text }, 'history', caret, SNIPPETS, data);
      if (!done) return;
      const written = done.texts.history ?? '';
      assert.ok(written.startsWith(`${before} `) && written.endsWith(after));
      assert.ok(done.from >= 0 && done.from <= done.to && done.to <= written.length);
    }),
    { numRuns: 200 },
  );
});
