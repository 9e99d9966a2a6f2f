/** A house with rooms, people and a card, and short ways to look at what the kernel wrote. For this module's own tests. */
import assert from 'node:assert/strict';
import type { Problem } from '@mach/base/problem.ts';
import { commandRef, commands, defineCommand, defineModule } from '@mach/engine';
import type { ChargeItem } from '@mach/fhir/types.ts';
import { count, is, list, number, readRecord, referringRecords, text, type ViewDefinition } from '@mach/store';
import { EXT } from '@mach/vn/systems.ts';
import { z } from 'zod';
import { type TestEngine, testEngine } from '../../../apps/server/testing/engine.ts';
import encounter from '../module.ts';
import { card, fixtures, person, room, writeFixtures } from '../testing.ts';

/** Two views over what the kernel writes: kept by its commands, compared with a rebuild. */
export const visits: ViewDefinition = {
  name: 'probe.visits',
  kind: 'live',
  base: 'Encounter',
  children: {
    orders: { type: 'ServiceRequest', path: 'encounter.reference', param: 'ServiceRequest.encounter' },
    charges: { type: 'ChargeItem', path: 'context.reference', param: 'ChargeItem.context' },
  },
  columns: {
    state: text(`extension[url=${EXT.visitState}].valueCode`),
    total: number(count('orders')),
    done: number(count('orders', is(`extension[url=${EXT.state}].valueCode`, 'validated'))),
    lines: number(count('charges', is('status', 'billable'))),
    names: {
      type: 'json',
      value: list('orders', { name: 'code.text', state: `extension[url=${EXT.state}].valueCode` }, 'identifier.value'),
    },
  },
};
export const bill = commandRef<{ charge: string }, null>('probe.bill');
const probe = defineModule({
  name: 'probe',
  title: { vi: 'Thử', en: 'Probe' },
  roles: { doctor: ['probe.see'], 'cashier-probe': ['probe.bill', 'encounter.settle'] },
  commands: commands(
    defineCommand({
      name: 'probe.bill',
      kind: 'intent',
      permission: 'probe.bill',
      title: { vi: 'Tính tiền', en: 'Bill' },
      input: z.strictObject({ charge: z.string() }),
      async handle(input, ctx) {
        ctx.update<ChargeItem>({ ...(await ctx.lock<ChargeItem>('ChargeItem', input.charge)), status: 'billed' });
        return null;
      },
    }),
  ),
  views: [{ definition: visits, permission: 'probe.see', title: { vi: 'Lượt', en: 'Visits' } }],
});

export async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const engine = await testEngine(t, [fixtures, encounter, probe]);
  await writeFixtures(
    engine,
    room('305', 'Phòng khám Nội 3', '02.1898'),
    room('303', 'Phòng khám Tim mạch', '02.1898'),
    room('309', 'Phòng khám Phụ sản', '13.1898'),
    room('XN', 'Phòng xét nghiệm'),
    person('lan', 'Trần Thị Lan'),
    person('hung', 'Lê Văn Hùng', '1955-03-02', 'male'),
    card('card-lan', 'lan'),
  );
  return engine;
}

const benefit = { rate: 80, category: '1.1', hash: 'test', route: 'right' } as const;
export const insured = (over: object = {}) => ({
  patient: 'lan',
  room: 'room-305',
  reason: 'Tái khám',
  payer: 'bhyt' as const,
  coverage: 'card-lan',
  benefit,
  ...over,
});

export const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(h.engine.database.tenant(1), type, id))?.resource as T;
export const pointing = async <T>(h: TestEngine, param: string, value: string): Promise<T[]> =>
  (await referringRecords(h.engine.database.tenant(1), [{ param, value }])).map((r) => r.record.resource as T);

export async function refused(work: Promise<unknown>, status: number, code: string): Promise<Problem> {
  let problem: Problem | undefined;
  await assert.rejects(work, (e) => {
    problem = e as Problem;
    assert.equal(problem.status, status, problem.message);
    assert.equal(problem.issues[0]?.code, code);
    assert.ok(problem.issues[0]?.remedy, 'names a remedy');
    assert.ok(problem.issues[0]?.field, 'names a field');
    return true;
  });
  return problem as Problem;
}
