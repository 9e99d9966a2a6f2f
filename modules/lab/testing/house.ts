/** A house with the laboratory for database tests, and the deeds that every test begins with. */
import assert from 'node:assert/strict';
import { orderStateOf } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { readView } from '@mach/engine';
import type { ServiceRequest } from '@mach/fhir/types.ts';
import { type PlainRow, proveView, readRecord, referringRecords } from '@mach/store';
import { type TestEngine, testEngine } from '../../../apps/server/testing/engine.ts';
import { collectSpecimen, enterResults, validateResults } from '../contract.ts';
import lab from '../module.ts';
import { fixtures, LAN_CODE, people } from './people.ts';

export async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const engine = await testEngine(t, [fixtures, encounter, lab]);
  await people(engine);
  return engine;
}

export const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(h.engine.database.tenant(1), type, id))?.resource as T;
export const pointing = async <T>(h: TestEngine, param: string, value: string): Promise<T[]> =>
  (await referringRecords(h.engine.database.tenant(1), [{ param, value }])).map((r) => r.record.resource as T);
export const rows = async (h: TestEngine, view: string, column: string, value: string): Promise<PlainRow[]> =>
  (
    await readView(h.engine, h.actor('lab-technician'), view, {
      filters: [{ column, op: 'eq', values: [value] }],
    })
  ).rows;
export const orderState = async (h: TestEngine, id: string) =>
  orderStateOf(await get<ServiceRequest>(h, 'ServiceRequest', id));

export const collected = async (h: TestEngine, orders: string[], patient = LAN_CODE) =>
  h.send(collectSpecimen, { orders, patient, readBack: 'birth-date' as const }, 'lab-technician');
export const enter = (h: TestEngine, order: string, values: Record<string, string>, patient = LAN_CODE) =>
  h.send(
    enterResults,
    { order, patient, values: Object.entries(values).map(([item, value]) => ({ item, value })) },
    'lab-technician',
  );
export const validate = (h: TestEngine, order: string, more: object = {}) =>
  h.send(validateResults, { order, ...more }, 'lab-technician');
export const callback = { to: 'BSCKI. Trần Minh Quân', readBack: true as const };

export async function proofs(h: TestEngine): Promise<void> {
  for (const view of lab.views ?? []) {
    const proof = await proveView(h.engine.database, 1, view.definition);
    assert.deepEqual([...proof.missing, ...proof.extra, ...proof.different], [], view.definition.name);
  }
}
