import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { type Actor, type CommandRef, readView } from '@mach/engine';
import type { ChargeItem } from '@mach/fhir/types.ts';
import { disagreements, proveView, referringRecords } from '@mach/store';
import { signNotice } from './bank/notice.ts';
import {
  approveCancel,
  askCancel,
  askTransfer,
  cancelInvoice,
  closeShift,
  confirmTransfer,
  issueEInvoice,
  openShift,
  quote,
  receiveCash,
  refundLine,
  resolveTransfer,
  returnDeposit,
  type SettleInput,
  settle,
  simulateTransfer,
  takeDeposit,
} from './contract.ts';
import { readVietQr } from './rules/vietqr.ts';
import { BANK, type Day, openDay as house, SELLER } from './testing/day.ts';
import { feeVisit, insuredVisit, METFORMIN, visitToPay } from './testing.ts';
import { depositsView, eInvoicesView, shiftsView, transfersView } from './views/papers.ts';

async function refused<I>(h: Day, ref: CommandRef<I, unknown>, input: I, as: Actor | string, code: string) {
  const error = await h.send(ref, input, as).then(
    () => assert.fail(`${code} was expected`),
    (e: unknown) => e,
  );
  assert.ok(error instanceof Problem, String(error));
  assert.equal(error.issues[0]?.code, code, error.message);
  assert.ok(error.issues[0].text.vi && error.issues[0].text.en);
}
const rows = async (h: Day, name: string, as = 'cashier') => (await readView(h.engine, h.actor(as), name, {})).rows;
const due = async (h: Day, encounter: string) => (await h.send(quote, { encounter }, 'cashier')).patientTotal;
const pay = (h: Day, as: Actor | string, encounter: string, total: number, payments: SettleInput['payments']) =>
  h.send(settle, { encounter, expectedPatientTotal: total, payments }, as);

