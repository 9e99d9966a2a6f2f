import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildIndex, type CodeIndex } from './build.ts';
import { icdEntries, lexiconOf } from './icd-entries.ts';
import { search } from './search.ts';
import { icd2020, icd2026, icdTerms, repoRoot } from './testing/packs.ts';

interface Named {
  code: string;
  name: string;
}

const readNames = (path: string): Named[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.includes('\t') && !line.startsWith('#'))
    .map((line) => {
      const [code = '', name = ''] = line.split('\t');
      return { code: code.trim(), name: name.trim() };
    });

/** Each word cut to its first three characters: what is on the screen when the doctor stops typing. */
const cutWords = (s: string): string =>
  s
    .normalize('NFC')
    .split(/[\s/()-]+/)
    .map((w) => w.slice(0, 3))
    .join(' ');

const blind = (s: string): string => s.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');

const TELEX_MARK: Readonly<Record<string, string>> = { '\u0302': '^', '\u0306': 'w', '\u031b': 'w' };
const TELEX_TONE: Readonly<Record<string, string>> = {
  '\u0300': 'f',
  '\u0301': 's',
  '\u0309': 'r',
  '\u0303': 'x',
  '\u0323': 'j',
};

/** The keys of a Telex typist whose keyboard is switched off: marks after the letter, tone at the end of the word. */
function telex(s: string): string {
  return s
    .split(' ')
    .map((word) => {
      let out = '';
      let tone = '';
      for (const c of word.normalize('NFD')) {
        const mark = TELEX_MARK[c];
        if (TELEX_TONE[c] !== undefined) tone = TELEX_TONE[c];
        else if (mark === '^') out += out.at(-1) ?? '';
        else if (mark !== undefined) out += mark;
        else out += c === 'đ' ? 'dd' : c === 'Đ' ? 'DD' : c;
      }
      return out + tone;
    })
    .join(' ');
}

const category = (code: string): string => code.slice(0, 3);

function measure(index: CodeIndex, names: readonly Named[], typed: (s: string) => string) {
  let first = 0;
  let five = 0;
  for (const { code, name } of names) {
    const found = search(index, typed(name), { limit: 5 }).map((h) => category(h.code));
    if (found[0] === category(code)) first++;
    if (found.includes(category(code))) five++;
  }
  return { first: first / names.length, five: five / names.length };
}

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

const collect = (): void => {
  setFlagsFromString('--expose_gc');
  (runInNewContext('gc') as () => void)();
};

const terms = icdTerms();
const packs = [icd2026(), icd2020(), terms] as const;
collect();
const before = process.memoryUsage();
const index = buildIndex(icdEntries(...packs), lexiconOf(terms));
collect();
const after = process.memoryUsage();
const first = (q: string): string | undefined => search(index, q)[0]?.code;

test('what doctors type most finds its code first', () => {
  assert.equal(first('THA'), 'I10');
  assert.equal(first('tha'), 'I10');
  assert.equal(category(first('đtđ típ 2') ?? ''), 'E11');
  assert.equal(category(first('dtd tip 2') ?? ''), 'E11');
  assert.equal(category(first('ĐTĐ type II') ?? ''), 'E11');
  assert.equal(category(first('viem phoi') ?? ''), 'J18');
  assert.equal(category(first('COPD') ?? ''), 'J44');
  assert.equal(category(first('K phổi') ?? ''), 'C34');
});

test('codes are found by their beginning, with or without the dot', () => {
  assert.equal(first('i10'), 'I10');
  assert.equal(first('J18.9'), 'J18.9');
  assert.equal(first('j189'), 'J18.9');
  assert.equal(first('e 11.9'), 'E11.9');
  assert.deepEqual([...new Set(search(index, 'e11', { limit: 8 }).map((h) => category(h.code)))], ['E11']);
});

