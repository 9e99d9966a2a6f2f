import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '@mach/base/problem.ts';
import cashier from '@mach/cashier/module.ts';
import { furnish } from '@mach/cashier/testing.ts';
import { idOf, openVisit, visitStateOf } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import type { Claim, Coverage, Encounter } from '@mach/fhir/types.ts';
import {
  addCoverage,
  CARD_REFUSED,
  cardCheckOf,
  cardCheckSince,
  changePayer,
  checkIn,
  registerPatient,
} from '@mach/reception/contract.ts';
import reception from '@mach/reception/module.ts';
import { bhytQr, cccdQr, LAN } from '@mach/reception/testing.ts';
import { listOutbox, readRecord, referringRecords } from '@mach/store';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { CLAIM_EXT, checkCard, PORTAL, part } from './contract.ts';
import { claimsModule } from './module.ts';
import { PortalSimulator } from './portal/simulator/server.ts';

/** The card at the desk: asked at every visit, and never in the way of care. */
async function house(t: Parameters<typeof testEngine>[0]) {
  let now = (): Date => new Date('2026-11-24T00:00:00.000Z');
  const simulator = new PortalSimulator({ password: 'mo-phong', now: () => now() });
  const claims = claimsModule({ portal: { simulator, now: () => now() } });
  const h = await testEngine(t, [fixtures, encounter, reception, cashier, claims]);
  now = () => h.clock.now();
  await furnish(h);
  return { h, simulator };
}

const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(h.engine.database.tenant(1), type, id))?.resource as T;
const cardOf = (h: TestEngine, id: string | null): Promise<Coverage> => get<Coverage>(h, 'Coverage', id ?? '');
const questions = async (h: TestEngine): Promise<number> =>
  (await listOutbox(h.engine.database.tenant(1), { destination: PORTAL })).filter((m) => m.kind === 'card-check')
    .length;

const arrival = (number: string, more: object = {}) => ({
  cccdQr: cccdQr(LAN),
  bhytQr: bhytQr(LAN, { number }),
  person: { phone: '0912345678' },
  room: 'room-305',
  reason: 'Tái khám',
  payer: 'bhyt' as const,
  ...more,
});

test('an insured check-in asks the portal by itself; every visit asks anew', async (t) => {
  const { h } = await house(t);
  const first = await h.send(checkIn, arrival('GD4010116401234'), 'reception');
  assert.equal(cardCheckOf(await cardOf(h, first.coverage)), undefined, 'the desk did not wait');
  await h.settle();
  assert.equal(cardCheckSince(await cardOf(h, first.coverage), '2026-11-24').status, 'verified');
  assert.equal(await questions(h), 1);

  // Next week the answer of today says nothing.
  h.clock.set('2026-12-01T01:00:00.000Z');
  assert.equal(cardCheckSince(await cardOf(h, first.coverage), '2026-12-01').status, 'unverified');
  await h.send(checkIn, arrival('GD4010116401234', { againReason: 'Khám lần nữa' }), 'reception');
  await h.settle();
  assert.equal(await questions(h), 2);
  assert.equal(cardCheckSince(await cardOf(h, first.coverage), '2026-12-01').status, 'verified');
});

test('the desk that has asked already leaves nothing to ask', async (t) => {
  const { h } = await house(t);
  const { patient } = await h.send(
    registerPatient,
    { cccdQr: cccdQr(LAN), person: { phone: '0912345678' } },
    'reception',
  );
  const { coverage } = await h.send(addCoverage, { patient, bhytQr: bhytQr(LAN) }, 'reception');
  const told = await h.send(
    checkCard,
    { card: 'GD4010116401234', name: 'Trần Thị Lan', birthDate: '1964-07-14', coverage },
    'reception',
  );
  assert.deepEqual([told.status, told.holder?.validTo], ['verified', '2027-12-31']);
  await h.send(checkIn, arrival('GD4010116401234'), 'reception');
  await h.settle();
  assert.equal(await questions(h), 0);
  const [row] = (await readView(h.engine, h.actor('reception'), 'reception.cards', {})).rows.filter(
    (one) => one.key === coverage,
  );
  assert.equal(row?.portalStatus, 'verified');
});

test('no contact: the visit goes on, the worker asks later; a card that is refused needs a reason', async (t) => {
  const { h, simulator } = await house(t);
  simulator.up = false;
  const given = await h.send(checkIn, arrival('GD4010116401010'), 'reception');
  assert.equal(given.state, 'waiting');
  await h.settle();
  assert.equal(cardCheckOf(await cardOf(h, given.coverage))?.status, 'unverified');
  simulator.up = true;
  h.clock.advance(10 * 60_000);
  await h.settle();
  // …010: expired, says the portal.
  const check = cardCheckOf(await cardOf(h, given.coverage));
  assert.deepEqual([check?.status, check?.code], ['refused', '010']);

  const again = arrival('GD4010116401010', { againReason: 'Khám lần nữa', room: 'room-303' });
  await assert.rejects(h.send(checkIn, again, 'reception'), (e) => {
    const [issue] = (e as Problem).issues;
    assert.deepEqual([(e as Problem).status, issue?.code, issue?.severity], [409, CARD_REFUSED, 'warning']);
    assert.match(issue?.text.vi ?? '', /010/);
    return true;
  });
  const reason = 'Cơ quan BHXH xác nhận qua điện thoại';
  const used = await h.send(checkIn, again, 'reception', { overrides: [{ rule: CARD_REFUSED, reason }] });
  assert.equal(visitStateOf(await get<Encounter>(h, 'Encounter', used.encounter)), 'waiting');
});

test('a card shown later is asked about and announced; taken back it leaves no claim', async (t) => {
  const { h } = await house(t);
  const { encounter: visit } = await h.send(
    openVisit,
    { patient: 'hung', room: 'room-305', reason: 'Đau đầu', payer: 'fee' },
    'reception',
  );
  await h.settle();
  const claims = async (): Promise<Claim[]> =>
    (await referringRecords(h.engine.database.tenant(1), [{ param: 'Claim.encounter', value: visit }])).map(
      (r) => r.record.resource as Claim,
    );
  assert.equal((await claims()).length, 0);
  h.clock.set('2026-11-25T01:00:00.000Z');
  await h.send(changePayer, { encounter: visit, payer: 'bhyt', reason: 'Vừa xuất trình thẻ' }, 'reception');
  await h.settle();
  const [claim, ...others] = await claims();
  assert.deepEqual([claim?.status, others.length], ['active', 0]);
  assert.equal(idOf(claim?.insurance[0]?.coverage), 'card-hung');
  await h.send(changePayer, { encounter: visit, payer: 'fee', reason: 'Thẻ của người khác' }, 'reception');
  await h.settle();
  assert.deepEqual(
    (await claims()).map((one) => one.status),
    ['cancelled'],
  );
});

test('days that are simulated have receipts of those days, whatever the clock on the wall says', async (t) => {
  const h = await testEngine(t, [fixtures, encounter, reception, cashier, claimsModule()]);
  await furnish(h);
  const { encounter: visit } = await h.send(checkIn, arrival('GD4010116401234'), 'reception');
  await h.settle();
  const [claim] = await referringRecords(h.engine.database.tenant(1), [{ param: 'Claim.encounter', value: visit }]);
  const receipt = part(part(claim?.record.resource as Claim | undefined, CLAIM_EXT.checkIn), 'number')?.valueString;
  assert.match(receipt ?? '', /^SIM20261124/);
});
