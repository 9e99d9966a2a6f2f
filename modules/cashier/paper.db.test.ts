import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import {
  closeBlock,
  closeNote,
  type Grant,
  giveBack,
  keepNote,
  type PaperNumber,
  takeNumbers,
  voidNumber,
} from '@mach/desk/contract.ts';
import desk from '@mach/desk/module.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { type Actor, type CommandRef, readView } from '@mach/engine';
import pharmacy from '@mach/pharmacy/module.ts';
import { type CheckInInput, checkIn } from '@mach/reception/contract.ts';
import reception from '@mach/reception/module.ts';
import { cccdQr, LAN } from '@mach/reception/testing.ts';
import { disagreements, proveView } from '@mach/store';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { openShift, takePaperReceipt } from './contract.ts';
import cashierModule from './module.ts';
import { furnish } from './testing.ts';

const numberOf = (grant: Grant, n: number): PaperNumber => ({
  block: grant.block,
  n,
  number: grant.prefix + String(n).padStart(grant.width, '0'),
});

async function refused<I>(h: TestEngine, ref: CommandRef<I, unknown>, input: I, as: Actor, code: string) {
  const error = await h.send(ref, input, as).then(
    () => assert.fail(`${code} was expected`),
    (e: unknown) => e,
  );
  assert.ok(error instanceof Problem, String(error));
  assert.equal(error.issues[0]?.code, code, error.message);
}

test('paper numbers from block to record, and nothing without a word', async (t) => {
  const h = await testEngine(t, [fixtures, encounter, reception, cashierModule, pharmacy, desk]);
  await furnish(h);
  const person = (login: string, role: string): Actor => ({
    ...h.actor(role),
    id: `account-${login}`,
    login,
    name: login,
  });
  const [an, binh] = [person('an', 'reception'), person('binh', 'reception')];
  const blocks = async () => (await readView(h.engine, h.actor('administrator'), 'desk.blocks', {})).rows;

  const mine = await h.send(takeNumbers, { series: 'queue', desk: 'desk-1' }, an);
  const other = await h.send(takeNumbers, { series: 'queue', desk: 'desk-2' }, binh);
  assert.deepEqual([mine.next, mine.to, other.next, other.to], [1, 60, 61, 120], 'two desks never share a number');

  // An hour without the server: handed in later, at the time at which it was done.
  h.clock.set('2026-11-24T03:00:00.000Z');
  const came: CheckInInput = {
    cccdQr: cccdQr(LAN),
    person: { phone: '0912345678' },
    room: 'room-305',
    reason: 'Ho, sốt',
    payer: 'fee',
    paper: numberOf(mine, 1),
  };
  const performedAt = '2026-11-24T02:10:00.000Z';
  const key = 'offline-check-in-0001';
  const first = await h.send(checkIn, came, an, { key, performedAt });
  const again = await h.send(checkIn, came, an, { key, performedAt });
  assert.deepEqual(again, first, 'handed in twice, done once');
  assert.equal(first.queueNumber, 'G0001');
  const [row] = (await readView(h.engine, h.actor('reception'), 'reception.today', {})).rows;
  assert.deepEqual([row?.queueNumber, row?.arrivedAt], ['G0001', performedAt]);
  await refused(h, checkIn, { ...came, paper: numberOf(mine, 2) }, an, 'already-waiting');
  await refused(h, checkIn, { ...came, againReason: 'Khám thêm', paper: numberOf(mine, 1) }, an, 'number-used');
  await refused(h, checkIn, { ...came, againReason: 'Khám thêm', paper: numberOf(other, 61) }, an, 'block-not-held');

  await refused(h, giveBack, { block: mine.block, next: 1 }, an, 'numbers-missing');
  await h.send(voidNumber, { paper: numberOf(mine, 2), reason: 'Ghi hỏng' }, an);
  assert.equal((await h.send(giveBack, { block: mine.block, next: 3 }, an)).state, 'free');
  const next = await h.send(takeNumbers, { series: 'queue', desk: 'desk-3' }, binh);
  assert.deepEqual([next.block, next.next], [mine.block, 3], 'what was given back is given out first, without a gap');

  // Cash on paper is an advance of the visit, under the number of the receipt.
  const chi = person('chi', 'cashier');
  const receipts = await h.send(takeNumbers, { series: 'receipt', desk: 'desk-4' }, chi);
  const receipt = { encounter: first.encounter, amount: 150_000, paper: numberOf(receipts, 1) };
  await refused(h, takePaperReceipt, receipt, chi, 'no-shift');
  await h.send(openShift, { float: 0 }, chi);
  const taken = await h.send(takePaperReceipt, receipt, chi, { performedAt });
  assert.equal(taken.held, 150_000);
  await refused(h, takePaperReceipt, receipt, chi, 'number-used');

  // What cannot be done by itself becomes a note that somebody finishes.
  const doctor = person('dung', 'doctor');
  const notes = await h.send(takeNumbers, { series: 'note', desk: 'desk-5' }, doctor);
  const note = await h.send(
    keepNote,
    {
      kind: 'prescription',
      paper: numberOf(notes, 1),
      name: 'TRẦN THỊ LAN',
      encounter: first.encounter,
      title: 'Đơn giấy',
      text: 'Paracetamol 500 mg, ngày 3 viên × 5 ngày',
    },
    doctor,
    { performedAt },
  );
  const [paper] = (await readView(h.engine, h.actor('doctor'), 'desk.notes', {})).rows;
  assert.deepEqual([paper?.number, paper?.encounter, paper?.at], ['PG26-0001', first.encounter, performedAt]);
  await h.send(closeNote, { note: note.note, outcome: 'Đã nhập và ký' }, doctor);
  await refused(h, closeNote, { note: note.note, outcome: 'Đã nhập và ký' }, doctor, 'note-closed');

  const lead = h.actor('administrator');
  const closed = await h.send(closeBlock, { block: other.block, reason: 'Máy bàn 2 hỏng, mất sổ' }, lead);
  assert.equal(closed.voided, 60);
  const all = await blocks();
  for (const one of all)
    assert.equal(Number(one.used) + Number(one.voided) + Number(one.left), one.series === 'queue' ? 60 : 30);
  for (const view of (desk.views ?? []).map((v) => v.definition)) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
  assert.deepEqual(await disagreements(h.engine.database.tenant(1)), []);
});