test('a day at the desk: float, deposit, several ways, refund, count with a difference, hand-over', async (t) => {
  const h = await house(t);
  const an = h.person('an');
  const { encounter } = await visitToPay(h, insuredVisit(), { services: ['CT-NGUC'], drugs: [METFORMIN] });
  await refused(h, takeDeposit, { encounter, amount: 50_000, method: 'cash' }, an, 'no-shift');
  const opened = await h.send(openShift, { float: 200_000 }, an);
  assert.match(opened.number, /^CA261124-00001$/);
  await refused(h, openShift, { float: 0 }, an, 'shift-open');

  const deposit = await h.send(takeDeposit, { encounter, amount: 50_000, method: 'cash' }, an);
  assert.deepEqual([deposit.number, deposit.held], ['TU261124-00001', 50_000]);
  const asked = await h.send(askTransfer, { encounter, amount: 30_000 }, an);
  const read = readVietQr(asked.qr);
  assert.deepEqual(read.ok && [read.value.account, read.value.amount, read.value.purpose], [
    BANK.account,
    30_000,
    asked.reference,
  ]);
  const total = await due(h, encounter);
  assert.equal(total, 114_820);
  const ways = (transfer?: string): SettleInput['payments'] => [
    { method: 'deposit', amount: 50_000 },
    { method: 'qr', amount: 30_000, transfer },
    { method: 'cash', amount: 40_000 },
  ];
  const body = { encounter, expectedPatientTotal: total };
  await refused(h, settle, { ...body, payments: ways(asked.transfer) }, an, 'transfer-short');
  await h.send(simulateTransfer, { transfer: asked.transfer }, an);
  await refused(h, settle, { ...body, payments: [{ method: 'deposit', amount: total }] }, an, 'deposit-short');
  const done = await pay(h, an, encounter, total, ways(asked.transfer));
  assert.deepEqual([done.change, done.depositLeft], [5_180, 0]);
  await refused(h, settle, { ...body, payments: ways() }, an, 'already-settled');

  await h.settle();
  // The drugs were paid for and are never handed over: by the line, once.
  const charges = (
    await referringRecords(h.engine.database.tenant(1), [{ param: 'ChargeItem.context', value: encounter }])
  ).map((r) => r.record.resource as ChargeItem & { id: string });
  const drug = charges.find((c) => c.quantity?.unit === 'viên');
  const test = charges.find((c) => /ngực/i.test(c.code.text ?? ''));
  await refused(h, refundLine, { chargeItem: test?.id ?? '', reason: 'Không làm' }, an, 'order-state');
  const refunded = await h.send(refundLine, { chargeItem: drug?.id ?? '', reason: 'Người bệnh không lấy' }, an);
  assert.equal(refunded.refund, 3_120);
  await refused(h, refundLine, { chargeItem: drug?.id ?? '', reason: 'Lần nữa' }, an, 'not-billed');
  const [line] = await rows(h, 'pharmacy.queue', 'pharmacist');
  assert.equal(line?.state, 'cancelled', 'nothing of it is handed over any more');

  // 200,000 float + 50,000 + 34,820 in the drawer.
  const count = [
    { note: 100_000 as const, pieces: 2 },
    { note: 20_000 as const, pieces: 4 },
    { note: 2_000 as const, pieces: 2 },
  ];
  await refused(h, closeShift, { count }, an, 'reason-required');
  const closed = await h.send(closeShift, { count, reason: 'Thiếu tiền lẻ khi thối' }, an);
  assert.deepEqual([closed.expected, closed.counted, closed.difference], [284_820, 284_000, -820]);
  assert.deepEqual(closed.takings, [
    { kind: 'payment', method: 'cash', amount: 34_820 },
    { kind: 'payment', method: 'deposit', amount: 50_000 },
    { kind: 'payment', method: 'qr', amount: 30_000 },
    { kind: 'deposit', method: 'cash', amount: 50_000 },
  ]);
  await refused(h, closeShift, { count: [] }, an, 'no-shift');
  const chief = h.person('quy', 'treasurer');
  await refused(h, receiveCash, { shift: closed.shift, amount: 1_000 }, chief, 'amount-differs');
  await refused(h, receiveCash, { shift: closed.shift, amount: 284_000 }, h.person('an', 'treasurer'), 'second-person');
  await h.send(receiveCash, { shift: closed.shift, amount: 284_000 }, chief);
  await refused(h, receiveCash, { shift: closed.shift, amount: 284_000 }, chief, 'shift-state');

  const money = await h.money();
  assert.deepEqual(
    ['cash:an', `transit:${closed.shift}`, 'safe', 'cash-difference', 'bank:qr', 'transfers', 'deposits'].map(
      (a) => money[a],
    ),
    ['0', '0', '84000', '820', '30000', '0', '0'],
  );
  assert.equal(money[`refund:${encounter}`], '-3120', 'waits for the patient');
  assert.equal((await h.money('deposit'))[`held:${encounter}`], '0');
  assert.deepEqual(await disagreements(h.engine.database.tenant(1)), []);

  await h.settle();
  const [paper] = await rows(h, 'cashier.e-invoices');
  assert.deepEqual([paper?.state, paper?.amount], ['replaced', 111_700], 'made out, and replaced after the refund');
  assert.match(String(paper?.number), /^\d{8}$/);
  for (const view of [shiftsView, depositsView, transfersView, eInvoicesView]) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
});

test('what is held goes back once, by the amount that was read out', async (t) => {
  const h = await house(t);
  const { encounter } = await visitToPay(h, feeVisit(), { services: ['GLU'] });
  await h.send(takeDeposit, { encounter, amount: 200_000, method: 'card', reference: 'POS 12' }, 'cashier');
  const total = await due(h, encounter);
  const done = await pay(h, 'cashier', encounter, total, [{ method: 'deposit', amount: total }]);
  assert.equal(done.depositLeft, 200_000 - total);
  const back = { encounter, method: 'card' as const };
  await refused(h, returnDeposit, { ...back, expectedAmount: 200_000 }, 'cashier', 'deposit-changed');
  await h.send(returnDeposit, { ...back, expectedAmount: 200_000 - total }, 'cashier');
  await refused(h, returnDeposit, { ...back, expectedAmount: 1 }, 'cashier', 'no-deposit');
  await refused(h, takeDeposit, { encounter, amount: 1_000, method: 'cash' }, 'cashier', 'visit-state');
  const cancelled = await h.send(cancelInvoice, { invoice: done.invoice, reason: 'Nhầm' }, 'cashier');
  assert.deepEqual(cancelled.refunds, [{ method: 'deposit', amount: total }], 'held again, nothing over the desk');
  assert.equal((await h.money('deposit'))[`held:${encounter}`], String(total));
});

