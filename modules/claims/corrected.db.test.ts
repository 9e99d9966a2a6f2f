import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands, defineCommand, defineModule } from '@mach/engine';
import { commandRef } from '@mach/engine/command-ref.ts';
import type { Observation } from '@mach/fhir/types.ts';
import { listOutbox } from '@mach/store';
import { z } from 'zod';
import { claimStateOf, followCorrection, sentFile } from './contract.ts';
import { claimOf, complete, house, pay, tenant } from './testing/house.ts';

/** Stands for the laboratory: another value in the place of the first. */
const correct = commandRef<{ observation: string; value: number }, null>('bench.correct');
const bench = defineModule({
  name: 'bench',
  title: { vi: 'Bàn xét nghiệm thử', en: 'Test bench' },
  roles: { bench: ['bench.correct'] },
  commands: commands(
    defineCommand({
      name: 'bench.correct',
      kind: 'fact',
      permission: 'bench.correct',
      title: { vi: 'Sửa kết quả', en: 'Correct a result' },
      input: z.strictObject({ observation: z.string(), value: z.number() }),
      async handle({ observation, value }, ctx): Promise<null> {
        const before = await ctx.lock<Observation>('Observation', observation);
        ctx.update<Observation>({ ...before, status: 'corrected', valueQuantity: { value, unit: 'mmol/L' } });
        return null;
      },
    }),
  ),
});

test('a result that is corrected after the claim was sent reaches the fund; before there is a claim nothing happens', async (t) => {
  const { h, simulator } = await house(t, {}, [bench]);
  const visit = await complete(h);
  const follow = () => h.send(followCorrection, { encounter: visit.encounter, reason: 'Đính chính kết quả' }, 'system');
  assert.deepEqual(await follow(), { claim: null }, 'not settled: the claim will be made with what stands then');
  await pay(h, visit.encounter);
  await h.settle();
  const files = async () =>
    (await listOutbox(tenant(h), { destination: 'bhyt-portal' })).filter((m) => m.kind === 'claim').length;
  assert.deepEqual([await files(), sentFile(await claimOf(h, visit.encounter))?.version], [1, 1]);

  await h.send(correct, { observation: `glu-${visit.encounter}`, value: 17.2 }, 'bench');
  assert.notEqual((await follow()).claim, null);
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
