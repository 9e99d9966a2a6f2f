import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { type Actor, readView } from '@mach/engine';
import { disagreements } from '@mach/store';
import fc from 'fast-check';
import {
  askTransfer,
  cancelInvoice,
  closeShift,
  confirmTransfer,
  NOTES,
  openShift,
  payRefund,
  quote,
  receiveCash,
  refundLine,
  resolveTransfer,
  returnDeposit,
  type SettleInput,
  settle,
  takeDeposit,
} from './contract.ts';
import { type Day, openDay } from './testing/day.ts';
import { feeVisit, insuredVisit, METFORMIN, visitToPay } from './testing.ts';

const KINDS = [
  'open',
  'close',
  'deposit',
  'return',
  'ask',
  'notice',
  'settle',
  'settle',
  'cancel',
  'line',
  'refund',
  'resolve',
] as const;

const deed = fc.record({
  kind: fc.constantFrom(...KINDS),
  visit: fc.nat(2),
  who: fc.constantFrom('an', 'binh'),
  method: fc.constantFrom('cash' as const, 'qr' as const, 'card' as const),
  amount: fc.integer({ min: 1, max: 60 }).map((n) => n * 5_000),
  off: fc.constantFrom(0, 0, -5_000, 5_000),
});
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;

interface Known {
  visits: string[];
  transfers: { transfer: string; reference: string; expected: number }[];
  numbers: Set<string>;
  serial: number;
}

const viewRows = async (h: Day, name: string) =>
  (await readView(h.engine, h.actor('cashier'), name, { limit: 500 })).rows as Record<string, string | number | null>[];

function fresh(known: Known, number: string): void {
  assert.ok(!known.numbers.has(number), `${number} was given twice`);
  known.numbers.add(number);
}

/** Pays with the deposit first, then a transfer that came in, then the way that was drawn. */
async function payments(h: Day, encounter: string, due: number, deposit: number, method: Deed['method']) {
  const list: SettleInput['payments'] = [];
  let rest = due;
  const add = (one: SettleInput['payments'][number]): void => {
    if (one.amount > 0) list.push(one);
    rest -= Math.max(0, one.amount);
  };
  add({ method: 'deposit', amount: Math.min(deposit, rest) });
  for (const row of await viewRows(h, 'cashier.transfers'))
    if (row.encounter === encounter && Number(row.left) > 0)
      add({ method: 'qr', amount: Math.min(Number(row.left), rest), transfer: String(row.key) });
  add({ method, amount: rest });
  return list;
}

/** Notes that make an amount; the rest below 200 đồng cannot be counted. */
function count(amount: number): { note: (typeof NOTES)[number]; pieces: number }[] {
  let left = amount;
  return NOTES.map((note) => {
    const pieces = Math.floor(left / note);
    left -= pieces * note;
    return { note, pieces };
  });
}

async function perform(h: Day, known: Known, { kind, visit, who, method, amount, off }: Deed): Promise<void> {
  const encounter = known.visits[visit] ?? '';
  const as: Actor = h.person(who);
  const invoice = async () =>
    (await viewRows(h, 'cashier.invoices')).find((r) => r.encounter === encounter && r.status === 'balanced');
  switch (kind) {
    case 'open':
      return fresh(known, (await h.send(openShift, { float: amount }, as)).number);
    case 'close': {
      const drawer = Number((await h.money())[`cash:${who}`] ?? 0);
      const reason = 'Thử nghiệm';
      const closed = await h.send(closeShift, { count: count(Math.max(0, drawer + off)), reason }, as);
      if (closed.counted > 0)
        await h.send(receiveCash, { shift: closed.shift, amount: closed.counted }, h.person('quy', 'treasurer'));
      return;
    }
    case 'deposit':
      return fresh(known, (await h.send(takeDeposit, { encounter, amount, method }, as)).number);
    case 'return': {
      const held = Number((await h.money('deposit'))[`held:${encounter}`] ?? 0);
      if (held > 0) fresh(known, (await h.send(returnDeposit, { encounter, expectedAmount: held, method }, as)).number);
      return;
    }
    case 'ask': {
      const asked = await h.send(askTransfer, { encounter, amount }, as);
      known.transfers.push({ ...asked, expected: amount });
      return;
    }
    case 'notice': {
      const asked = known.transfers.at(visit - 3);
      const body = {
        transaction: `T${known.serial++ % 7}`,
        amount: (asked?.expected ?? amount) + Math.max(off, 0),
        content: asked?.reference ?? 'khong ro',
        account: '1',
        at: h.clock.now().toISOString(),
      };
      await h.send(confirmTransfer, body, 'system');
      return;
    }
    case 'settle': {
      const bill = await h.send(quote, { encounter }, as);
      const total = bill.patientTotal;
      const ways = await payments(h, encounter, total, bill.deposit, method);
      const done = await h.send(settle, { encounter, expectedPatientTotal: total, payments: ways }, as);
      fresh(known, done.invoiceNumber);
      // The same bill is never paid twice.
      const again = await h.send(settle, { encounter, expectedPatientTotal: total, payments: ways }, as).then(
        () => 'paid',
        (error: unknown) => (error instanceof Problem ? error.issues[0]?.code : String(error)),
      );
      assert.equal(again, 'already-settled');
      return;
    }
    case 'cancel': {
      const found = await invoice();
      if (found) await h.send(cancelInvoice, { invoice: String(found.key), reason: 'Thử nghiệm' }, as);
      return;
    }
    case 'line': {
      const lines = (await viewRows(h, 'cashier.lines')).filter((r) => r.encounter === encounter);
      const drug = lines.find((r) => r.status === 'billed' && String(r.costGroup) === '4');
      if (drug) await h.send(refundLine, { chargeItem: String(drug.key), quantity: '10', reason: 'Không lấy' }, as);
      return;
    }
    case 'refund': {
      const found = await invoice();
      const expectedAmount = Number(found?.refundDue ?? 0);
      if (expectedAmount > 0)
        fresh(
          known,
          (await h.send(payRefund, { invoice: String(found?.key), expectedAmount, method }, as)).refundNumber,
        );
      return;
    }
    case 'resolve': {
      const [row] = (await viewRows(h, 'cashier.transfers')).filter((r) => Number(r.left) > 0);
      const transfer = { transfer: String(row?.key), expectedAmount: Number(row?.left), reason: 'Trả lại' };
      if (row) await h.send(resolveTransfer, transfer, as);
    }
  }
}