test('money from the bank: another amount, twice, unknown; each waits for a person', async (t) => {
  const h = await house(t);
  const { encounter } = await visitToPay(h, feeVisit(), { services: ['GLU'] });
  const total = await due(h, encounter);
  const notice = (transaction: string, amount: number, content: string) =>
    h.send(
      confirmTransfer,
      { transaction, amount, content, account: BANK.account, at: '2026-11-24T08:00:00+07:00' },
      'system',
    );
  const asked = await h.send(askTransfer, { encounter, amount: total }, 'cashier');
  // Banks break the text and repeat themselves.
  const broken = `MBVCB.123.${asked.reference.slice(0, 5)} ${asked.reference.slice(5).toLowerCase()}.CT tu 0011`;
  const first = await notice('T1', total + 5_000, broken);
  assert.deepEqual(await notice('T1', total + 5_000, broken), first);
  assert.deepEqual([first.transfer, first.state, first.left], [asked.transfer, 'over', total + 5_000]);
  const twice = await notice('T2', total, broken);
  assert.equal(twice.state, 'unmatched', 'the code was paid before');
  assert.equal((await notice('T3', 7_000, 'cam on bac si')).state, 'unmatched');

  const asCash = { encounter, amount: 5_000, method: 'cash' as const, transfer: asked.transfer };
  await refused(h, takeDeposit, asCash, 'cashier', 'transfer-method');
  const paid = [{ method: 'qr' as const, amount: total, transfer: asked.transfer }];
  const done = await pay(h, 'cashier', encounter, total, paid);
  const left = { transfer: asked.transfer, expectedAmount: 5_000, reason: 'Trả phần thừa' };
  await refused(h, resolveTransfer, { ...left, expectedAmount: total }, 'cashier', 'transfer-changed');
  await h.send(resolveTransfer, left, 'cashier');
  await h.send(cancelInvoice, { invoice: done.invoice, reason: 'Thu nhầm người' }, 'cashier');
  const mine = (await rows(h, 'cashier.transfers')).find((r) => r.key === asked.transfer);
  assert.equal(mine?.left, total, 'waits for somebody again');
  const money = await h.money();
  assert.equal(money['bank:qr'], String(total + total + 7_000));
  assert.equal(money.transfers, String(-(total + total + 7_000)), 'all of it pays for nothing yet');
  assert.deepEqual(await disagreements(h.engine.database.tenant(1)), []);
});

test('a receipt of yesterday is cancelled by two people', async (t) => {
  const h = await house(t);
  const [an, binh] = [h.person('an'), h.person('binh')];
  await h.send(openShift, { float: 0 }, an);
  const { encounter } = await visitToPay(h, feeVisit(), { services: ['GLU'] });
  const total = await due(h, encounter);
  const { invoice } = await pay(h, an, encounter, total, [{ method: 'cash', amount: total }]);
  h.clock.advance(24 * 3_600_000);
  const reason = 'Thu nhầm đối tượng';
  await refused(h, cancelInvoice, { invoice, reason }, an, 'second-person');
  await refused(h, approveCancel, { invoice }, binh, 'not-asked');
  await h.send(askCancel, { invoice, reason }, an);
  await refused(h, approveCancel, { invoice }, an, 'second-person');
  await h.send(approveCancel, { invoice }, binh);
  await refused(h, cancelInvoice, { invoice, reason }, binh, 'second-person');
  await h.send(cancelInvoice, { invoice, reason }, an);
  assert.equal((await h.money())['cash:an'], '0');
});

test('an e-invoice: refused, mended, sent again; cancelled with its receipt', async (t) => {
  const h = await house(t);
  (h.engine.settings(1) as Map<string, unknown>).set('cashier.e-invoice', { ...SELLER, taxCode: '1' });
  const { encounter } = await visitToPay(h, feeVisit(), { services: ['GLU'] });
  const total = await due(h, encounter);
  const { invoice } = await pay(h, 'cashier', encounter, total, [{ method: 'card', amount: total }]);
  await h.settle();
  const state = async () => (await rows(h, 'cashier.e-invoices'))[0];
  assert.deepEqual([(await state())?.state, (await state())?.issue], ['failed', 'Mã số thuế người bán không đúng']);
  (h.engine.settings(1) as Map<string, unknown>).set('cashier.e-invoice', SELLER);
  await h.send(issueEInvoice, { invoice }, 'cashier');
  await h.settle();
  assert.equal((await state())?.state, 'issued');
  await h.send(cancelInvoice, { invoice, reason: 'Thu nhầm' }, 'cashier');
  await h.settle();
  assert.equal((await state())?.state, 'cancelled');
});

test('a signature is of the time and the body', () => {
  assert.notEqual(signNotice('{}', 'a', 1), signNotice('{}', 'a', 2));
  assert.match(signNotice('{}', 'a', 1), /^sha256=[0-9a-f]{64}$/);
});
