import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { cancelVisit, leave, openVisit, type VisitState, visitStateOf } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, writeFixtures } from '@mach/encounter/testing.ts';
import { defineModule, readView } from '@mach/engine';
import type { ChargeItem, Encounter, Invoice } from '@mach/fhir/types.ts';
import { disagreements, movementsOf, proveView, readBalances, readRecord, referringRecords } from '@mach/store';
import { EXT } from '@mach/vn/systems.ts';
import fc from 'fast-check';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { cancelInvoice, invoiceFacts, paymentOf, quote, settle } from './contract.ts';
import cashier from './module.ts';
import { feeVisit, furnish, insuredCard, insuredVisit, METFORMIN, visitToPay } from './testing.ts';
import { invoicesView } from './views/invoices.ts';
import { linesView } from './views/lines.ts';
import { queueView } from './views/queue.ts';

const roles = defineModule({
  name: 'roles',
  title: { vi: 'Vai trò thử', en: 'Test roles' },
  roles: { 'lab-technician': ['encounter.perform'] },
});

async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const engine = await testEngine(t, [fixtures, roles, encounter, cashier]);
  await furnish(engine);
  return engine;
}

const tenant = (h: TestEngine) => h.engine.database.tenant(1);
const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(tenant(h), type, id))?.resource as T;
const charges = async (h: TestEngine, id: string) =>
  (await referringRecords(tenant(h), [{ param: 'ChargeItem.context', value: id }])).map(
    (r) => r.record.resource as ChargeItem & { id: string },
  );
const stateOf = async (h: TestEngine, id: string): Promise<VisitState | undefined> =>
  visitStateOf(await get<Encounter>(h, 'Encounter', id));
const balances = async (h: TestEngine, ledger = 'money', prefix = ''): Promise<Record<string, string>> =>
  Object.fromEntries((await readBalances(tenant(h), ledger, prefix)).map((b) => [b.account, b.balance.toString()]));
const payAll = (h: TestEngine, encounter: string, due: number, key?: string) =>
  h.send(
    settle,
    { encounter, expectedPatientTotal: due, payments: due > 0 ? [{ method: 'cash', amount: due }] : [] },
    'cashier',
    { key },
  );

async function refused(work: Promise<unknown>, status: number, code: string): Promise<Problem> {
  const error = await work.then(
    () => assert.fail(`${code} was expected`),
    (e: unknown) => e,
  );
  assert.ok(error instanceof Problem, String(error));
  assert.deepEqual([error.status, error.issues[0]?.code], [status, code], error.message);
  assert.ok(error.issues[0]?.text.vi && error.issues[0]?.text.en);
  // Refusals of the engine itself (rights, balances) name no field.
  assert.ok(error.issues[0].field || code === 'forbidden' || code === 'balance-too-low');
  return error;
}

