import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readView } from '@mach/engine';
import type { Observation } from '@mach/fhir/types.ts';
import { recordVitals, withdrawVitals } from './contract.ts';
import { BE, codes, LAN, outpatientHouse, refusal, visit } from './testing.ts';

const FULL = { sbp: '128', dbp: '76', pulse: '78', temp: '36,7', resp: '18', spo2: '98' };

test('a full set gives a panel, its members, BMI and NEWS2 with every parameter', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house, LAN, { waiting: true });
  const input = {
    encounter,
    values: { ...FULL, weight: '58,5', height: '152' },
    consciousness: 'A',
    oxygen: false,
  } as const;
  const done = await house.send(recordVitals, input, 'nurse');
  assert.deepEqual(done.news2 && [done.news2.score, done.news2.recorded, done.news2.missing], [0, '7/7', []]);
  assert.equal(done.bmi, '25.3');
  assert.deepEqual(done.urgent, []);

  const pressure = await house.read<Observation>('Observation', done.observations.bp ?? '');
  assert.deepEqual(
    pressure.component?.map((c) => [c.code.coding?.[0]?.code, c.valueQuantity?.value, c.valueQuantity?.code]),
    [
      ['8480-6', 128, 'mm[Hg]'],
      ['8462-4', 76, 'mm[Hg]'],
    ],
  );
  const weight = await house.read<Observation>('Observation', done.observations.weight ?? '');
  assert.equal(weight.valueQuantity?.value, 58.5);
  const news2 = await house.read<Observation>('Observation', done.observations.news2 ?? '');
  assert.equal(news2.valueInteger, 0);
  const from = news2.derivedFrom?.map((r) => r.reference);
  for (const key of ['bp', 'pulse', 'temp', 'resp', 'spo2', 'acvpu'] as const)
    assert.ok(from?.includes(`Observation/${done.observations[key]}`), key);
  assert.ok(!from?.includes(`Observation/${done.observations.weight}`));
  const panel = await house.read<Observation>('Observation', done.panel);
  assert.equal(panel.hasMember?.length, Object.keys(done.observations).length);
  // 58.5 kg at 1.52 m, by hand.
  const bmi = await house.read<Observation>('Observation', done.observations.bmi ?? '');
  assert.equal(bmi.valueQuantity?.value, 25.3);
});

test('what was not measured is missing, never zero: NEWS2 says 4/7 and names the rest', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house, LAN, { waiting: true });
  const values = { sbp: '128', dbp: '76', pulse: '78', temp: '36.7', spo2: '98' };
  const done = await house.send(recordVitals, { encounter, values }, 'nurse');
  assert.deepEqual(done.news2?.missing, ['resp', 'oxygen', 'consciousness']);
  assert.equal(done.news2?.recorded, '4/7');
  const stored = await house.read<Observation>('Observation', done.observations.news2 ?? '');
  const absent = stored.component?.filter((c) => c.dataAbsentReason).map((c) => c.code.coding?.[0]?.code);
  assert.deepEqual(absent, ['news2-resp', 'news2-oxygen', 'news2-consciousness']);
  const saturation = await house.read<Observation>('Observation', done.observations.spo2 ?? '');
  assert.equal(saturation.component, undefined, 'nobody said whether oxygen is given');
});

test('impossible, ambiguous and contradicting values are refused together, each by its field', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house, LAN, { waiting: true });
  const send = (values: Record<string, string>, more: object = {}) =>
    house.send(recordVitals, { encounter, values, ...more }, 'nurse');
  assert.deepEqual(
    codes(await refusal(send({ sbp: '400', weight: '1.000', temp: 'x', pulse: '78,5', dbp: '0' }), 422)),
    [
      'number-not-positive values.dbp',
      'number-too-fine values.pulse',
      'not-a-number values.temp',
      'number-ambiguous values.weight',
      'vital-out-of-hard-range values.sbp',
    ],
  );
  assert.deepEqual(codes(await refusal(send({ sbp: '80', dbp: '90' }), 422)), [
    'vital-diastolic-not-below-systolic values.dbp',
  ]);
  assert.deepEqual(codes(await refusal(send({}), 422)), ['vitals-empty values']);
  assert.deepEqual(codes(await refusal(send({ o2flow: '3' }, { oxygen: false }), 422)), [
    'oxygen-contradiction values.o2flow',
  ]);
  await refusal(house.send(recordVitals, { encounter, values: { ...FULL, unknown: '1' } } as never, 'nurse'), 422);
  await refusal(house.send(recordVitals, { encounter: 'no-such', values: FULL }, 'nurse'), 404);
  await refusal(house.send(recordVitals, { encounter, values: FULL }, 'cashier'), 403);
  assert.equal((await house.referring<Observation>('Observation.encounter', encounter)).length, 0);
});

