import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quote, settle } from '@mach/cashier/contract.ts';
import cashier from '@mach/cashier/module.ts';
import { feeVisit, furnish, METFORMIN, visitToPay } from '@mach/cashier/testing.ts';
import { openVisit } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { defineModule, readView, Schedules } from '@mach/engine';
import operations from '@mach/operations/module.ts';
import pharmacy from '@mach/pharmacy/module.ts';
import reception from '@mach/reception/module.ts';
import { testEngine } from './testing/engine.ts';

const DAY = 86_400_000;
const roles = defineModule({
  name: 'roles',
  title: { vi: 'Vai trò thử', en: 'Test roles' },
  roles: { 'lab-technician': ['encounter.perform'] },
});

test('the night closes numbers that were never called, and paid drugs that nobody collects, once and not too early', async (t) => {
  const h = await testEngine(t, [fixtures, roles, encounter, reception, cashier, pharmacy, operations]);
  await furnish(h);
  const visit = await visitToPay(h, feeVisit(), { drugs: [METFORMIN] });
  const { patientTotal } = await h.send(quote, { encounter: visit.encounter }, 'cashier');
  await h.send(
    settle,
    {
      encounter: visit.encounter,
      expectedPatientTotal: patientTotal,
      payments: [{ method: 'cash', amount: patientTotal }],
    },
    'cashier',
  );
  const waiting = await h.send(openVisit, feeVisit({ patient: 'hung' }), 'reception');
  const emergency = await h.send(
    openVisit,
    feeVisit({ patient: 'hung', room: 'room-303', priority: { reason: 'emergency' } }),
    'reception',
  );
  const row = async (view: string, as: string, encounterId: string) =>
    (await readView(h.engine, h.actor(as), view, {})).rows.find(
      (one) => one.key === encounterId || one.encounter === encounterId,
    );

  const timers = new Schedules(h.engine);
  await timers.plan();
  const night = async (days: number) => {
    h.clock.advance(days * DAY);
    await timers.plan();
    await timers.jobs.runDue();
    await h.settle();
  };
  await night(1);
  assert.equal((await row('reception.today', 'reception', waiting.encounter))?.state, 'left');
  assert.equal(
    (await row('reception.today', 'reception', emergency.encounter))?.state,
    'waiting',
    'an emergency stays',
  );
  const open = await row('pharmacy.queue', 'pharmacist', visit.encounter);
  assert.equal(open?.rank, 1, 'may still be collected');
  assert.equal((await row('cashier.invoices', 'cashier', visit.encounter))?.refundDue, null);

  // Five days to collect, three of grace.
  await night(7);
  assert.equal((await row('pharmacy.queue', 'pharmacist', visit.encounter))?.rank, 1);
  await night(2);
  assert.equal((await row('pharmacy.queue', 'pharmacist', visit.encounter))?.state, 'cancelled');
  const bill = await row('cashier.invoices', 'cashier', visit.encounter);
  assert.equal(bill?.refund, 'due');
  assert.equal(bill?.refundDue, 60 * 260, 'the drugs, no more');
  assert.match(String(bill?.adjustedReason), /Không đến lĩnh: đơn hết hạn lĩnh ngày \d\d\/\d\d\/2026/);

  await night(1);
  assert.equal((await row('cashier.invoices', 'cashier', visit.encounter))?.refundDue, 60 * 260, 'once');
  const runs = (await readView(h.engine, h.actor('administrator'), 'jobs.list', {})).rows;
  assert.deepEqual([...new Set(runs.map((run) => run.state))], ['done']);
  assert.ok(
    runs.every((run) => !(run.notes as { refused?: number } | null)?.refused),
    'nothing was refused',
  );
});