test('an insured visit: bill with reasons, payment with change, ledgers, sealed invoice', async (t) => {
  const h = await house(t);
  const { encounter: id } = await visitToPay(h, insuredVisit(), { services: ['CT-NGUC'], drugs: [METFORMIN] });
  const bill = await h.send(quote, { encounter: id }, 'cashier');
  // Exam 36,500 + CT 522,000 + 60 × 260 = 574,100, at or above 379,500: 80 % is paid.
  assert.deepEqual(
    [bill.total, bill.insurerTotal, bill.patientTotal, bill.benefit?.effectiveRate, bill.threshold?.below],
    ['574100', '459280', 114_820, 80, false],
  );
  assert.equal(bill.benefit?.category, '1.1');
  assert.ok(bill.lines.every((l) => l.why.length > 0 && l.why.every((w) => w.text.vi && w.text.en)));

  const changed = await refused(payAll(h, id, 100_000), 409, 'bill-changed');
  assert.match(changed.issues[0]?.text.vi ?? '', /114\.820.*100\.000/);
  const pay = (payments: { method: 'cash' | 'qr' | 'card'; amount: number }[]) =>
    h.send(settle, { encounter: id, expectedPatientTotal: 114_820, payments }, 'cashier');
  await refused(pay([{ method: 'cash', amount: 114_000 }]), 422, 'payment-short');
  await refused(pay([{ method: 'card', amount: 115_000 }]), 422, 'payment-over');
  await refused(pay([]), 422, 'payment-short');
  const done = await pay([
    { method: 'qr', amount: 14_820 },
    { method: 'cash', amount: 200_000 },
  ]);
  assert.deepEqual([done.change, done.state, done.patientTotal], [100_000, 'settled', 114_820]);
  assert.match(done.invoiceNumber, /^PT261124-\d{5}$/);

  const invoice = await readRecord(tenant(h), 'Invoice', done.invoice);
  assert.equal(invoice?.sealed, true);
  const facts = invoiceFacts(invoice?.resource as Invoice & { id: string });
  assert.deepEqual(
    [facts.encounter, facts.category, facts.rate, facts.cardUnverified, facts.cancelled],
    [id, '1.1', 80, false, false],
  );
  assert.deepEqual(facts.paid, [
    { method: 'qr', amount: 14_820 },
    { method: 'cash', amount: 100_000 },
  ]);
  const lines = await charges(h, id);
  assert.ok(lines.every((l) => l.status === 'billed'));
  const shares = lines.map((l) => paymentOf(l));
  const sum = (pick: (a: NonNullable<(typeof shares)[number]>) => { toNumber(): number }) =>
    shares.reduce((total, a) => total + (a ? pick(a).toNumber() : Number.NaN), 0);
  assert.deepEqual([sum((a) => a.bhtt), sum((a) => a.bncct), sum((a) => a.thanhTienBv)], [459_280, 114_820, 574_100]);

  assert.deepEqual(await balances(h), {
    'bank:qr': '14820',
    'cash:test-cashier': '100000',
    'insurer:bhxh': '459280',
    [`patient:${id}`]: '0',
    revenue: '-574100',
  });
  assert.deepEqual(await balances(h, 'entitlement', 'copay:'), { 'copay:GD4010123456789:2026': '114820' });
  assert.deepEqual(await disagreements(tenant(h)), []);

  await refused(pay([{ method: 'cash', amount: 114_820 }]), 409, 'already-settled');
  await refused(h.send(quote, { encounter: id }, 'cashier'), 409, 'already-settled');
  await refused(
    h.send(settle, { encounter: id, expectedPatientTotal: 0, payments: [] }, 'reception'),
    403,
    'forbidden',
  );
});

test('the same key and body answers once; another body under it is refused; a visit not concluded too', async (t) => {
  const h = await house(t);
  const { encounter: id } = await visitToPay(h, feeVisit(), { services: ['GLU'] });
  const { patientTotal } = await h.send(quote, { encounter: id }, 'cashier');
  const first = await payAll(h, id, patientTotal, 'cashier-key-1');
  const again = await payAll(h, id, patientTotal, 'cashier-key-1');
  assert.deepEqual(again, first);
  assert.equal((await balances(h))['cash:test-cashier'], String(patientTotal));
  await assert.rejects(payAll(h, id, patientTotal + 1, 'cashier-key-1'), (e) => (e as Problem).status === 422);

  const open = await h.send(openVisit, feeVisit({ room: 'room-303' }), 'reception');
  await refused(payAll(h, open.encounter, 36_500), 409, 'visit-state');
  const running = await h.send(quote, { encounter: open.encounter }, 'cashier');
  assert.equal(running.patientTotal, 36_500, 'the running bill is shown all the same');
  await assert.rejects(h.send(quote, { encounter: 'nowhere' }, 'cashier'), (e) => (e as Problem).status === 404);
});

test('under 15 % of the base salary nothing is due: settled by one key, without payment', async (t) => {
  const h = await house(t);
  const { encounter: id } = await visitToPay(h, insuredVisit(), { services: ['GLU'] });
  const bill = await h.send(quote, { encounter: id }, 'cashier');
  assert.equal(bill.threshold?.below, true);
  assert.equal(bill.patientTotal, 0);
  await refused(
    h.send(
      settle,
      { encounter: id, expectedPatientTotal: 0, payments: [{ method: 'cash', amount: 10_000 }] },
      'cashier',
    ),
    422,
    'payment-over',
  );
  const done = await payAll(h, id, 0);
  assert.deepEqual([done.patientTotal, done.change, done.state], [0, 0, 'settled']);
  assert.equal((await balances(h))['insurer:bhxh'], bill.insurerTotal);
});

