import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { RulePacks } from '../rule-packs.ts';
import { cellsAt, layOver, type Overlay, type OverlayEntry, slicesOf } from './overlay.ts';

const SOURCE = { document: 'QĐ 12/QĐ-BV', certainty: 'H' as const };
const price = (code: string, value: number | null, op: 'add' | 'set' = 'set'): OverlayEntry => ({
  subject: 'services',
  path: 'prices',
  key: { code },
  op,
  cells: { price: value },
});
const overlay = (
  id: string,
  knownFrom: string,
  validFrom: string,
  validTo: string | null,
  ...entries: OverlayEntry[]
): Overlay => ({
  id,
  source: SOURCE,
  knownFrom,
  ended: [],
  parts: [{ validFrom, validTo, entries }],
});

function house(): RulePacks {
  const packs = new RulePacks();
  const pack = {
    subject: 'services',
    edition: '2026-01-01',
    validFrom: '2026-01-01',
    validTo: null,
    knownFrom: '2026-01-01',
    source: [],
    data: {
      prices: {
        columns: ['code', 'price'],
        rows: [
          ['A', 100],
          ['B', 200],
        ],
      },
      steps: [{ from: 1, percent: 100 }],
      limits: { low: { amount: 5 } },
    },
  };
  packs.add(() => Buffer.from(JSON.stringify(pack)));
  return packs;
}
interface Data {
  prices: { columns: string[]; rows: unknown[][] };
}
const pricesOn = (packs: RulePacks, day: string, code: string, knownAt?: string): unknown[] => {
  const { prices } = packs.at<Data>('services', day, knownAt).data;
  return prices.rows.filter((row) => row[0] === code).map((row) => row[prices.columns.indexOf('price')]);
};

