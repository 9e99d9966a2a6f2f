import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { Problem } from '@mach/base/problem.ts';
import { cancelInvoice, type InvoiceRow, paymentOf, payRefund, quote, settle } from '@mach/cashier/contract.ts';
import cashier from '@mach/cashier/module.ts';
import { feeVisit, furnish, insuredVisit, METFORMIN, type Ready, visitToPay } from '@mach/cashier/testing.ts';
import { type OpenVisitInput, visitStateOf } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { defineModule, readView } from '@mach/engine';
import type { ChargeItem, Encounter, Invoice } from '@mach/fhir/types.ts';
import { disagreements, proveView, readBalances, readRecord, referringRecords } from '@mach/store';
import fc from 'fast-check';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { dispense, type PharmacyRow, receiveStock, returnDispense } from './contract.ts';
import pharmacy from './module.ts';
import { refused } from './testing.ts';
import { dispenses as dispensesView } from './views/dispenses.ts';
import { lines as linesView } from './views/lines.ts';

const DRUG = METFORMIN.drug;
const roles = defineModule({
  name: 'roles',
  title: { vi: 'Vai trò thử', en: 'Test roles' },
  roles: { 'lab-technician': ['encounter.perform'] },
});

async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const h = await testEngine(t, [fixtures, roles, encounter, cashier, pharmacy]);
  await furnish(h);
  const lot = (code: string, expiry: string, quantity: string) => ({
    drug: DRUG,
    lot: code,
    expiry,
    quantity,
    price: '200',
    supplier: 'Công ty Dược Mẫu A',
  });
  await h.send(
    receiveStock,
    { place: 'KHO-LE', items: [lot('A1', '2027-01-31', '40'), lot('B2', '2027-12-31', '400')] },
    'pharmacist',
  );
  return h;
}

const on = (h: TestEngine) => h.engine.database.tenant(1);
const record = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(on(h), type, id))?.resource as T;
const balances = async (h: TestEngine, ledger: string, prefix = ''): Promise<Record<string, string>> =>
  Object.fromEntries((await readBalances(on(h), ledger, prefix)).map((b) => [b.account, b.balance.toString()]));
const charges = async (h: TestEngine, id: string): Promise<ChargeItem[]> =>
  (await referringRecords(on(h), [{ param: 'ChargeItem.context', value: id }])).map(
    (r) => r.record.resource as ChargeItem,
  );
const drugLine = async (h: TestEngine, id: string): Promise<ChargeItem> =>
  (await charges(h, id)).find((c) => c.supportingInformation?.[0]?.reference?.startsWith('MedicationRequest/')) ??
  assert.fail('no drug line');
const rxOf = async (h: TestEngine, visit: Ready): Promise<PharmacyRow> =>
  ((await readView(h.engine, h.actor('pharmacist'), 'pharmacy.queue', {})).rows.find(
    (row) => row.encounter === visit.encounter,
  ) as unknown as PharmacyRow) ?? assert.fail('no prescription');
const invoiceRow = async (h: TestEngine, id: string): Promise<InvoiceRow> =>
  (await readView(h.engine, h.actor('cashier'), 'cashier.invoices', {})).rows.find(
    (row) => row.key === id,
  ) as unknown as InvoiceRow;

async function pay(h: TestEngine, id: string, method: 'cash' | 'qr' = 'cash') {
  const { patientTotal } = await h.send(quote, { encounter: id }, 'cashier');
  const payments = patientTotal > 0 ? [{ method, amount: patientTotal }] : [];
  return h.send(settle, { encounter: id, expectedPatientTotal: patientTotal, payments }, 'cashier');
}

const back = (h: TestEngine, id: string | undefined, purpose: 'refund' | 'exchange' = 'refund') =>
  h.send(returnDispense, { dispense: id ?? '', reason: 'Nhập viện, không dùng nữa', purpose }, 'pharmacist');

