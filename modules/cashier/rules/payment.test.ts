import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import fc from 'fast-check';
import { type PastMovement, refundsOf, reversal, settlementMovements, takePayments } from './payment.ts';
import { takingsOf, tally } from './shift.ts';

const method = fc.constantFrom('cash' as const, 'qr' as const, 'card' as const);
const payments = fc.array(fc.record({ method, amount: fc.integer({ min: 1, max: 2_000_000 }) }), { maxLength: 5 });
const sum = (list: readonly { amount: number }[]): number => list.reduce((total, p) => total + p.amount, 0);

test('what is taken is exactly what is due; change is the rest, and comes out of cash alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_000_000 }), payments, (due, given) => {
      const taken = takePayments(due, given);
      const cash = sum(given.filter((p) => p.method === 'cash'));
      if (!taken.ok) {
        const cashless = sum(given) - cash;
        assert.ok(sum(given) < due || cashless > due || (cash > 0 && cashless === due));
        assert.ok(taken.error.remedy?.vi);
        return;
      }
      assert.equal(sum(taken.value.applied), due);
      assert.equal(sum(given) - taken.value.change, due);
      assert.ok(taken.value.change >= 0 && taken.value.change <= cash);
    }),
  );
});

test('movements of a settlement leave the patient owing nothing, and their reversal leaves every account at nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 300_000_000 }),
      fc.integer({ min: 0, max: 900_000_000 }),
      fc.constantFrom('an', 'binh'),
      (patientHundredths, fundHundredths, refundingDesk) => {
        const patient = Decimal.of(patientHundredths).div(100, 2);
        const cash = patient.round(0);
        const posted = settlementMovements({
          encounter: 'e',
          invoice: 'i',
          login: 'an',
          totals: {
            patient,
            insurance: Decimal.of(fundHundredths).div(100, 2),
            otherSources: Decimal.ZERO,
            cashRounding: cash.sub(patient),
          },
          applied: cash.isZero() ? [] : [{ method: 'cash', amount: cash.toNumber() }],
        });
        const net = new Map<string, Decimal>();
        const add = (moves: typeof posted): void => {
          for (const m of moves) {
            net.set(m.from.account, (net.get(m.from.account) ?? Decimal.ZERO).sub(m.amount));
            net.set(m.to.account, (net.get(m.to.account) ?? Decimal.ZERO).add(m.amount));
          }
        };
        add(posted);
        assert.ok((net.get('patient:e') ?? Decimal.ZERO).isZero());
        const past = posted.map(
          (m, n): PastMovement => ({
            ...m,
            id: `m${n}`,
            from: m.from.account,
            to: m.to.account,
            reverses: null,
          }),
        );
        const back = reversal(past, 'i', refundingDesk);
        add(back);
        const lent = refundingDesk === 'an' ? Decimal.ZERO : cash;
        for (const [account, balance] of net) {
          const expected = account === 'cash:an' ? lent : account === 'cash:binh' ? lent.neg() : Decimal.ZERO;
          assert.ok(balance.eq(expected), `${account}: ${balance}`);
        }
        assert.equal(sum(refundsOf(back)), cash.toNumber());
        const done = [...past, ...back.map((m, n) => ({ ...past[0], id: `r${n}`, reverses: m.reverses ?? null }))];
        const again = reversal(done as PastMovement[], 'i', refundingDesk);
        assert.deepEqual(
          again.filter((m) => past.some((p) => p.id === m.reverses)),
          [],
          'nothing is undone twice',
        );
      },
    ),
    { numRuns: 100 },
  );
});

test('a shift says of each way what came over the desk, also when a cancelled bill brings a refund back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ method, amount: fc.integer({ min: -500_000, max: 500_000 }) }), { maxLength: 6 }),
      (ways) => {
        const moved = ways.flatMap((way) => tally('s1', 'cancel', [way], 'Invoice/x'));
        assert.ok(
          moved.every((m) => m.amount.gt(0)),
          'a ledger moves amounts above zero',
        );
        const balances = new Map<string, Decimal>();
        const add = (account: string, amount: Decimal): void => {
          balances.set(account, (balances.get(account) ?? Decimal.ZERO).add(amount));
        };
        for (const m of moved) {
          add(m.to.account, m.amount);
          add(m.from.account, m.amount.neg());
        }
        const rows = takingsOf(
          's1',
          [...balances].map(([account, balance]) => ({ account, balance })),
        );
        for (const one of ['cash', 'qr', 'card'])
          assert.equal(
            (rows.find((row) => row.method === one)?.amount ?? 0) + 0,
            0 - sum(ways.filter((way) => way.method === one)),
          );
      },
    ),
  );
});