test('a second insured exam of the day is paid at 30 %, whichever visit is settled first', async (t) => {
  const h = await house(t);
  const first = await visitToPay(h, insuredVisit());
  const second = await visitToPay(h, insuredVisit({ room: 'room-303' }));
  await payAll(h, first.encounter, 0);
  const bill = await h.send(quote, { encounter: second.encounter }, 'cashier');
  assert.equal(bill.lines[0]?.total, '10950', '30 % of 36,500');
  assert.ok(bill.lines[0]?.why.some((w) => /lần khám thứ 2 trong ngày/.test(w.text.vi)));
});

test('the co-payments of the year end at six base salaries for five continuous years', async (t) => {
  const h = await house(t);
  const hung = insuredVisit({ patient: 'hung', coverage: 'card-hung' });
  const services = ['MRI-NAO-C', 'MRI-CSC', 'MRI-CSTL', 'MRI-KHOP', 'MRI-NAO'];
  let paid = 0;
  for (let i = 0; i < 12 && paid < 15_180_000; i++) {
    const visit = await visitToPay(h, { ...hung, room: i % 2 ? 'room-303' : 'room-305' }, { services });
    const { patientTotal, coPayment } = await h.send(quote, { encounter: visit.encounter }, 'cashier');
    paid += Number(coPayment);
    await payAll(h, visit.encounter, patientTotal);
  }
  assert.equal(paid, 15_180_000);
  assert.deepEqual(await balances(h, 'entitlement', 'copay:'), { 'copay:GD4010123456780:2026': '15180000' });
  const after = await visitToPay(h, hung, { services });
  const bill = await h.send(quote, { encounter: after.encounter }, 'cashier');
  assert.equal(bill.coPayment, '0');
});

test('an unverified card is insured all the same, and the bill says so', async (t) => {
  const h = await house(t);
  await writeFixtures(h, insuredCard('card-new', 'lan', 'GD4010123456788'));
  const { encounter: id } = await visitToPay(h, insuredVisit({ coverage: 'card-new' }), { services: ['CT-NGUC'] });
  const bill = await h.send(quote, { encounter: id }, 'cashier');
  assert.equal(bill.benefit?.effectiveRate, 80);
  assert.ok(bill.issues.some((i) => i.code === 'card-unverified' && /Điều 38/.test(i.text.vi)));
  const done = await payAll(h, id, bill.patientTotal);
  const facts = invoiceFacts(await get<Invoice & { id: string }>(h, 'Invoice', done.invoice));
  assert.equal(facts.cardUnverified, true);
});

test('a card that the portal has refused is told from one that it was not asked about', async (t) => {
  const h = await house(t);
  const refusedCard = insuredCard('card-bad', 'lan', 'GD4010123456787');
  const check = [
    { url: 'status', valueCode: 'refused' },
    { url: 'at', valueInstant: '2026-11-24T00:00:00.000Z' },
    { url: 'code', valueString: '050' },
  ];
  await writeFixtures(h, {
    ...refusedCard,
    extension: [...(refusedCard.extension ?? []), { url: EXT.portalCheck, extension: check }],
  });
  const { encounter: id } = await visitToPay(h, insuredVisit({ coverage: 'card-bad' }));
  const { issues } = await h.send(quote, { encounter: id }, 'cashier');
  const found = issues.find((i) => i.code === 'card-refused');
  assert.equal(found?.severity, 'error');
  assert.match(found?.text.vi ?? '', /mã 050/);
  assert.ok(!issues.some((i) => i.code === 'card-unverified'));
});

