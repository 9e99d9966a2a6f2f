import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeFixtures } from '@mach/encounter/testing.ts';
import { listOutbox } from '@mach/store';
import { claimStateOf, followCorrection, sentFile } from './contract.ts';
import { claimOf, complete, house, observation, pay, tenant } from './testing/house.ts';

test('a result that is corrected after the claim was sent reaches the fund; before there is a claim nothing happens', async (t) => {
  const { h, simulator } = await house(t);
  const visit = await complete(h);
  const correct = () =>
    h.send(followCorrection, { encounter: visit.encounter, reason: 'Đính chính kết quả' }, 'system');
  assert.deepEqual(await correct(), { claim: null }, 'not settled: the claim will be made with what stands then');
  await pay(h, visit.encounter);
  await h.settle();
  const files = async () =>
    (await listOutbox(tenant(h), { destination: 'bhyt-portal' })).filter((m) => m.kind === 'claim').length;
  assert.deepEqual([await files(), sentFile(await claimOf(h, visit.encounter))?.version], [1, 1]);

  await writeFixtures(
    h,
    observation(`glu-${visit.encounter}`, visit, {
      status: 'corrected',
      basedOn: [{ reference: `ServiceRequest/${visit.orders[0] ?? ''}` }],
      code: { text: 'Định lượng glucose' },
      valueQuantity: { value: 17.2, unit: 'mmol/L' },
      performer: [{ reference: 'Practitioner/prac-lab-technician' }],
    }),
  );
  assert.notEqual((await correct()).claim, null);
  await h.settle();
  const claim = await claimOf(h, visit.encounter);
  assert.deepEqual([await files(), sentFile(claim)?.version, claimStateOf(claim)], [2, 2, 'received']);
  const [file] = simulator.received.filter((one) => one.kind === 'claim');
  const xml4 = Buffer.from(
    /<NOIDUNGFILE>([^<]+)/.exec((file?.xml ?? '').split('XML4')[1] ?? '')?.[1] ?? '',
    'base64',
  ).toString('utf8');
  assert.match(xml4, /17[.,]2/);
  assert.doesNotMatch(xml4, />7[.,]2</);
});
