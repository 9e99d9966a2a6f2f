import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advancePrescription } from '@mach/encounter/contract.ts';
import { Schedules } from '@mach/engine';
import type { Task } from '@mach/fhir/types.ts';
import { listOutbox, referringRecords } from '@mach/store';
import { claimStateOf, sentFile } from './contract.ts';
import { claimOf, complete, house, pay, tenant } from './testing/house.ts';

const DAY = 24 * 3_600_000;

test('a house that holds claims sends them once: after the drugs, or on the day on which they are due', async (t) => {
  const { h } = await house(t, { holdUntilHandOver: true });
  const files = async () =>
    (await listOutbox(tenant(h), { destination: 'bhyt-portal' })).filter((m) => m.kind === 'claim').length;
  const visit = await complete(h);
  await pay(h, visit.encounter);
  await h.settle();
  assert.deepEqual([claimStateOf(await claimOf(h, visit.encounter)), await files()], ['checked', 0]);
  const [task] = await referringRecords(tenant(h), [{ param: 'Task.encounter', value: visit.encounter }]);
  const prescription = (task?.record.resource as Task | undefined)?.focus?.reference?.split('/')[1] ?? '';
  await h.send(advancePrescription, { prescription, to: 'dispensed' }, 'system');
  await h.settle();
  assert.deepEqual([sentFile(await claimOf(h, visit.encounter))?.version, await files()], [1, 1]);

  const late = await complete(h);
  await pay(h, late.encounter);
  await h.settle();
  const timers = new Schedules(h.engine);
  await timers.plan();
  assert.equal(await files(), 1, 'held');
  // The next working day is the day on which it is due: it goes in the morning, not after midnight.
  h.clock.advance(DAY);
  await timers.plan();
  await timers.jobs.runDue();
  assert.equal(await files(), 2, 'never held beyond the day on which it is due');
});