test('cancelling an invoice undoes every movement once, reopens the lines, and the visit can be settled again', async (t) => {
  const h = await house(t);
  const { encounter: id } = await visitToPay(h, insuredVisit(), { services: ['CT-NGUC'] });
  const { patientTotal } = await h.send(quote, { encounter: id }, 'cashier');
  const done = await payAll(h, id, patientTotal);
  await assert.rejects(
    h.send(cancelInvoice, { invoice: done.invoice, reason: '' }, 'cashier'),
    (e) => (e as Problem).status === 422,
  );
  const undone = await h.send(cancelInvoice, { invoice: done.invoice, reason: 'Thu nhầm hình thức' }, 'cashier');
  assert.deepEqual(undone.refunds, [{ method: 'cash', amount: patientTotal }]);
  assert.equal(undone.state, 'awaiting-payment');
  assert.ok(Object.values(await balances(h)).every((b) => b === '0'));
  assert.deepEqual(await balances(h, 'entitlement', 'copay:'), { 'copay:GD4010123456789:2026': '0' });
  const moves = await movementsOf(tenant(h), `Invoice/${done.invoice}`);
  assert.equal(moves.filter((m) => m.reverses !== null).length, moves.length / 2);
  const invoice = await get<Invoice & { id: string }>(h, 'Invoice', done.invoice);
  assert.deepEqual([invoice.status, invoice.cancelledReason], ['cancelled', 'Thu nhầm hình thức']);
  assert.ok((await charges(h, id)).every((c) => c.status === 'billable' && paymentOf(c) === undefined));
  await refused(
    h.send(cancelInvoice, { invoice: done.invoice, reason: 'Lần nữa' }, 'cashier'),
    409,
    'already-cancelled',
  );
  const again = await payAll(h, id, patientTotal);
  assert.notEqual(again.invoice, done.invoice);
  assert.equal(await stateOf(h, id), 'settled');
  assert.deepEqual(await disagreements(tenant(h)), []);
});

test('another desk that refunds cash pays it out of its own drawer', async (t) => {
  const h = await house(t);
  const desk = (name: string) => ({ ...h.actor('cashier'), login: name });
  const make = async () => {
    const { encounter: id } = await visitToPay(h, feeVisit(), { services: ['GLU'] });
    const { patientTotal } = await h.send(quote, { encounter: id }, 'cashier');
    return { id, patientTotal };
  };
  const [first, second] = [await make(), await make()];
  const pay = (of: typeof first, as: string) =>
    h.send(
      settle,
      {
        encounter: of.id,
        expectedPatientTotal: of.patientTotal,
        payments: [{ method: 'cash' as const, amount: of.patientTotal }],
      },
      desk(as),
    );
  const invoice = (await pay(first, 'an')).invoice;
  await refused(h.send(cancelInvoice, { invoice, reason: 'Hoàn tiền' }, desk('binh')), 409, 'balance-too-low');
  await pay(second, 'binh');
  await h.send(cancelInvoice, { invoice, reason: 'Hoàn tiền' }, desk('binh'));
  const now = await balances(h, 'money', 'cash:');
  assert.equal(now['cash:an'], String(first.patientTotal));
  assert.equal(now['cash:binh'], String(second.patientTotal - first.patientTotal));
});

test('a visit of nobody here, a cancelled visit', async (t) => {
  const h = await house(t);
  const gone = await h.send(openVisit, feeVisit(), 'reception');
  await h.send(cancelVisit, { encounter: gone.encounter, reason: 'Nhầm người' }, 'reception');
  await refused(payAll(h, gone.encounter, 0), 409, 'visit-state');
  const left = await h.send(openVisit, feeVisit(), 'reception');
  await h.send(leave, { encounter: left.encounter, reason: 'Bỏ về' }, 'reception');
  assert.equal((await payAll(h, left.encounter, 0)).state, 'settled', 'nothing was done, nothing is due');
});

