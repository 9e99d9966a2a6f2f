import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePosition } from '@mach/base/position.ts';
import { commands, defineCommand, defineModule, type LiveEvent, LiveHub } from '@mach/engine';
import type { Basic } from '@mach/fhir/types.ts';
import { nationalPrescription } from '@mach/outpatient/exchange/destination.ts';
import { type NationalMessage, nationalPayload } from '@mach/outpatient/exchange/payload.ts';
import { nationalSimulator } from '@mach/outpatient/exchange/simulator.ts';
import { feedHead, listOutbox, reconcile, text } from '@mach/store';
import { z } from 'zod';
import { asOwner } from '../owner.ts';
import { testEngine } from '../testing/engine.ts';

const signed = (code: string) => ({
  code,
  kind: 'C',
  facility: { code: '01999' },
  patient: {
    name: 'Trần Thị Lan',
    birthDate: '1964-07-14',
    gender: 'female',
    cccd: '001164000001',
    address: 'Phường Ba Đình, Hà Nội',
  },
  lines: [{ drug: 'x', name: 'paracetamol 500 mg', days: 5, quantity: '10', unit: 'viên', text: 'Uống', note: null }],
  advice: null,
  revisit: null,
  signedAt: '2026-11-24T00:30:00.000Z',
});

const message = (code: string): NationalMessage => ({
  facility: '01999',
  prescriber: '000002/DEMO-GPHN',
  body: nationalPayload(signed(code), {
    diagnoses: [{ code: 'J06.9', name: 'Nhiễm trùng đường hô hấp trên', text: 'Viêm họng' }],
    brands: new Map(),
    signature: 'a.b.c',
  }),
});

const simulator = nationalSimulator();
const national = nationalPrescription({ transport: simulator, password: () => 'x' });

const desk = defineModule({
  name: 'desk',
  title: { vi: 'Bàn', en: 'Desk' },
  roles: { clerk: ['desk.sign'] },
  destinations: [national],
  views: [
    {
      definition: { name: 'desk.all', kind: 'live', base: 'Basic', columns: { code: text('code.text') } },
      permission: 'desk.sign',
      title: { vi: 'Tất cả', en: 'All' },
    },
  ],
  commands: commands(
    defineCommand({
      name: 'desk.sign',
      kind: 'intent',
      permission: 'desk.sign',
      title: { vi: 'Ký', en: 'Sign' },
      input: z.strictObject({ code: z.string() }),
      handle: async ({ code }, ctx) => {
        const serial = await ctx.next('receipt:20261124');
        const { id } = ctx.create<Basic>({ resourceType: 'Basic', code: { text: `${code} ${serial}` } });
        ctx.send({
          destination: national.name,
          kind: 'prescription',
          subject: `Basic/${id}`,
          payload: message(code),
          deadline: '2026-11-25T00:00:00.000Z',
          owner: 'clerk',
        });
        return { serial };
      },
    }),
  ),
});

test('put back to yesterday: what arrived counts as arrived, once; no number comes twice; readers load anew', async (t) => {
  const { engine, actor, settle, ownerUrl } = await testEngine(t, [desk]);
  const clerk = actor('clerk');
  const on = engine.database.tenant(1);
  const sign = async (n: number): Promise<number> => {
    const answer = await engine.sendByName('desk.sign', { code: `01999abc000${n}-C` }, clerk, { key: `sign-key-${n}` });
    return (answer.result as { serial: number }).serial;
  };
  const serials = [await sign(1), await sign(2)];
  // In the time that is lost: the first had gone out and was taken, two receipts more were given to people, and a screen
  // had read further than the restored house.
  const lost = message('01999abc0001-C');
  const told = { id: 'lost', kind: 'prescription', subject: 'Basic/x', payload: lost, attempts: 1 };
  assert.equal((await national.deliver(told, AbortSignal.timeout(5_000))).outcome, 'accepted');
  const seen = await feedHead(on);
  const { epoch, n } = parsePosition(seen);
  const ahead = `${epoch}.${n + 40n}`;

  const at = new Date('2026-11-24T08:00:00.000Z').toISOString();
  const done = await asOwner({ ownerUrl }, (owner) =>
    reconcile(owner, {
      at,
      source: 'test',
      since: '2026-11-24T00:30:00.000Z',
      until: at,
      seenUntil: '2026-11-24T07:59:30.000Z',
      marks: { 1: { 'receipt:20261124': 4, 'receipt:20261125': 9 } },
    }),
  );
  assert.equal(done.uncertain, 2);
  await settle();
  const rows = await listOutbox(on, { limit: 10 });
  const receipts = rows.map(({ state, receipt, payload }) => {
    const { code, twice } = receipt as { code: string; twice: boolean };
    return [state, payload.includes(code), code, twice];
  });
  assert.deepEqual(receipts.sort(), [
    ['accepted', true, '01999abc0001-C', true],
    ['accepted', true, '01999abc0002-C', false],
  ]);
  assert.equal(simulator.taken.size, 2, 'each prescription is at the destination once');
  assert.ok((await sign(3)) > 4, 'behind what the lost time gave out');
  assert.equal(new Set([...serials, 3, 4, await sign(4)]).size, 5);

  // The clients: an answer that was acknowledged stands, and a reader who was ahead loads again.
  const again = await engine.sendByName('desk.sign', { code: '01999abc0001-C' }, clerk, { key: 'sign-key-1' });
  assert.equal(again.replayed, true);
  const head = parsePosition(await feedHead(on));
  assert.ok(head.epoch > epoch && head.epoch === done.epoch);
  const events: LiveEvent[] = [];
  const hub = new LiveHub(engine, 1);
  for (const position of [ahead, seen]) {
    const leave = await hub.subscribe(clerk, ['desk.all'], position, (event) => events.push(event));
    leave();
  }
  assert.deepEqual(
    events.map((event) => event.op),
    ['reset', 'reset'],
  );
});
