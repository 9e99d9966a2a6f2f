import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PRIMITIVES } from './primitives.ts';
import { checkXhtml } from './xhtml.ts';

const CASES: Readonly<Record<string, { good: unknown[]; bad: unknown[] }>> = {
  boolean: { good: [true, false], bad: ['true', 1, 0] },
  integer: { good: [0, -1, 2147483647, -2147483648], bad: [1.5, 2147483648, '1', Number.NaN] },
  unsignedInt: { good: [0, 5], bad: [-1, 1.5] },
  positiveInt: { good: [1], bad: [0, -1] },
  decimal: { good: [0, 1.5, -1e-10], bad: ['1', Number.NaN, Number.POSITIVE_INFINITY] },
  string: {
    good: ['a', 'Trần Thị Lan', 'a\nb\tc\r', '😀'],
    bad: ['', ' ', '\n\t', 1, 'a\u0000b', 'a\u001bb', 'x'.repeat(1024 * 1024 + 1)],
  },
  markdown: { good: ['# a\n\nb'], bad: [''] },
  code: { good: ['a', 'a b', 'a-b.c'], bad: ['', ' a', 'a ', 'a  b', 'a\u0001'] },
  id: { good: ['a', 'A-1.b', 'x'.repeat(64)], bad: ['', 'a_b', 'x'.repeat(65), 'à', 'a/b'] },
  uri: { good: ['http://a', 'urn:x', 'a#b'], bad: ['', 'a b', 'a\n'] },
  oid: { good: ['urn:oid:1.2.3'], bad: ['1.2.3', 'urn:oid:3.1', 'urn:oid:1', 'urn:oid:1.02'] },
  uuid: {
    good: ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520'],
    bad: ['c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:C757873D-EC9A-4326-A141-556F43239520'],
  },
  date: {
    good: ['2024', '2024-02', '2024-02-29', '1900-12-31'],
    bad: ['2023-02-29', '1900-02-29', '2024-04-31', '2024-13', '2024-1-1', '0000', '20240101', '2024-01-01T00:00:00Z'],
  },
  dateTime: {
    good: [
      '2024',
      '2024-01-01',
      '2024-01-01T23:59:60Z',
      '2024-01-01T10:00:00.123456+07:00',
      '2024-01-01T10:00:00-14:00',
    ],
    bad: [
      '2024-01-01T10:00:00',
      '2024-01-01T10:00Z',
      '2024-01-01T24:00:00Z',
      '2024-02-30T10:00:00Z',
      '2024-01-01T10:00:00+15:00',
      '2024-01-01 10:00:00Z',
    ],
  },
  instant: { good: ['2024-01-01T10:00:00Z'], bad: ['2024-01-01', '2024'] },
  time: { good: ['10:00:00', '23:59:59.5'], bad: ['24:00:00', '10:00', '10:00:00Z'] },
  base64Binary: {
    good: ['AAAA', 'AA==', 'AAA=', 'AA\nAA', 'A A A A'],
    bad: ['', 'A', 'AAAAA', '====', 'A===', 'AA=A', 'AA-_'],
  },
};

for (const [type, { good, bad }] of Object.entries(CASES)) {
  test(`${type} values`, () => {
    for (const v of good) assert.equal(PRIMITIVES[type]?.(v), undefined, JSON.stringify(v));
    for (const v of bad) assert.ok(PRIMITIVES[type]?.(v), JSON.stringify(v)?.slice(0, 80));
  });
}

test('every day of the calendar is a date, and no other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
      (y, m, d) => {
        const day = new Date(0);
        day.setUTCFullYear(y, m - 1, d);
        const text = `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
        assert.equal(PRIMITIVES.date?.(text) === undefined, day.getUTCDate() === d, text);
      },
    ),
  );
});

test('base64 of any bytes is accepted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      assert.equal(PRIMITIVES.base64Binary?.(Buffer.from(bytes).toString('base64')), undefined);
    }),
  );
});

test('narratives', () => {
  const div = (inner: string): string => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`;
  for (const good of [
    '<p>Sốt <b>cao</b></p>',
    'a<br/>b',
    '<img src="a.png" alt="x"/>',
    '<a href="http://x">y</a>',
    '<!-- c --><p>a &amp; b &#160; &nbsp;</p>',
    '<table><tbody><tr><td style="color: red">1</td></tr></tbody></table>',
  ]) {
    assert.equal(checkXhtml(div(good)), undefined, good);
  }
  for (const bad of [
    '<script>alert(1)</script>',
    '<p onclick="x()">a</p>',
    '<a href="javascript:x()">a</a>',
    '<a href=" JaVaScript:x()">a</a>',
    '<iframe src="x"/>',
    '<form>a</form>',
    '<p>a',
    '<p>a</b>',
    'a & b',
    '<p a=b>c</p>',
    '  ',
    '<p> </p>',
    '<!-- never closed',
    '<object data="x"/>',
    '<svg>a</svg>',
  ]) {
    assert.ok(checkXhtml(div(bad)), bad);
  }
  for (const bad of ['plain', '<p>a</p>', `${div('a')}b`, `${div('a')}${div('b')}`, '<div>a'])
    assert.ok(checkXhtml(bad), bad);
});