test('drugs come back from an insured visit: shelf, bill, co-payment of the year and refund agree', async (t) => {
  const h = await house(t);
  const visit = await visitToPay(h, insuredVisit(), { services: ['CT-NGUC'], drugs: [METFORMIN] });
  const paid = await pay(h, visit.encounter);
  // 36,500 + 522,000 + 60 × 260 = 574,100; 20 % of it.
  assert.equal(paid.patientTotal, 114_820);
  const rx = await rxOf(h, visit);
  const given = await h.send(dispense, { prescription: rx.prescription, asked: true }, 'pharmacist');
  assert.deepEqual(
    given.handedOver.map((one) => [one.lot, one.quantity]),
    [
      ['A1', '40'],
      ['B2', '20'],
    ],
  );
  await h.settle();
  assert.equal(visitStateOf(await record<Encounter>(h, 'Encounter', visit.encounter)), 'closed');

  // 20 tablets of the second lot: 568,900, of which 20 % are 113,780.
  const some = await back(h, given.handedOver[1]?.dispense);
  assert.deepEqual([some.refund, some.state, some.place], [1_040, 'dispensed', 'KHO-LE']);
  assert.equal((await balances(h, 'stock'))[`stock:KHO-LE:${DRUG}:B2`], '400');
  const less = await drugLine(h, visit.encounter);
  assert.deepEqual(
    [less.status, less.quantity?.value, paymentOf(less)?.thanhTienBv.toString()],
    ['billed', 40, '10400'],
  );
  const row = await invoiceRow(h, paid.invoice);
  assert.deepEqual(
    [row.patientTotal, row.total, row.refundDue, row.refund, row.status],
    [113_780, 568_900, 1_040, 'due', 'balanced'],
  );
  const money = await balances(h, 'money');
  assert.deepEqual(
    [money[`patient:${visit.encounter}`], money[`refund:${visit.encounter}`], money['cash:test-cashier']],
    ['0', '-1040', '114820'],
  );
  assert.equal((await balances(h, 'entitlement'))['copay:GD4010123456789:2026'], '113780');
  await refused(h.send(dispense, { prescription: rx.prescription }, 'pharmacist'), 409, 'already-dispensed');

  // The rest as well: the line is gone from the bill, and what waits adds up.
  assert.equal((await back(h, given.handedOver[0]?.dispense)).refund, 2_080);
  assert.equal((await drugLine(h, visit.encounter)).status, 'aborted');
  await refused(
    h.send(payRefund, { invoice: paid.invoice, expectedAmount: 1_040, method: 'cash' }, 'cashier'),
    409,
    'refund-changed',
  );
  const out = await h.send(payRefund, { invoice: paid.invoice, expectedAmount: 3_120, method: 'cash' }, 'cashier');
  assert.deepEqual([out.amount, out.refundNumber], [3_120, 'PC261124-00001']);
  await refused(
    h.send(payRefund, { invoice: paid.invoice, expectedAmount: 3_120, method: 'cash' }, 'cashier'),
    409,
    'no-refund',
  );
  const after = await balances(h, 'money');
  assert.deepEqual(
    [after[`refund:${visit.encounter}`], after['cash:test-cashier'], after['insurer:bhxh'], after.revenue],
    ['0', '111700', '446800', '-558500'],
  );
  // Cancelled in the end: what was taken goes back, less what was handed out already.
  const cancelled = await h.send(cancelInvoice, { invoice: paid.invoice, reason: 'Thu nhầm người' }, 'cashier');
  assert.deepEqual(cancelled.refunds, [{ method: 'cash', amount: 111_700 }]);
  const zero = await balances(h, 'money');
  assert.ok(
    Object.values(zero).every((balance) => balance === '0'),
    JSON.stringify(zero),
  );
  assert.equal((await balances(h, 'entitlement'))['copay:GD4010123456789:2026'], '0');
  assert.deepEqual(await disagreements(on(h)), []);
});

test('handed over wrongly: the line is open again and nobody is paid; not settled yet: the bill is smaller', async (t) => {
  const h = await house(t);
  const visit = await visitToPay(h, feeVisit(), { drugs: [METFORMIN] });
  const paid = await pay(h, visit.encounter);
  const rx = await rxOf(h, visit);
  const first = await h.send(dispense, { prescription: rx.prescription }, 'pharmacist');
  const wrong = await back(h, first.handedOver[0]?.dispense, 'exchange');
  assert.deepEqual([wrong.refund, wrong.state], [null, 'partly-dispensed']);
  const again = await h.send(dispense, { prescription: rx.prescription }, 'pharmacist');
  assert.deepEqual([again.state, again.handedOver[0]?.quantity], ['dispensed', '40']);
  assert.equal((await invoiceRow(h, paid.invoice)).refundDue, null);

  const emergency = await visitToPay(
    h,
    feeVisit({ patient: 'hung', room: 'room-303', priority: { reason: 'emergency' } }),
    { drugs: [METFORMIN] },
  );
  const before = await h.send(quote, { encounter: emergency.encounter }, 'cashier');
  const early = await h.send(dispense, { prescription: (await rxOf(h, emergency)).prescription }, 'pharmacist');
  const returned = await back(h, early.handedOver[0]?.dispense);
  assert.equal(returned.refund, 0);
  const now = await h.send(quote, { encounter: emergency.encounter }, 'cashier');
  assert.equal(before.patientTotal - now.patientTotal, 60 * 260);
  assert.equal((await pay(h, emergency.encounter)).patientTotal, now.patientTotal);
});