/** What must hold whatever was done, in whatever order. */
async function check(h: Day): Promise<void> {
  assert.deepEqual(await disagreements(h.engine.database.tenant(1)), []);
  const money = await h.money();
  const sum = (values: string[]): number => values.reduce((all, value) => all + Number(value), 0);
  const of = (balances: Record<string, string>, prefix: string): number =>
    sum(Object.entries(balances).flatMap(([account, value]) => (account.startsWith(prefix) ? [value] : [])));
  assert.equal(sum(Object.values(money)), 0, 'double entry');
  for (const [account, balance] of Object.entries(money)) {
    if (/^(cash|transit|patient):/.test(account)) assert.ok(Number(balance) >= 0, `${account} ${balance}`);
    if (/^(refund:|deposits$|transfers$)/.test(account)) assert.ok(Number(balance) <= 0, `${account} ${balance}`);
  }
  assert.equal(of(money, 'patient:'), 0, 'nobody owes and nobody has paid too much');
  assert.equal(0 - Number(money.deposits ?? 0), of(await h.money('deposit'), 'held:'), 'advances, visit by visit');
  const rows = await viewRows(h, 'cashier.transfers');
  assert.equal(0 - Number(money.transfers ?? 0), sum(rows.map((r) => String(r.left))), 'transfers, one by one');
  const invoices = (await viewRows(h, 'cashier.invoices')).filter((r) => r.status === 'balanced');
  assert.equal(0 - of(money, 'refund:'), sum(invoices.map((r) => String(r.refundDue ?? 0))), 'refunds that wait');
  // What desks and bank hold is what patients have paid, less what went back, as the shifts and papers have it.
  const taken = of(money, 'cash:') + of(money, 'transit:') + of(money, 'bank:') + Number(money.safe ?? 0);
  const owed = -Number(money.deposits ?? 0) - Number(money.transfers ?? 0) - of(money, 'refund:');
  const differences = -Number(money['cash-difference'] ?? 0);
  assert.equal(taken, sum(invoices.map((r) => String(r.patientTotal))) + owed + differences);
}

test('whatever is done in whatever order: money agrees, nothing is negative, numbers are given once', async (t) => {
  const h = await openDay(t);
  const visits = [
    await visitToPay(h, insuredVisit(), { services: ['CT-NGUC'], drugs: [METFORMIN] }),
    await visitToPay(h, feeVisit({ patient: 'hung' }), { services: ['GLU'], drugs: [METFORMIN] }),
    await visitToPay(h, feeVisit({ room: 'room-303' }), { services: ['GLU'] }),
  ].map((ready) => ready.encounter);
  const known: Known = { visits, transfers: [], numbers: new Set(), serial: 0 };
  const [done, refused] = [new Set<string>(), new Set<string>()];
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 6, maxLength: 14 }), async (deeds) => {
      for (const one of deeds)
        try {
          await perform(h, known, one);
          done.add(one.kind);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          assert.ok([409, 422].includes(error.status), error.message);
          refused.add(error.issues[0]?.code ?? '');
        }
      await check(h);
    }),
    { numRuns: 14, endOnFailure: true },
  );
  assert.ok(done.size >= 9 && refused.has('no-shift'), `${[...done].join(' ')} / ${[...refused].join(' ')}`);
});
