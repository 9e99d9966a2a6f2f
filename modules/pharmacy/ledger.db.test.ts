import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { Problem } from '@mach/base/problem.ts';
import { Random } from '@mach/base/random.ts';
import encounter from '@mach/encounter/module.ts';
import { writeFixtures } from '@mach/encounter/testing.ts';
import type { CommandRef } from '@mach/engine';
import { disagreements, readBalances } from '@mach/store';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import {
  type DispenseResult,
  dispense,
  type PutBackResult,
  putBack,
  receiveStock,
  returnDispense,
  type StockAdjustResult,
  stockAdjust,
  transferStock,
  type UseStockResult,
  useStock,
} from './contract.ts';
import pharmacy from './module.ts';
import { openingStock } from './opening.ts';
import { AMLODIPIN, fixtures, line, METFORMIN, people, prescribed, till } from './testing.ts';

const LOTS = [
  ['L1', '2026-12-31'],
  ['L2', '2027-06-30'],
  ['L3', '2028-01-31'],
] as const;
const DRUGS = [AMLODIPIN, METFORMIN];
const SHELVES = ['KHO-CHAN', 'KHO-LE'];

interface Deed {
  command: CommandRef<never, unknown>;
  input: unknown;
  key: string;
}

/** What one deed should have done to each lot, from its own answer. */
type Effect = Map<string, Decimal>;

const add = (effect: Effect, account: string, amount: Decimal): void => {
  effect.set(account, (effect.get(account) ?? Decimal.ZERO).add(amount));
};

async function balances(h: TestEngine): Promise<Map<string, Decimal>> {
  const all = await readBalances(h.engine.database.tenant(1), 'stock', 'stock:');
  for (const one of all) assert.ok(!one.balance.isNegative(), `${one.account} fell below zero`);
  return new Map(all.map((one) => [one.account, one.balance]));
}

/** Records of drugs that were given out of a cabinet: taken and put back, each several times. */
const GIVEN = ['given-1', 'given-2', 'given-3'];

interface Rx {
  prescription: string;
  encounter: string;
}

/** A deed at random; most are possible, some are not, and several want the same lot. */
function deed(random: Random, prescriptions: readonly Rx[], dispenses: readonly string[], key: string): Deed {
  const drug = random.pick(DRUGS);
  const [lot, expiry] = random.pick(LOTS);
  const quantity = String(random.int(1, 40));
  const place = random.pick(SHELVES);
  const as = <I>(command: CommandRef<I, unknown>, input: I): Deed => ({
    command: command as unknown as CommandRef<never, unknown>,
    input,
    key,
  });
  const { prescription, encounter } = random.pick(prescriptions);
  const record = `MedicationAdministration/${random.pick(GIVEN)}`;
  switch (random.int(0, 9)) {
    case 7:
    case 8:
      return as(useStock, { encounter, place, drug, quantity, record });
    case 9:
      return as(putBack, { record, reason: 'Ghi nhầm', wasted: random.int(0, 2) === 0 });
    case 0:
      return as(receiveStock, { place, items: [{ drug, lot, expiry, quantity, price: '500', supplier: 'A' }] });
    case 1:
      return as(transferStock, {
        from: place,
        to: place === 'KHO-LE' ? 'KHO-CHAN' : 'KHO-LE',
        items: [{ drug, lot, quantity }],
      });
    case 2:
      return as(stockAdjust, { place, items: [{ drug, lot, counted: quantity }], reason: 'Kiểm kê' });
    case 3:
      return dispenses.length === 0
        ? as(dispense, { prescription })
        : as(returnDispense, { dispense: random.pick(dispenses), reason: 'Trả lại', purpose: 'exchange' });
    default:
      return as(dispense, { prescription });
  }
}

/** The effect that a deed answered for: nothing when it was refused. */
function effectOf({ command, input }: Deed, answer: unknown, lots: ReadonlyMap<string, string>): Effect {
  const effect: Effect = new Map();
  const given = input as {
    place: string;
    from: string;
    to: string;
    items: { drug: string; lot: string; quantity: string }[];
    dispense: string;
    wasted: boolean;
  };
  if (command.name === dispense.name)
    for (const one of (answer as DispenseResult).handedOver)
      add(effect, `stock:KHO-LE:${one.drug}:${one.lot}`, Decimal.of(one.quantity).neg());
  else if (command.name === useStock.name) {
    const { place, drug, lots: used, missing } = answer as UseStockResult;
    const sum = Decimal.sum([missing, ...used.map((one) => one.quantity)]);
    assert.equal(sum.toString(), (input as { quantity: string }).quantity, 'all of it is accounted for');
    for (const { lot, quantity } of used) add(effect, `stock:${place}:${drug}:${lot}`, Decimal.of(quantity).neg());
  } else if (command.name === putBack.name) {
    const { back } = answer as PutBackResult;
    assert.ok(!given.wasted || back.length === 0, 'what is thrown away lies nowhere again');
    for (const { place, drug, lot, quantity } of back)
      add(effect, `stock:${place}:${drug}:${lot}`, Decimal.of(quantity));
  } else if (command.name === returnDispense.name) {
    const [account = '', amount = '0'] = (lots.get(given.dispense) ?? '').split('=');
    add(effect, account, Decimal.of(amount));
  } else if (command.name === stockAdjust.name)
    for (const one of (answer as StockAdjustResult).adjusted)
      add(effect, `stock:${given.place}:${one.drug}:${one.lot}`, Decimal.of(one.difference));
  else
    for (const { drug, lot, quantity } of given.items) {
      if (command.name === transferStock.name)
        add(effect, `stock:${given.from}:${drug}:${lot}`, Decimal.of(quantity).neg());
      add(effect, `stock:${given.to ?? given.place}:${drug}:${lot}`, Decimal.of(quantity));
    }
  return effect;
}