test('whatever is handed over, brought back, paid out and cancelled: money and stock agree', async (t) => {
  const h = await house(t);
  const visit = (input: OpenVisitInput) => visitToPay(h, input, { services: ['CT-NGUC'], drugs: [METFORMIN] });
  const visits = [
    await visit(insuredVisit()),
    await visit(feeVisit({ patient: 'hung' })),
    await visit(insuredVisit({ patient: 'hung', coverage: 'card-hung', room: 'room-303' })),
  ];
  const rx = await Promise.all(visits.map((one) => rxOf(h, one)));
  const given: { id: string; of: number; quantity: string }[] = [];
  const gone = visits.map(() => ({ out: Decimal.ZERO, refunded: Decimal.ZERO }));
  const done = new Set<string>();
  const invoices: (string | undefined)[] = visits.map(() => undefined);
  const tally: Record<string, number> = {};
  let refusals = 0;

  const deed = fc.record({
    kind: fc.constantFrom(
      'pay',
      'pay',
      'dispense',
      'dispense',
      'refund',
      'refund',
      'exchange',
      'payout',
      'payout',
      'cancel',
    ),
    of: fc.nat(visits.length - 1),
    part: fc.integer({ min: 1, max: 30 }),
    method: fc.constantFrom('cash' as const, 'qr' as const),
  });
  type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;

  async function run({ kind, of, part, method }: Deed): Promise<void> {
    const visitId = visits[of]?.encounter ?? '';
    const own = gone[of] ?? assert.fail();
    const invoice = invoices[of];
    if (kind === 'pay') invoices[of] = (await pay(h, visitId, method)).invoice;
    else if (kind === 'dispense') {
      const { prescription } = rx[of] ?? assert.fail();
      const [line] = (await readView(h.engine, h.actor('pharmacist'), 'pharmacy.lines', {})).rows.filter(
        (row) => row.encounter === visitId,
      );
      const lines = [{ medicationRequest: String(line?.key), quantity: String(part) }];
      const { handedOver } = await h.send(dispense, { prescription, lines }, 'pharmacist');
      for (const one of handedOver) {
        given.push({ id: one.dispense, of, quantity: one.quantity });
        own.out = own.out.add(one.quantity);
      }
    } else if (kind === 'refund' || kind === 'exchange') {
      const one = given.find((g) => g.of === of && !done.has(g.id));
      if (!one) return;
      await back(h, one.id, kind);
      done.add(one.id);
      own.out = own.out.sub(one.quantity);
      if (kind === 'refund') own.refunded = own.refunded.add(one.quantity);
    } else if (kind === 'payout' && invoice) {
      const due = (await invoiceRow(h, invoice)).refundDue ?? 1;
      await h.send(payRefund, { invoice, expectedAmount: due, method }, 'cashier');
    } else if (kind === 'cancel' && invoice) await h.send(cancelInvoice, { invoice, reason: 'Thử nghiệm' }, 'cashier');
    else return;
    tally[kind] = (tally[kind] ?? 0) + 1;
  }

  async function check(): Promise<void> {
    assert.deepEqual(await disagreements(on(h)), []);
    const money = await balances(h, 'money');
    const stock = await balances(h, 'stock');
    let [held, insurer] = [Decimal.ZERO, Decimal.ZERO];
    for (const [i, { encounter: id }] of visits.entries()) {
      const own = gone[i] ?? assert.fail();
      assert.equal(stock[`patient:${id}:${DRUG}`] ?? '0', own.out.toString(), 'what the patient holds');
      const line = await drugLine(h, id);
      const left = Decimal.of(60).sub(own.refunded);
      if (line.status === 'aborted') assert.ok(left.isZero());
      else assert.equal(String(line.quantity?.value), left.toString(), 'charged for what did not come back');
      assert.equal(money[`patient:${id}`] ?? '0', '0', 'neither owed nor owing');
      const invoice = invoices[i];
      const kept = invoice === undefined ? undefined : await record<Invoice>(h, 'Invoice', invoice);
      const row = invoice === undefined ? undefined : await invoiceRow(h, invoice);
      const due = kept?.status === 'balanced' ? (row?.refundDue ?? 0) : 0;
      assert.equal(money[`refund:${id}`] ?? '0', String(due === 0 ? 0 : -due));
      if (kept?.status !== 'balanced') continue;
      held = held.add(kept.totalNet?.value ?? 0).add(due);
      insurer = insurer.add(String(row?.insurer ?? 0));
    }
    const taken = Decimal.sum(['cash:test-cashier', 'bank:qr'].map((a) => money[a] ?? '0'));
    assert.equal(taken.toString(), held.toString(), 'money in hand: the living invoices and what waits to go back');
    assert.equal(money['insurer:bhxh'] ?? '0', insurer.toString());
  }

  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 6, maxLength: 12 }), async (deeds) => {
      for (const one of deeds)
        try {
          await run(one);
        } catch (error) {
          assert.ok(error instanceof Problem, String(error));
          assert.ok(error.status === 409 || error.status === 422, JSON.stringify(error.issues));
          refusals++;
        }
      await check();
    }),
    { numRuns: 16, seed: 20261124 },
  );
  for (const kind of ['pay', 'dispense', 'refund', 'exchange', 'payout', 'cancel'])
    assert.ok((tally[kind] ?? 0) > 0, `${kind} happened: ${JSON.stringify(tally)}`);
  assert.ok(refusals > 0);
  for (const view of [linesView, dispensesView]) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
});
