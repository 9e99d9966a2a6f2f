import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import fc from 'fast-check';
import { Printer, type PrintForm, type PrintOn, printJob, STRIPS } from './index.ts';
import { markSvg } from './marks.ts';
import { plainText } from './testing/text.ts';

const folder = mkdtempSync(join(tmpdir(), 'mach-print-'));
const printer = new Printer();
after(async () => {
  await printer.stop();
  rmSync(folder, { recursive: true, force: true });
});

const AT = '2026-11-24T00:00:00.000Z';
interface Note {
  title: string;
  person: { name: string; birth: string; code: string };
  letterhead: { name: string; warning: string; printedAt: string; printedBy: string };
  lines: string[];
}
const note = (name: string, lines: string[]): Note => ({
  title: 'PHIẾU',
  person: { name, birth: '14/07/1964', code: '2600-123-456' },
  letterhead: { name: 'Bệnh viện Mẫu', warning: '', printedAt: '24/11/2026 07:00', printedBy: 'BS. An' },
  lines,
});

function form(name: string, template: string, papers: PrintForm['papers'] = ['A5', 'A4']): PrintForm<Note> {
  const path = join(folder, `${name}.typ`);
  writeFileSync(path, template);
  return { name, title: { vi: name, en: name }, papers, template: path };
}
const SIMPLE = form(
  'test.note',
  `#import "/lib/page.typ": *
   #sheet(148mm, 210mm, form: "Mẫu thử", copy => { for line in input.lines { par(line) } })`,
);

const print = (data: Note, as: 'pdf' | 'svg', of = SIMPLE) => printer.print(printJob(of, data, AT, as));
const textOf = async (data: Note): Promise<string> =>
  plainText(Buffer.from((await print(data, 'svg')).content).toString('utf8'));
/** Lines are broken where the page ends, and never inside a word: blanks do not count. */
const bare = (text: string): string => text.replace(/\s+/g, '');

test('all Vietnamese letters are printed, and nothing that a person types is a command', async () => {
  const names = [
    'Ễ Ỗ Ẫ Ữ ặ ợ ỹ — Nguyễn Thị Hường, Y Krông Êban, Đặng Ấu',
    '#let x = 3',
    '#import "/etc/passwd": *',
    '*đậm* _nghiêng_ $x^2$ `mã` <nhãn> @trích \\#panic() // chú thích',
    '"; #read("/lib/page.typ") #"',
    '<b>&amp;</b> \u201cngoặc\u201d',
  ];
  for (const name of names) {
    const text = bare(await textOf(note(name, [name])));
    assert.equal(text.split(bare(name)).length - 1, 2, `${name}: once in the body, once in the foot of\n${text}`);
  }
});

test('any text at all gives a paper', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (typed) => {
      const { content, pages } = await print(note(typed, [typed]), 'pdf');
      assert.equal(Buffer.from(content.subarray(0, 5)).toString('latin1'), '%PDF-');
      assert.equal(pages, 1);
    }),
    { numRuns: 40 },
  );
});

test('every page says whose it is and which of how many it is', async () => {
  const long = note(
    'TRẦN THỊ LAN',
    Array.from({ length: 120 }, (_, i) => `Dòng ${i}`),
  );
  const { pages } = await print(long, 'pdf');
  assert.ok(pages >= 3, String(pages));
  const text = await textOf(long);
  for (let page = 1; page <= pages; page++) assert.ok(text.includes(`Trang ${page}/${pages}`), `page ${page}`);
  assert.equal(text.split('TRẦN THỊ LAN').length - 1, pages);
});

test('the same job gives the same bytes', async () => {
  const [a, b] = [await print(note('An', ['x']), 'pdf'), await print(note('An', ['x']), 'pdf')];
  assert.deepEqual(a.content, b.content);
  assert.match(Buffer.from(a.content).toString('latin1'), /pdfaid:part[>="\s]*2/);
});

test('a fault of a template is told with its place and does not stop the next paper', async () => {
  const broken = form('test.broken', '#import "/lib/page.typ": *\n#input.nothing-of-the-kind');
  await assert.rejects(print(note('An', []), 'pdf', broken), /test\.broken.*nothing-of-the-kind/s);
  // A template sees the folder of the forms and nothing else of the disk.
  const outside = form('test.outside', '#read("/../package.json")');
  await assert.rejects(print(note('An', []), 'pdf', outside), /test\.outside/);
  assert.equal((await print(note('An', []), 'pdf')).pages, 1);
});

test('another paper and more copies, each with its own page numbers', async () => {
  const lines = Array.from({ length: 90 }, (_, i) => `Dòng thứ ${i + 1} của tờ giấy này`);
  const on = async (how: PrintOn, of = SIMPLE) => {
    const job = printJob(of, note('Nguyễn Thị Hường', lines), AT, 'svg', how);
    const { content, pages } = await printer.print(job);
    return { pages, text: bare(plainText(Buffer.from(content).toString('utf8'))) };
  };
  const usual = await on({});
  assert.deepEqual(await on({ paper: 'A5', copies: 1 }), usual, 'the usual paper by its name is the same paper');
  const large = await on({ paper: 'A4' });
  assert.ok(large.pages < usual.pages);
  const twice = await on({ copies: 2 });
  assert.equal(twice.pages, 2 * usual.pages);
  assert.equal(twice.text.split(`Trang1/${usual.pages}`).length - 1, 2, 'a copy counts its own pages');

  const strip = form(
    'test.strip',
    '#import "/lib/page.typ": *\n#slip({ for line in input.lines { par(line) } })',
    STRIPS,
  );
  assert.equal((await on({}, strip)).pages, 1, 'a strip is as long as what stands on it');
  assert.equal((await on({ paper: '58mm', copies: 3 }, strip)).pages, 3);
  const sheet = await on({ paper: 'A5' }, strip);
  assert.ok(sheet.pages > 1);
  for (let page = 1; page <= sheet.pages; page++) assert.ok(sheet.text.includes(`Trang${page}/${sheet.pages}`));
  assert.equal(sheet.text.split('NguyễnThịHường').length - 1, sheet.pages, 'the patient on every page');
});

test('a thread that hangs is replaced', async () => {
  const hasty = new Printer({ patience: 400 });
  const endless = form('test.endless', '#let f(n) = { let i = 0; while i < 999999999 { i += 1 } }\n#f(1)');
  try {
    await assert.rejects(
      hasty.print(printJob(endless, note('An', []), AT, 'pdf')),
      /not printed in time|loop|infinite/,
    );
  } finally {
    await hasty.stop();
  }
});

test('too many at once are sent away with a reason', async () => {
  const crowded = new Printer();
  const jobs = Array.from({ length: 205 }, () => crowded.print(printJob(SIMPLE, note('An', []), AT, 'pdf')));
  const settled = Promise.allSettled(jobs);
  await crowded.stop();
  for (const one of (await settled).slice(200))
    assert.ok(one.status === 'rejected' && one.reason instanceof Problem && one.reason.status === 503);
});

test('codes keep their quiet zone', () => {
  const widthOf = (svg: string): number => Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
  const left = (svg: string): number => Math.min(...[...svg.matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x)));
  // Version 1 of a QR code has 21 modules, of 2 units each, and 4 modules of white on either side.
  const qr = markSvg({ kind: 'qr', text: 'A1' });
  assert.equal(widthOf(qr), (21 + 8) * 2);
  assert.equal(left(qr), 8);
  // Bars are drawn by their middle: the first is two modules wide and begins after ten of white.
  const bars = markSvg({ kind: 'code128', text: 'M261118000015' });
  assert.equal(left(bars), 11);
});