describe('what a facility says over a pack', () => {
  test('holds from its day on, for that facility alone, under a hash of its own', () => {
    const packs = house();
    const before = packs.at('services', '2026-05-01').hash;
    const own = packs.with(
      slicesOf([overlay('l1', '2026-04-20T03:00:00.000Z', '2026-06-01', null, price('A', 120), price('C', 9, 'add'))]),
    );
    assert.deepEqual(pricesOn(own, '2026-05-31', 'A'), [100]);
    assert.deepEqual(pricesOn(own, '2026-06-01', 'A'), [120]);
    assert.deepEqual(pricesOn(own, '2026-06-01', 'C'), [9]);
    assert.deepEqual(pricesOn(packs, '2026-06-01', 'A'), [100]);
    assert.equal(own.at('services', '2026-05-31').hash, before);
    const after = own.meta('services', '2026-06-01').hash;
    assert.notEqual(after, before);
    assert.equal(own.at('services', '2026-08-01').hash, after);
    assert.deepEqual(own.at('services', '2026-06-01').source.at(-1), { ...SOURCE, change: 'Library/l1' });
    assert.equal(
      own.derived('services', '2026-05-31', 'x', (p) => p.hash),
      before,
    );
    assert.equal(
      own.derived('services', '2026-06-01', 'x', (p) => p.hash),
      after,
    );
  });

  test('what was known then is answered again after a correction and after its end', () => {
    const packs = house();
    const first = overlay('l1', '2026-04-20T03:00:00.000Z', '2026-06-01', null, price('A', 120));
    const second = {
      ...overlay('l2', '2026-07-10T03:00:00.000Z', '2026-06-01', null, price('A', 130)),
      ended: [{ from: '2026-08-01', at: '2026-07-20T03:00:00.000Z' }],
    };
    const own = packs.with(slicesOf([second, first]));
    assert.deepEqual(pricesOn(own, '2026-06-15', 'A'), [130]);
    assert.deepEqual(pricesOn(own, '2026-06-15', 'A', '2026-07-10T02:59:59.000Z'), [120]);
    assert.deepEqual(pricesOn(own, '2026-06-15', 'A', '2026-04-19'), [100]);
    assert.deepEqual(pricesOn(own, '2026-08-01', 'A'), [120]);
    assert.deepEqual(pricesOn(own, '2026-08-01', 'A', '2026-07-19'), [130]);
  });

  test('reaches items of lists and objects, adds only where it is asked to, and never changes the original', () => {
    const packs = house();
    const { data } = packs.at('services', '2026-05-01');
    const copy = structuredClone(data);
    const entries: OverlayEntry[] = [
      { subject: 's', path: 'steps', key: { from: '1' }, op: 'set', cells: { percent: 90 } },
      { subject: 's', path: 'steps', key: { from: '2' }, op: 'set', cells: { percent: 30 } },
      { subject: 's', path: 'limits/low', key: {}, op: 'set', cells: { amount: 7 } },
      { subject: 's', path: 'prices', key: { code: 'Z' }, op: 'set', cells: { price: 1 } },
      { subject: 's', path: 'nowhere/at/all', key: {}, op: 'add', cells: { price: 1 } },
    ];
    const [slices] = [
      ...slicesOf([{ ...overlay('x', '2026-01-01T00:00:00Z', '2026-01-01', null, ...entries) }]).values(),
    ];
    const over = layOver(data, slices ?? []) as typeof copy & Record<string, unknown>;
    assert.deepEqual(over, { ...(copy as object), steps: [{ from: 1, percent: 90 }], limits: { low: { amount: 7 } } });
    assert.deepEqual(data, copy);
    assert.deepEqual(cellsAt(over, { path: 'limits/low', key: {} }, ['amount']), { amount: 7 });
    assert.deepEqual(cellsAt(over, { path: 'prices', key: { code: 'B' } }, ['price', 'none']), {
      price: 200,
      none: null,
    });
    assert.equal(cellsAt(over, { path: 'prices', key: { code: 'Z' } }, ['price']), undefined);
    assert.equal(cellsAt(over, { path: 'constructor', key: {} }, ['name']), undefined);
  });

  test('exactly one price is in force on each day whatever overlaps, and what was known never changes', () => {
    const day = fc
      .integer({ min: 0, max: 60 })
      .map((n) => new Date(Date.UTC(2026, 2, 1 + n)).toISOString().slice(0, 10));
    const entry = fc.record({
      from: day,
      to: fc.option(day, { nil: null }),
      known: fc.integer({ min: 0, max: 80 }).map((n) => new Date(Date.UTC(2026, 1, 10 + n, 5)).toISOString()),
      price: fc.integer({ min: 1, max: 1_000_000 }),
      end: fc.option(fc.record({ from: day, after: fc.integer({ min: 1, max: 20 }) }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), day, fc.nat({ max: 12 }), (list, on, cut) => {
        const overlays = list
          .toSorted((a, b) => (a.known < b.known ? -1 : 1))
          .map(
            (one, i): Overlay => ({
              ...overlay(`l${String(i).padStart(2, '0')}`, one.known, one.from, one.to, price('A', one.price)),
              ended: one.end
                ? [
                    {
                      from: one.end.from,
                      at: new Date(Date.parse(one.known) + one.end.after * 86_400_000).toISOString(),
                    },
                  ]
                : [],
            }),
          );
        const packs = house();
        const own = packs.with(slicesOf(overlays));
        const found = pricesOn(own, on, 'A');
        assert.equal(found.length, 1);
        // Another way to the same answer: of those that hold, the last to start; of these the last known.
        const holds = overlays.filter((o) => {
          const part = o.parts[0];
          return part && part.validFrom <= on && (part.validTo ?? '9') >= on && !o.ended.some((e) => e.from <= on);
        });
        const best = holds.reduce<Overlay | undefined>((a, b) => {
          const [x, y] = [a?.parts[0]?.validFrom ?? '', b.parts[0]?.validFrom ?? ''];
          return a === undefined || y > x || (y === x && b.knownFrom >= a.knownFrom) ? b : a;
        }, undefined);
        assert.equal(found[0], best?.parts[0]?.entries[0]?.cells.price ?? 100);
        // The past: with the later decisions not yet taken, and asked for as known at that moment.
        const at = overlays[cut]?.knownFrom;
        if (at === undefined) return;
        const then = overlays
          .filter((o) => o.knownFrom <= at)
          .map((o) => ({ ...o, ended: o.ended.filter((e) => e.at <= at) }));
        const past = house();
        assert.deepEqual(pricesOn(own, on, 'A', at), pricesOn(past.with(slicesOf(then)), on, 'A'));
      }),
      { numRuns: 300 },
    );
  });
});