test('a heading that may not be used leads to the code that stands for it', () => {
  const hits = search(index, 'suy tim');
  assert.equal(hits[0]?.code, 'I50.9');
  assert.ok(!hits[0]?.entry.flags?.includes('more-specific-exists'));
  assert.ok(
    search(index, 'dau that lung')
      .slice(0, 3)
      .some((h) => h.code === 'M54.59'),
  );
});

test('official titles find their code among five', (t) => {
  const sample = index.entries.filter((_, i) => i % 97 === 0);
  const missed = sample.filter(
    (e) => !search(index, e.display, { limit: 5 }).some((h) => h.code === e.code || h.display === e.display),
  );
  t.diagnostic(`official titles: ${missed.length} of ${sample.length} not among five`);
  // What is missed is headings that give way to their usable codes.
  assert.ok(missed.length <= sample.length * 0.03, missed.map((e) => e.code).join(' '));
});

test('the first places show different conditions', () => {
  const five = search(index, 'viêm phổi', { limit: 5 }).map((h) => category(h.code));
  assert.ok(new Set(five).size >= 4, five.join(' '));
});

test('own list of usual names: at least 95 % among five, typed in full; 92 % with words cut to three characters', (t) => {
  const names = readNames(fileURLToPath(new URL('icd-names.test.tsv', import.meta.url)));
  assert.ok(names.length >= 60);
  for (const [label, typed, floor] of [
    ['in full', (s: string) => s, 0.95],
    ['without marks', blind, 0.95],
    ['in Telex', telex, 0.92],
    ['three characters a word', cutWords, 0.92],
  ] as const) {
    const { first, five } = measure(index, names, typed);
    t.diagnostic(`own names ${label}: first ${percent(first)}, among five ${percent(five)}`);
    assert.ok(five >= floor, `${label}: ${percent(five)}`);
  }
});

const shared = process.env.MACH_SHARED_DATA ?? fileURLToPath(new URL('../shared/data', repoRoot));
const devPath = resolve(shared, 'icd10-vn/diagnosis-names-dev.tsv');

test('development list of names by third parties: at least 90 % among five', {
  skip: existsSync(devPath) ? false : `${devPath} is not there`,
}, (t) => {
  const names = readNames(devPath);
  for (const [label, typed] of [
    ['in full', (s: string) => s],
    ['without marks', blind],
    ['in Telex', telex],
    ['three characters a word', cutWords],
  ] as const) {
    const { first, five } = measure(index, names, typed);
    t.diagnostic(`development list ${label}: first ${percent(first)}, among five ${percent(five)}`);
    assert.ok(five >= 0.9, `${label}: ${percent(five)}`);
  }
  // Our table of usual names overlaps with any list of common diagnoses, so the search must stand without it too.
  const bare = { ...terms, data: { ...terms.data, names: { columns: ['name', 'codes'], rows: [] } } };
  const without = buildIndex(icdEntries(packs[0], packs[1], bare), lexiconOf(bare));
  const { first, five } = measure(without, names, cutWords);
  t.diagnostic(
    `the same at three characters, without the table of names: first ${percent(first)}, five ${percent(five)}`,
  );
  assert.ok(five >= 0.9, percent(five));
});

test('a search costs at most 10 ms of processor time on the average, the index at most 60 MB', (t) => {
  const names = readNames(fileURLToPath(new URL('icd-names.test.tsv', import.meta.url)));
  const start = process.cpuUsage();
  const times: number[] = [];
  for (const { name } of names)
    for (const q of [name, cutWords(name)]) {
      const at = performance.now();
      search(index, q);
      times.push(performance.now() - at);
    }
  const used = process.cpuUsage(start);
  const mean = (used.user + used.system) / 1000 / times.length;
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1] ?? 0;
  t.diagnostic(`search: median ${median.toFixed(1)} ms, mean processor time ${mean.toFixed(1)} ms`);
  assert.ok(mean <= 10, `${mean} ms`);
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  t.diagnostic(`index with its entries: ${(bytes / 1e6).toFixed(1)} MB over the packs`);
  assert.ok(bytes <= 60e6, `${bytes} bytes`);
});