test('unusual values are saved when each is confirmed, and go to the front', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house, LAN, { waiting: true });
  const values = { sbp: '230', dbp: '125', pulse: '78' };
  const issues = await refusal(house.send(recordVitals, { encounter, values }, 'nurse'), 422);
  assert.deepEqual(codes(issues), ['vital-out-of-soft-range values.sbp', 'vital-out-of-soft-range values.dbp']);
  assert.ok(issues.every((i) => i.severity === 'warning' && i.remedy));
  const half = await refusal(house.send(recordVitals, { encounter, values, confirmed: ['sbp'] }, 'nurse'), 422);
  assert.deepEqual(codes(half), ['vital-out-of-soft-range values.dbp']);
  const done = await house.send(recordVitals, { encounter, values, confirmed: ['sbp', 'dbp'] }, 'nurse');
  // 230 mmHg scores 3 alone: a single 3 counts as urgent.
  assert.deepEqual(done.urgent, ['sbp', 'dbp', 'news2']);
  const row = async () => (await readView(house.engine, house.actor('nurse'), 'outpatient.queue', {})).rows[0];
  assert.equal((await row())?.vitalsUrgent, true);

  // A weight alone says nothing of the pressure: the mark stays until the pressure is measured again.
  const weight = await house.send(recordVitals, { encounter, values: { weight: '58' } }, 'nurse', {
    performedAt: '2026-11-24T00:00:00.000Z',
  });
  assert.deepEqual(weight.urgent, ['sbp', 'dbp', 'news2']);
  house.clock.advance(600_000);
  const calm = await house.send(recordVitals, { encounter, values: FULL, consciousness: 'A', oxygen: false }, 'nurse');
  assert.deepEqual(calm.urgent, []);
  assert.equal((await row())?.vitalsUrgent, false);
});

test('children have their own ranges and no NEWS2; pregnancy has none either', async (t) => {
  const house = await outpatientHouse(t);
  const child = await visit(house, BE, { waiting: true });
  const done = await house.send(
    recordVitals,
    { encounter: child, values: { pulse: '120', weight: '14,2', temp: '38,4' } },
    'nurse',
  );
  assert.equal(done.news2, undefined);
  assert.deepEqual(
    codes(await refusal(house.send(recordVitals, { encounter: child, values: { pulse: '60' } }, 'nurse'), 422)),
    ['vital-out-of-soft-range values.pulse'],
  );
  const grown = await visit(house, LAN, { waiting: true });
  const pregnant = await house.send(recordVitals, { encounter: grown, values: FULL, pregnant: true }, 'nurse');
  assert.equal(pregnant.news2, undefined);
});

test('a set entered in error is withdrawn whole, once, and leaves the queue; late entries say so', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house, LAN, { waiting: true });
  house.clock.advance(3_600_000);
  const first = await house.send(recordVitals, { encounter, values: FULL }, 'nurse', {
    performedAt: '2026-11-24T00:05:00.000Z',
  });
  const late = await house.read<Observation>('Observation', first.panel);
  assert.ok(late.extension?.some((e) => e.url.endsWith('/late-entry') && e.valueBoolean));
  await house.send(withdrawVitals, { panel: first.panel, reason: 'Nhầm người bệnh' }, 'nurse');
  for (const one of await house.referring<Observation>('Observation.encounter', encounter))
    assert.equal(one.status, 'entered-in-error');
  const page = await readView(house.engine, house.actor('nurse'), 'outpatient.queue', {});
  assert.equal(page.rows[0]?.news2, null);
  assert.equal(page.rows[0]?.vitalsAt, null);
  const again = house.send(withdrawVitals, { panel: first.panel, reason: 'Nhầm người bệnh' }, 'nurse');
  assert.deepEqual(codes(await refusal(again, 409)), ['already-withdrawn panel']);
});

test('the same deed under the same key is recorded once', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house, LAN, { waiting: true });
  const send = () => house.send(recordVitals, { encounter, values: FULL }, 'nurse', { key: 'vitals-key-1' });
  const first = await send();
  assert.deepEqual(await send(), JSON.parse(JSON.stringify(first)));
  const panels = (await house.referring<Observation>('Observation.encounter', encounter)).filter((o) => o.hasMember);
  assert.equal(panels.length, 1);
});

test('a child gets PEWS, a pregnant woman MEOWS, each with its pack and its parts; NEWS2 is not written', async (t) => {
  const house = await outpatientHouse(t);
  const child = await visit(house, BE, { waiting: true });
  const values = { pulse: '152', resp: '42', sbp: '88', spo2: '93' };
  const sick = await house.send(
    recordVitals,
    { encounter: child, values, refill: 'slow', effort: 'moderate', oxygen: false, confirmed: ['pulse'] },
    'nurse',
  );
  // At 3 years: 152 beats 2 · 42 breaths 1 · 88 mmHg 1 · 93 % 1 · refill 4 · effort 2 · air 0.
  assert.deepEqual(
    [sick.news2, sick.warning?.scale, sick.warning?.total, sick.warning?.risk, sick.warning?.recorded],
    [undefined, 'pews', 11, 'high', '7/7'],
  );
  assert.ok(sick.urgent.includes('pews'));
  assert.equal(sick.observations.news2, undefined);
  const stored = await house.read<Observation>('Observation', sick.observations.pews ?? '');
  assert.deepEqual([stored.valueInteger, stored.derivedFrom?.length], [11, 6]);

  const mother = await visit(house, LAN, { waiting: true, room: '307' });
  const watched = await house.send(
    recordVitals,
    { encounter: mother, values: { sbp: '165', dbp: '95', pulse: '90' }, pregnant: true },
    'nurse',
  );
  assert.deepEqual(
    [watched.warning?.scale, watched.warning?.text.vi, watched.warning?.risk, watched.warning?.recorded],
    ['meows', '1 đỏ · 1 vàng', 'high', '3/7'],
  );
  const triggers = await house.read<Observation>('Observation', watched.observations.meows ?? '');
  assert.equal(triggers.valueInteger, undefined, 'triggers have no sum');
  const absent = triggers.component?.filter((c) => c.dataAbsentReason).length;
  assert.equal(absent, 4);
});