test('queue and lines: the one who waits for payment first; views equal a rebuild', async (t) => {
  const h = await house(t);
  const settled = await visitToPay(h, feeVisit(), { services: ['GLU'] });
  await payAll(h, settled.encounter, (await h.send(quote, { encounter: settled.encounter }, 'cashier')).patientTotal);
  const open = await h.send(openVisit, feeVisit({ room: 'room-303' }), 'reception');
  const waiting = await visitToPay(h, insuredVisit({ patient: 'hung', coverage: 'card-hung' }), { drugs: [METFORMIN] });
  const { rows } = await readView(h.engine, h.actor('cashier'), 'cashier.queue', {});
  assert.deepEqual(
    rows.map((r) => [r.key, r.rank, r.state]),
    [
      [waiting.encounter, 1, 'awaiting-payment'],
      [open.encounter, 3, 'waiting'],
      [settled.encounter, 4, 'settled'],
    ],
  );
  assert.deepEqual([rows[0]?.name, rows[0]?.lines, rows[0]?.openLines], ['Lê Văn Hùng', 2, 2]);
  const lines = await readView(h.engine, h.actor('cashier'), 'cashier.lines', {
    filters: [{ column: 'encounter', op: 'eq', values: [settled.encounter] }],
  });
  assert.equal(lines.rows.length, 2);
  assert.ok(lines.rows.every((r) => r.status === 'billed' && r.total === r.patientPays && r.insurer === 0));
  const invoices = await readView(h.engine, h.actor('cashier'), 'cashier.invoices', {
    filters: [{ column: 'encounter', op: 'eq', values: [settled.encounter] }],
  });
  assert.deepEqual(
    invoices.rows.map((r) => [r.status, r.patientTotal, r.method, r.cashier]),
    [['balanced', lines.rows.reduce((sum, r) => sum + Number(r.patientPays), 0), 'cash', 'test-cashier']],
  );
  for (const view of [queueView, linesView, invoicesView]) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
});

test('random settlements and cancellations at once: balances agree, nobody pays twice, a replay is the same', async (t) => {
  const h = await house(t);
  const visits = await Promise.all([
    visitToPay(h, insuredVisit(), { services: ['CT-NGUC'] }),
    visitToPay(h, insuredVisit({ room: 'room-303' }), { services: ['CT-SO'], drugs: [METFORMIN] }),
    visitToPay(h, feeVisit({ patient: 'hung' }), { services: ['GLU'] }),
  ]);
  const invoices = new Map<string, string[]>();
  let serial = 0;
  let [settledTimes, refusedTimes] = [0, 0];
  const deed = fc.record({
    kind: fc.constantFrom('settle', 'settle', 'cancel', 'replay'),
    who: fc.nat(2),
    method: fc.constantFrom('cash' as const, 'qr' as const, 'card' as const),
    extra: fc.constantFrom(0, 50_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 10 }), async (deeds) => {
      await Promise.all(
        deeds.map(async ({ kind, who, method, extra }) => {
          const id = visits[who]?.encounter ?? '';
          const own = invoices.get(id) ?? [];
          invoices.set(id, own);
          try {
            if (kind === 'cancel') {
              const invoice = own.at(-1);
              if (invoice) await h.send(cancelInvoice, { invoice, reason: 'Thử nghiệm' }, 'cashier');
              return;
            }
            const { patientTotal } = await h.send(quote, { encounter: id }, 'cashier');
            const amount = patientTotal + (method === 'cash' ? extra : 0);
            const input = { encounter: id, expectedPatientTotal: patientTotal, payments: [{ method, amount }] };
            const key = `random-settle-${++serial}`;
            const done = await h.send(settle, input, 'cashier', { key });
            if (kind === 'replay') assert.deepEqual(await h.send(settle, input, 'cashier', { key }), done);
            own.push(done.invoice);
            settledTimes++;
          } catch (error) {
            assert.ok(error instanceof Problem, String(error));
            assert.equal(error.status, 409, JSON.stringify(error.issues));
            refusedTimes++;
          }
        }),
      );
      assert.deepEqual(await disagreements(tenant(h)), []);
      const money = await balances(h);
      for (const [account, balance] of Object.entries(money))
        if (account.startsWith('patient:')) assert.equal(balance, '0', `${account} is neither owed nor owing`);
      let held = 0;
      for (const { encounter: id } of visits) {
        const live: Invoice[] = [];
        for (const invoice of invoices.get(id) ?? []) {
          const record = await get<Invoice>(h, 'Invoice', invoice);
          if (record.status === 'balanced') live.push(record);
        }
        assert.ok(live.length <= 1, 'one living invoice at most');
        assert.equal((await stateOf(h, id)) === 'settled', live.length === 1);
        held += live[0]?.totalNet?.value ?? 0;
      }
      const taken = ['cash:test-cashier', 'bank:qr', 'bank:card'].reduce((sum, a) => sum + Number(money[a] ?? 0), 0);
      assert.equal(taken, held, 'money in hand is what the living invoices say');
    }),
    { numRuns: 15 },
  );
  assert.ok(settledTimes > 0 && refusedTimes > 0, `${settledTimes} settled, ${refusedTimes} refused`);
});
