import assert from 'node:assert/strict';
import { test } from 'node:test';
import { creditReturn } from '@mach/cashier/contract.ts';
import { advancePrescription, visitStateOf } from '@mach/encounter/contract.ts';
import type { Encounter, Task } from '@mach/fhir/types.ts';
import { listOutbox, referringRecords } from '@mach/store';
import { claimStateOf, sentFile } from './contract.ts';
import { claimOf, complete, get, house, pay, tenant } from './testing/house.ts';

test('a closed visit has one claim; what comes back replaces its file, once', async (t) => {
  const { h, simulator } = await house(t);
  const visit = await complete(h);
  await pay(h, visit.encounter);
  await h.settle();
  const files = async () =>
    (await listOutbox(tenant(h), { destination: 'bhyt-portal' })).filter((m) => m.kind === 'claim').length;
  assert.equal(visitStateOf(await get<Encounter>(h, 'Encounter', visit.encounter)), 'settled', 'drugs to collect');
  const [task] = await referringRecords(tenant(h), [{ param: 'Task.encounter', value: visit.encounter }]);
  const prescription = (task?.record.resource as Task | undefined)?.focus?.reference?.split('/')[1] ?? '';
  await h.send(advancePrescription, { prescription, to: 'dispensed' }, 'system');
  await h.settle();
  assert.equal(visitStateOf(await get<Encounter>(h, 'Encounter', visit.encounter)), 'closed');
  assert.deepEqual([await files(), sentFile(await claimOf(h, visit.encounter))?.version], [1, 1]);

  const [line] = await referringRecords(tenant(h), [{ param: 'MedicationRequest.encounter', value: visit.encounter }]);
  const source = `MedicationRequest/${line?.record.id ?? ''}`;
  const credit = { encounter: visit.encounter, items: [{ source, quantity: '20' }], record: 'x/1', reason: 'Trả lại' };
  await h.send(creditReturn, credit, 'system');
  await h.settle();
  const claim = await claimOf(h, visit.encounter);
  assert.deepEqual([await files(), sentFile(claim)?.version, claimStateOf(claim)], [2, 2, 'received']);
  const [file, ...others] = simulator.received.filter((r) => r.kind === 'claim');
  assert.equal(others.length, 0, 'the portal keeps the newest');
  const xml = Buffer.from(/<NOIDUNGFILE>([^<]+)/.exec((file?.xml ?? '').split('XML2')[1] ?? '')?.[1] ?? '', 'base64');
  assert.match(xml.toString('utf8'), /<SO_LUONG>40(\.0+)?<\/SO_LUONG>/);
});
