import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type News2Data, news2, readNews2 } from '@mach/vn/clinical/news2.ts';
import fc from 'fast-check';
import { type MeowsData, type MeowsInput, meows, readMeows } from './meows.ts';
import { type PewsData, type PewsInput, pews, readPews } from './pews.ts';

/*
 * The tables as they are printed, read by a second reader that knows nothing of the rule packs: intervals in words,
 * tried from the loudest to the quietest. Both readings must agree on every whole number that can be recorded.
 */

const data = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../rulepacks/${path}.json`, import.meta.url), 'utf8')).data;
const pewsPack = readPews(data<PewsData>('pews/2009-08-04'));
const meowsPack = readMeows(data<MeowsData>('meows/2012-01-01'));
const news2Pack = readNews2(data<News2Data>('news2/2017-12-19'));

/** "≥150 or ≤110", "30–60", "> 94", "<50" */
function holds(cell: string, value: number): boolean {
  return cell.split(' or ').some((part) => {
    const range = /^(\d+(?:\.\d+)?)–(\d+(?:\.\d+)?)$/.exec(part.trim());
    if (range) return value >= Number(range[1]) && value <= Number(range[2]);
    const [, sign, bound] = /^([≥≤<>]) ?(\d+(?:\.\d+)?)$/.exec(part.trim()) ?? assert.fail(`unreadable cell ${part}`);
    const limit = Number(bound);
    return sign === '≥' ? value >= limit : sign === '≤' ? value <= limit : sign === '>' ? value > limit : value < limit;
  });
}

/** Months inside each age band, its edges among them. */
const AGES = [
  [0, 1, 2],
  [3, 7, 11],
  [12, 30, 47],
  [48, 100, 143],
  [144, 170, 191],
] as const;

/** Columns 0 · 1 · 2 · 4 of table 1 of the original paper, youngest first. */
const PEWS: Readonly<Record<'pulse' | 'sbp' | 'resp', readonly string[]>> = {
  pulse: [
    '111–149 | ≥150 or ≤110 | ≥180 or ≤90 | ≥190 or ≤80',
    '101–149 | ≥150 or ≤100 | ≥170 or ≤80 | ≥180 or ≤70',
    '91–119 | ≥120 or ≤90 | ≥150 or ≤70 | ≥170 or ≤60',
    '71–109 | ≥110 or ≤70 | ≥130 or ≤60 | >150 or ≤50',
    '61–99 | ≥100 or ≤60 | ≥120 or <50 | ≥140 or ≤40',
  ],
  sbp: [
    '61–79 | ≥80 or ≤60 | ≥100 or ≤50 | ≥130 or ≤45',
    '81–99 | ≥100 or ≤80 | ≥120 or ≤70 | ≥150 or ≤60',
    '91–109 | ≥110 or ≤90 | ≥125 or ≤75 | ≥160 or ≤65',
    '91–119 | ≥120 or ≤90 | ≥140 or ≤80 | ≥170 or ≤70',
    '101–129 | ≥130 or ≤100 | ≥150 or ≤85 | ≥190 or ≤75',
  ],
  resp: [
    '30–60 | ≥61 or ≤29 | ≥81 or ≤19 | ≥91 or ≤15',
    '25–50 | ≥51 or ≤24 | ≥71 or ≤19 | ≥81 or ≤15',
    '20–40 | ≥41 or ≤19 | ≥61 or ≤15 | ≥71 or ≤12',
    '20–30 | ≥31 or ≤19 | ≥41 or ≤14 | ≥51 or ≤10',
    '12–16 | ≥17 or ≤11 | ≥23 or ≤10 | ≥30 or ≤9',
  ],
};

function printed(row: string, value: number): number {
  const cells = row.split(' | ');
  const found = [4, 2, 1, 0].find((points) => holds(cells[[0, 1, 2, 4].indexOf(points)] ?? '', value));
  return found ?? assert.fail(`the printed table does not know ${value}`);
}

const pointsOf = (input: PewsInput, ageMonths: number, parameter: string): number | null | undefined =>
  pews(input, { ageMonths, pack: pewsPack })?.parts.find((p) => p.parameter === parameter)?.points;

test('Bedside PEWS: every whole value at every age, pack against the printed table', () => {
  for (const [item, rows] of Object.entries(PEWS))
    for (const [band, row] of rows.entries())
      for (const months of AGES[band] ?? [])
        for (let value = 1; value <= 300; value += 1)
          assert.equal(pointsOf({ [item]: value }, months, item), printed(row, value), `${item} ${value} at ${months}`);
});

test('Bedside PEWS: saturation, refill, effort, oxygen', () => {
  for (let value = 30; value <= 100; value += 1)
    assert.equal(pointsOf({ spo2: value }, 30, 'spo2'), value > 94 ? 0 : value >= 91 ? 1 : 2, `SpO₂ ${value}`);
  assert.deepEqual(
    (['normal', 'slow'] as const).map((refill) => pointsOf({ refill }, 30, 'refill')),
    [0, 4],
  );
  assert.deepEqual(
    (['normal', 'mild', 'moderate', 'severe'] as const).map((effort) => pointsOf({ effort }, 30, 'effort')),
    [0, 1, 2, 4],
  );
  const oxygen = (o2flow: string): number | null | undefined => pointsOf({ oxygen: true, o2flow }, 30, 'oxygen');
  assert.deepEqual([oxygen('0.5'), oxygen('3.9'), oxygen('4'), oxygen('10')], [2, 2, 4, 4]);
  assert.equal(pointsOf({ oxygen: false }, 30, 'oxygen'), 0);
  const unread = pews({ oxygen: true }, { ageMonths: 30, pack: pewsPack });
  assert.deepEqual([unread?.total, unread?.missing.includes('oxygen')], [2, true], 'at least 2, and not complete');
});

const quiet: PewsInput = {
  pulse: 100,
  sbp: 100,
  resp: 30,
  spo2: 98,
  refill: 'normal',
  effort: 'normal',
  oxygen: false,
};

test('Bedside PEWS: the answer turns at 5 and at 8; 26 is the most; not from 16 years on', () => {
  const risk = (change: PewsInput): [number | null | undefined, string | undefined] => {
    const score = pews({ ...quiet, ...change }, { ageMonths: 30, pack: pewsPack });
    return [score?.total, score?.risk];
  };
  assert.deepEqual(risk({}), [0, 'low']);
  assert.deepEqual(risk({ refill: 'slow' }), [4, 'low']);
  assert.deepEqual(risk({ refill: 'slow', spo2: 93 }), [5, 'medium']);
  assert.deepEqual(risk({ refill: 'slow', spo2: 88, effort: 'mild' }), [7, 'medium']);
  assert.deepEqual(risk({ refill: 'slow', effort: 'severe' }), [8, 'high']);
  const worst = { pulse: 190, sbp: 40, resp: 95, spo2: 70, refill: 'slow', effort: 'severe' } as const;
  assert.deepEqual(risk({ ...worst, oxygen: true, o2flow: 10 }), [26, 'high']);
  assert.equal(pews(quiet, { ageMonths: 192, pack: pewsPack }), undefined);
  assert.notEqual(pews(quiet, { ageMonths: 191, pack: pewsPack }), undefined);
});

test('Bedside PEWS: what is not measured is missing; a low sum then is no low risk, an alarming one stands', () => {
  const any = fc.record(
    {
      pulse: fc.integer({ min: 20, max: 250 }),
      sbp: fc.integer({ min: 30, max: 200 }),
      resp: fc.integer({ min: 5, max: 100 }),
      spo2: fc.integer({ min: 50, max: 100 }),
      refill: fc.constantFrom('normal' as const, 'slow' as const),
      effort: fc.constantFrom('normal' as const, 'mild' as const, 'moderate' as const, 'severe' as const),
      oxygen: fc.constant(false),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 191 }), (input, ageMonths) => {
      const score = pews(input, { ageMonths, pack: pewsPack });
      assert.ok(score);
      const given = Object.keys(input);
      assert.deepEqual(
        score.missing.toSorted(),
        score.parts
          .map((p) => p.parameter)
          .filter((p) => !given.includes(p))
          .toSorted(),
      );
      assert.equal(score.recorded, `${given.length}/7`);
      const sum = score.parts.reduce((all, p) => all + (p.points ?? 0), 0);
      assert.equal(score.total, sum);
      const wanted = sum >= 8 ? 'high' : sum >= 5 ? 'medium' : given.length === 7 ? 'low' : 'incomplete';
      assert.equal(score.risk, wanted);
    }),
    { numRuns: 300 },
  );
});

/** Yellow, red; as printed. */
const MEOWS: Readonly<Record<string, readonly [string, string]>> = {
  temp: ['35–36', '<35 or >38'],
  sbp: ['150–160 or 90–100', '>160 or <90'],
  dbp: ['90–100', '>100'],
  pulse: ['100–120 or 40–50', '>120 or <40'],
  resp: ['21–30', '>30 or <10'],
  spo2: ['<0', '<95'],
};

test('MEOWS: every value that can be recorded, pack against the printed triggers', () => {
  for (const [item, [yellow, red]] of Object.entries(MEOWS)) {
    const step = item === 'temp' ? 0.1 : 1;
    const [from, to] = item === 'temp' ? [25, 45] : [1, 300];
    for (let i = 0; from + i * step <= to; i += 1) {
      const value = Math.round((from + i * step) * 10) / 10;
      const wanted = holds(red, value) ? 2 : holds(yellow, value) ? 1 : 0;
      const part = meows({ [item]: value } as MeowsInput, meowsPack).parts.find((p) => p.parameter === item);
      assert.equal(part?.points, wanted, `${item} ${value}`);
    }
  }
  const mind = (['A', 'C', 'V', 'P', 'U'] as const).map(
    (consciousness) =>
      meows({ consciousness }, meowsPack).parts.find((p) => p.parameter === 'consciousness')?.points ?? null,
  );
  assert.deepEqual(mind, [0, 1, 1, 2, 2]);
});

test('MEOWS: one red or two yellow call, one yellow watches; missing values are never quiet', () => {
  const calm: MeowsInput = { temp: 37, sbp: 120, dbp: 70, pulse: 80, resp: 16, spo2: 98, consciousness: 'A' };
  const risk = (input: MeowsInput): string => meows(input, meowsPack).risk;
  assert.equal(risk(calm), 'low');
  assert.equal(risk({ ...calm, dbp: 95 }), 'medium');
  assert.equal(risk({ ...calm, dbp: 95, pulse: 105 }), 'high');
  assert.equal(risk({ ...calm, sbp: 162 }), 'high');
  assert.equal(risk({ sbp: 120 }), 'incomplete');
  assert.equal(risk({ sbp: 85 }), 'high', 'a red stands, however much is missing');
  assert.equal(meows({ ...calm, dbp: 95, pulse: 105 }, meowsPack).text.vi, '0 đỏ · 2 vàng');
  assert.equal(meows({ sbp: 120 }, meowsPack).recorded, '1/7');
});

/** Columns 3 2 1 0 1 2 3 of the chart of 2017; empty: no such cell. */
const NEWS2: Readonly<Record<'resp' | 'spo2' | 'sbp' | 'pulse' | 'temp', string>> = {
  resp: '≤8 | | 9–11 | 12–20 | | 21–24 | ≥25',
  spo2: '≤91 | 92–93 | 94–95 | ≥96 | | | ',
  sbp: '≤90 | 91–100 | 101–110 | 111–219 | | | ≥220',
  pulse: '≤40 | | 41–50 | 51–90 | 91–110 | 111–130 | ≥131',
  temp: '≤35.0 | | 35.1–36.0 | 36.1–38.0 | 38.1–39.0 | ≥39.1 | ',
};

test('NEWS2: every value that can be recorded, pack against the printed chart', () => {
  for (const [item, row] of Object.entries(NEWS2)) {
    const cells = row.split('|').map((cell) => cell.trim());
    const step = item === 'temp' ? 0.1 : 1;
    const [from, to] = item === 'temp' ? [25, 45] : [1, item === 'spo2' ? 100 : 300];
    for (let i = 0; from + i * step <= to + 1e-9; i += 1) {
      const value = Math.round((from + i * step) * 10) / 10;
      const column = cells.findIndex((cell) => cell !== '' && holds(cell, value));
      const wanted = [3, 2, 1, 0, 1, 2, 3][column];
      const score = news2({ [item]: value }, { ageYears: 60, pack: news2Pack });
      assert.equal(score.applicable && score.scores[item as 'resp'], wanted, `${item} ${value}`);
    }
  }
});