test('deeds at random, many at once: the ledger agrees with itself and with the answers, and replay changes nothing', async (t) => {
  const seed = Number(process.env.SEED ?? 20261124);
  const random = new Random(seed);
  const h = await testEngine(t, [fixtures, encounter, pharmacy, till]);
  await people(h);
  for (const place of SHELVES)
    await h.send(
      receiveStock,
      {
        place,
        items: DRUGS.flatMap((drug) =>
          LOTS.map(([lot, expiry]) => ({ drug, lot, expiry, quantity: '60', price: '500', supplier: 'A' })),
        ),
      },
      'pharmacist',
    );
  await writeFixtures(
    h,
    ...GIVEN.map((id) => ({
      resourceType: 'MedicationAdministration',
      id,
      status: 'completed',
      medicationCodeableConcept: { text: 'Thuốc tủ trực' },
      subject: { reference: 'Patient/lan' },
      effectiveDateTime: '2026-11-24T01:00:00Z',
    })),
  );
  const prescriptions: Rx[] = [];
  for (let i = 0; i < 6; i++) {
    const rx = await prescribed(h, [line(AMLODIPIN, '35'), line(METFORMIN, '50')], {
      patient: i % 2 === 0 ? 'lan' : 'hung',
    });
    prescriptions.push(rx);
  }
  const expected = await balances(h);
  const done: Deed[] = [];
  const open: string[] = [];
  const lots = new Map<string, string>();
  let refusals = 0;
  for (let round = 0; round < 12; round++) {
    const deeds = Array.from({ length: 6 }, (_, i) => deed(random, prescriptions, open, `ledger-${round}-${i}-key`));
    const answers = await Promise.allSettled(
      deeds.map((one) =>
        h.send(one.command as CommandRef<unknown, unknown>, one.input, 'pharmacist', { key: one.key }),
      ),
    );
    for (const [i, answer] of answers.entries()) {
      const one = deeds[i] as Deed;
      if (answer.status === 'rejected') {
        assert.ok(answer.reason instanceof Problem, `seed ${seed}: ${one.command.name} failed: ${answer.reason}`);
        refusals += 1;
        continue;
      }
      done.push(one);
      for (const [account, change] of effectOf(one, answer.value, lots)) add(expected, account, change);
      if (one.command.name === dispense.name)
        for (const given of (answer.value as DispenseResult).handedOver) {
          open.push(given.dispense);
          lots.set(given.dispense, `stock:KHO-LE:${given.drug}:${given.lot}=${given.quantity}`);
        }
    }
    const now = await balances(h);
    for (const [account, amount] of expected)
      assert.ok(
        now.get(account)?.eq(amount),
        `seed ${seed}, round ${round}: ${account} ${now.get(account)} ≠ ${amount}`,
      );
    assert.deepEqual(await disagreements(h.engine.database.tenant(1)), [], `seed ${seed}, round ${round}`);
  }
  assert.ok(done.length >= 20 && refusals >= 5, `a mix of both: ${done.length} done, ${refusals} refused`);
  assert.ok(open.length > 0);

  const before = await balances(h);
  for (const one of done)
    await h.send(one.command as CommandRef<unknown, unknown>, one.input, 'pharmacist', { key: one.key });
  assert.deepEqual(
    [...(await balances(h))].map(([a, b]) => [a, b.toString()]),
    [...before].map(([a, b]) => [a, b.toString()]),
    'the same keys again move nothing',
  );
});

test('the opening stock of the demonstration hospital comes in, once', async (t) => {
  const h = await testEngine(t, [fixtures, encounter, pharmacy]);
  const pack = h.engine.packs.at<Parameters<typeof openingStock>[0]['data']>('demo-hospital', '2026-11-24');
  const batches = openingStock(pack, '2026-11-24');
  const lots = batches.reduce((n, b) => n + b.input.items.length, 0);
  assert.ok(lots > 1300 && batches.every((b) => b.input.items.length <= 200), `${lots} lots`);
  for (let times = 0; times < 2; times++)
    for (const { key, input } of batches) await h.send(receiveStock, input, 'importer', { key });
  const all = await balances(h);
  assert.equal(all.size, lots);
  const total = (of: Iterable<Decimal | string>): string => Decimal.sum(of).toString();
  assert.equal(
    total(all.values()),
    total(batches.flatMap((b) => b.input.items.map((i) => i.quantity))),
    'received once, though sent twice',
  );
  assert.deepEqual(await disagreements(h.engine.database.tenant(1)), []);
});
