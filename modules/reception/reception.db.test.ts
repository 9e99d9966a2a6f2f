import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import type { Problem } from '@mach/base/problem.ts';
import { benefitOf, cancelVisit, chargeFacts, placeOrders, startExam } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, person, room, writeFixtures } from '@mach/encounter/testing.ts';
import { commands, defineCommand, defineModule, readView } from '@mach/engine';
import { commandRef } from '@mach/engine/command-ref.ts';
import type { ChargeItem, Coverage, Encounter, Patient } from '@mach/fhir/types.ts';
import { proveView, readRecord, referringRecords } from '@mach/store';
import { z } from 'zod';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import {
  addCoverage,
  assessBenefit,
  changePayer,
  checkIn,
  copayAccount,
  ENTITLEMENT_LEDGER,
  identify,
  registerPatient,
  updatePatient,
  visitBenefitInput,
} from './contract.ts';
import reception from './module.ts';
import { benefitCardOf } from './read.ts';
import { bhytQr, cccdQr, LAN } from './testing.ts';

const copay = commandRef<{ card: string; amount: string }, null>('probe.copay');
const probe = defineModule({
  name: 'probe',
  title: { vi: 'Thử', en: 'Probe' },
  roles: { cashier: ['probe.pay'] },
  commands: commands(
    defineCommand({
      name: 'probe.copay',
      kind: 'fact',
      permission: 'probe.pay',
      title: { vi: 'Cùng chi trả', en: 'Co-pay' },
      input: z.strictObject({ card: z.string(), amount: z.string() }),
      async handle(input, ctx) {
        const unit = { ledger: ENTITLEMENT_LEDGER, unit: 'VND', floor: null };
        ctx.post([
          {
            ledger: ENTITLEMENT_LEDGER,
            from: { ...unit, account: 'copay:world' },
            to: { ...unit, account: copayAccount(input.card, '2026') },
            amount: Decimal.of(input.amount),
            reason: 'test',
          },
        ]);
        return null;
      },
    }),
  ),
});

async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const h = await testEngine(t, [fixtures, encounter, reception, probe]);
  await writeFixtures(
    h,
    room('305', 'Phòng khám Nội 3', '02.1898'),
    room('303', 'Phòng khám Tim mạch', '02.1898'),
    room('XN', 'Phòng xét nghiệm'),
  );
  return h;
}

const phone = { phone: '0912 345 678' };
const visit = { room: 'room-305', reason: 'Tái khám ĐTĐ, THA' };
const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(h.engine.database.tenant(1), type, id))?.resource as T;

async function refused(work: Promise<unknown>, status: number, code: string): Promise<Problem> {
  let problem: Problem | undefined;
  await assert.rejects(work, (e) => {
    problem = e as Problem;
    assert.equal(problem.issues[0]?.code, code, problem.message);
    assert.equal(problem.status, status);
    assert.ok(problem.issues[0]?.field);
    return true;
  });
  return problem as Problem;
}

test('a new insured patient: two scans, a phone, one deed', async (t) => {
  const h = await house(t);
  const looked = await h.send(identify, { text: cccdQr(LAN) }, 'reception');
  assert.deepEqual([looked.kind, looked.people.length, looked.draft?.wardCode], ['cccd', 0, '00004']);

  const done = await h.send(
    checkIn,
    { cccdQr: cccdQr(LAN), bhytQr: bhytQr(LAN), person: phone, ...visit, payer: 'bhyt', expectedRate: 80 },
    'reception',
  );
  assert.deepEqual(
    [done.queueNumber, done.registered, done.benefit?.rate, done.benefit?.category],
    ['0001', true, 80, '1.1'],
  );
  assert.ok(done.benefit?.reasons.some((r) => r.decisive && r.source.includes('Điều')));
  const patient = await get<Patient>(h, 'Patient', done.patient);
  assert.equal(patient.name?.[0]?.text, 'Trần Thị Lan');
  assert.match(done.patientCode, /^26\d{2}-\d{3}-\d{3}$/);
  assert.equal(patient.telecom?.[0]?.value, '0912345678');

  const page = await readView(h.engine, h.actor('reception'), 'reception.today', {});
  const {
    key,
    patientCode,
    queueNumber,
    name,
    state,
    room: where,
    payer,
    reason,
    gender,
    birthDate,
  } = page.rows[0] ?? {};
  assert.deepEqual(
    { key, patientCode, queueNumber, name, state, where, payer, reason, gender, birthDate },
    {
      key: done.encounter,
      patientCode: done.patientCode,
      queueNumber: '0001',
      name: 'Trần Thị Lan',
      state: 'waiting',
      where: 'room-305',
      payer: 'bhyt',
      reason: 'Tái khám ĐTĐ, THA',
      gender: 'female',
      birthDate: '1964-07-14',
    },
  );
  // The bill decides the same right from the records alone.
  const input = visitBenefitInput(
    await get<Encounter>(h, 'Encounter', done.encounter),
    await get<Coverage>(h, 'Coverage', done.coverage ?? ''),
    { code: '01999', level: 'basic', points: 46 },
    { start: '2026-11-24' },
  );
  assert.deepEqual([input.card?.digit, input.card?.registeredFacility, input.visit.route], ['4', '01999', 'right']);
  for (const view of (reception.views ?? []).map((v) => v.definition)) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
});

test('a returning patient: one scan finds person, card and the visit of today; nothing is typed', async (t) => {
  const h = await house(t);
  const first = await h.send(
    checkIn,
    { cccdQr: cccdQr(LAN), bhytQr: bhytQr(LAN), person: phone, ...visit, payer: 'bhyt' },
    'reception',
  );
  await h.send(cancelVisit, { encounter: first.encounter, reason: 'Hẹn hôm sau' }, 'reception');
  h.clock.set('2026-11-25T00:10:00.000Z');
  for (const text of [
    cccdQr(LAN),
    LAN.number,
    bhytQr(LAN),
    'GD4010116401234',
    first.patientCode,
    first.visitCode,
    '0912345678',
  ]) {
    const found = await h.send(identify, { text }, 'reception');
    assert.deepEqual(
      found.people.map((p) => p.patient),
      [first.patient],
      `${found.kind}: ${text.slice(0, 20)}`,
    );
  }
  const [me] = (await h.send(identify, { patient: first.patient }, 'reception')).people;
  assert.deepEqual(
    [me?.cards[0]?.number, me?.today.length, me?.lastVisit?.reason, me?.allergies],
    ['GD4010116401234', 0, 'Tái khám ĐTĐ, THA', null],
  );
  const again = await h.send(checkIn, { cccdQr: cccdQr(LAN), ...visit, payer: 'bhyt' }, 'reception');
  assert.deepEqual([again.patient, again.registered, again.coverage], [first.patient, false, first.coverage]);
  const today = (await h.send(identify, { text: LAN.number }, 'reception')).people[0]?.today;
  assert.deepEqual(
    today?.map((v) => [v.queueNumber, v.state]),
    [['0001', 'waiting']],
  );
});

test('the same key answers once; the same person twice in a room is refused unless there is a reason', async (t) => {
  const h = await house(t);
  const input = { cccdQr: cccdQr(LAN), person: phone, ...visit, payer: 'fee' as const };
  const one = await h.send(checkIn, input, 'reception', { key: 'desk-7-000001' });
  assert.deepEqual(await h.send(checkIn, input, 'reception', { key: 'desk-7-000001' }), one);
  await refused(h.send(checkIn, input, 'reception'), 409, 'already-waiting');
  assert.equal((await h.send(checkIn, { ...input, againReason: 'Mất số thứ tự' }, 'reception')).queueNumber, '0002');
});

test('two desks that register the same card at once make one person', async (t) => {
  const h = await house(t);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => h.send(registerPatient, { cccdQr: cccdQr(LAN), person: phone }, 'reception')),
  );
  const ids = new Set(outcomes.flatMap((o) => (o.status === 'fulfilled' ? [o.value.patient] : [])));
  assert.equal(ids.size, 1);
});

test('duplicates: the same number is the same person; a like name on the same day asks; another number is another person', async (t) => {
  const h = await house(t);
  const fields = { ...phone, provinceCode: '01', wardCode: '00004', idPaper: 'none' as const, sex: 'female' as const };
  const lan = await h.send(registerPatient, { cccdQr: cccdQr(LAN), person: phone }, 'reception');
  const same = await h.send(registerPatient, { cccdQr: cccdQr(LAN), person: phone }, 'reception');
  assert.deepEqual([same.existing, same.patient], [true, lan.patient]);
  const like = { person: { ...fields, name: 'Tran Thi Lan', birthDate: '1964-07-14' } };
  const asked = await refused(h.send(registerPatient, like, 'reception'), 409, 'possible-duplicate');
  assert.equal(asked.issues[0]?.field, `notDuplicateOf.${lan.patient}`);
  const other = await h.send(registerPatient, { ...like, notDuplicateOf: [lan.patient] }, 'reception');
  assert.equal(other.existing, false);
  const twin = { ...LAN, number: '001164099999' };
  assert.equal(
    (
      await h.send(
        registerPatient,
        { cccdQr: cccdQr(twin), person: phone, notDuplicateOf: [other.patient] },
        'reception',
      )
    ).existing,
    false,
  );
  const stranger = { ...LAN, name: 'PHẠM VĂN HẢI', sex: 'Nữ' as const };
  await refused(
    h.send(registerPatient, { cccdQr: cccdQr(stranger), person: phone }, 'reception'),
    409,
    'number-of-another',
  );
});

test('what is missing is named field by field, and nothing is half done', async (t) => {
  const h = await house(t);
  const problem = await refused(
    h.send(
      registerPatient,
      { person: { name: 'Lê An', birthDate: '2022-01-05', sex: 'male', idPaper: 'none' } },
      'reception',
    ),
    422,
    'province-missing',
  );
  assert.deepEqual(problem.issues.map((i) => i.field).sort(), [
    'person.guardian',
    'person.phone',
    'person.provinceCode',
    'person.wardCode',
  ]);
  await refused(
    h.send(checkIn, { cccdQr: cccdQr(LAN), person: phone, ...visit, room: 'room-xn', payer: 'fee' }, 'reception'),
    422,
    'room-without-exam',
  );
  assert.equal(
    (await h.send(identify, { text: LAN.number }, 'reception')).people.length,
    0,
    'the refused check-in left no person',
  );
  await refused(h.send(checkIn, { ...visit, payer: 'fee' }, 'reception'), 422, 'patient-missing');
});

test('the benefit is decided from card, route, papers and the year, and another than the one read out is refused', async (t) => {
  const h = await house(t);
  const { patient } = await h.send(registerPatient, { cccdQr: cccdQr(LAN), person: phone }, 'reception');
  await refused(h.send(assessBenefit, { patient }, 'reception'), 409, 'no-card-in-force');
  const elsewhere = await h.send(addCoverage, { patient, bhytQr: bhytQr(LAN, { facility: '79001' }) }, 'reception');
  assert.equal(elsewhere.existing, false);
  const self = await h.send(assessBenefit, { patient }, 'reception');
  assert.deepEqual([self.route, self.category], ['self', '1.12']);
  const papers = { referral: { number: 'CT-01', fromFacility: '79001', issuedOn: '2026-11-20' } };
  const referred = await h.send(assessBenefit, { patient, papers }, 'reception');
  assert.deepEqual([referred.route, referred.rate, referred.category], ['referral', 80, '1.3']);
  await refused(
    h.send(checkIn, { patient, ...visit, payer: 'bhyt', expectedRate: 100 }, 'reception'),
    409,
    'benefit-changed',
  );
  const renewed = await h.send(addCoverage, { patient, bhytQr: bhytQr(LAN) }, 'reception');
  assert.deepEqual([renewed.existing, renewed.coverage], [true, elsewhere.coverage]);
  // Above six base salaries co-paid this year, after five years: the fund pays all.
  await h.send(copay, { card: 'GD4010116401234', amount: '15180001' }, 'cashier');
  assert.equal((await h.send(assessBenefit, { patient }, 'reception')).rate, 100);
});

test('an expired card is refused with the way on; self-paying goes through', async (t) => {
  const h = await house(t);
  const old = bhytQr(LAN, { to: '31/10/2026' });
  const problem = await refused(
    h.send(checkIn, { cccdQr: cccdQr(LAN), bhytQr: old, person: phone, ...visit, payer: 'bhyt' }, 'reception'),
    409,
    'card-expired',
  );
  assert.match(problem.issues[0]?.remedy?.vi ?? '', /Thu phí/);
  const paid = await h.send(checkIn, { cccdQr: cccdQr(LAN), person: phone, ...visit, payer: 'fee' }, 'reception');
  assert.equal(paid.benefit, null);
});

test("somebody else's card is refused", async (t) => {
  const h = await house(t);
  await writeFixtures(h, person('hung', 'Lê Văn Hùng', '1955-03-02', 'male'));
  await refused(h.send(addCoverage, { patient: 'hung', bhytQr: bhytQr(LAN) }, 'reception'), 409, 'card-of-another');
  const { patient } = await h.send(registerPatient, { cccdQr: cccdQr(LAN), person: phone }, 'reception');
  await h.send(addCoverage, { patient, bhytQr: bhytQr(LAN) }, 'reception');
  const card = { number: 'GD4010116401234', validFrom: '2026-01-01', registeredFacility: '01999' };
  await refused(h.send(addCoverage, { patient: 'hung', card }, 'reception'), 409, 'card-of-another');
  const short = { ...card, number: '001055012345' };
  const problem = await refused(
    h.send(addCoverage, { patient: 'hung', card: short }, 'reception'),
    422,
    'card-incomplete',
  );
  assert.equal(problem.issues[0]?.field, 'card.benefitDigit');
});

test('particulars change field by field; old gaps do not stop it', async (t) => {
  const h = await house(t);
  await writeFixtures(h, person('hung', 'Lê Văn Hùng', '1955-03-02', 'male'));
  await refused(h.send(updatePatient, { patient: 'hung', person: { phone: '12' } }, 'reception'), 422, 'phone-form');
  const done = await h.send(updatePatient, { patient: 'hung', person: { phone: '0987654321' } }, 'reception');
  assert.match(done.patientCode, /^26/);
  const patient = await get<Patient>(h, 'Patient', 'hung');
  assert.deepEqual([patient.telecom?.[0]?.value, patient.name?.[0]?.text], ['0987654321', 'Lê Văn Hùng']);
});

test('a card that comes later: every open line follows, what the patient chose to pay stays', async (t) => {
  const h = await house(t);
  const a = await h.send(checkIn, { cccdQr: cccdQr(LAN), person: phone, ...visit, payer: 'fee' }, 'reception');
  const doctor = h.actor('doctor', { practitioner: 'prac-bacsi' });
  await h.send(startExam, { encounter: a.encounter }, doctor);
  const items = [{ service: 'GLU' }, { service: 'CREA', paidByPatient: true }];
  await h.send(placeOrders, { encounter: a.encounter, items }, doctor);
  const payers = async () =>
    Object.fromEntries(
      (await referringRecords(h.engine.database.tenant(1), [{ param: 'ChargeItem.context', value: a.encounter }]))
        .map((r) => chargeFacts(r.record.resource as ChargeItem & { id: string }))
        .map((c) => [c.code, c.payer]),
    );
  assert.deepEqual(await payers(), { '02.1898': 'fee', GLU: 'fee', CREA: 'fee' });
  await refused(
    h.send(changePayer, { encounter: a.encounter, payer: 'bhyt', reason: 'Trình thẻ sau' }, 'reception'),
    409,
    'no-card-in-force',
  );
  await h.send(addCoverage, { patient: a.patient, bhytQr: bhytQr(LAN) }, 'reception');
  const done = await h.send(
    changePayer,
    { encounter: a.encounter, payer: 'bhyt', reason: 'Trình thẻ sau' },
    'reception',
  );
  assert.deepEqual([done.benefit?.rate, done.state], [80, 'awaiting-results']);
  assert.deepEqual(await payers(), { '02.1898': 'bhyt', GLU: 'bhyt', CREA: 'fee' });
  assert.equal(benefitOf(await get<Encounter>(h, 'Encounter', a.encounter))?.rate, 80);
  await h.send(changePayer, { encounter: a.encounter, payer: 'fee', reason: 'Thẻ bị thu hồi' }, 'reception');
  assert.deepEqual(await payers(), { '02.1898': 'fee', GLU: 'fee', CREA: 'fee' });
  assert.equal(benefitOf(await get<Encounter>(h, 'Encounter', a.encounter)), undefined);
});

test('the queue of the day follows the visits', async (t) => {
  const h = await house(t);
  const a = await h.send(checkIn, { cccdQr: cccdQr(LAN), person: phone, ...visit, payer: 'fee' }, 'reception');
  await h.send(startExam, { encounter: a.encounter }, h.actor('doctor', { practitioner: 'prac-bacsi' }));
  const rows = (
    await readView(h.engine, h.actor('reception'), 'reception.today', {
      filters: [{ column: 'arrivedAt', op: 'from', values: ['2026-11-23T17:00:00.000Z'] }],
    })
  ).rows;
  assert.deepEqual(
    [rows[0]?.state, rows[0]?.doctor, rows[0]?.calledAt],
    ['in-exam', 'prac-bacsi', '2026-11-24T00:00:00.000Z'],
  );
});

test('a renewed card leaves the visits that rest on the earlier one as they were', async (t) => {
  const h = await house(t);
  const first = bhytQr(LAN, { from: '01/01/2026', to: '31/12/2026' });
  const opened = await h.send(
    checkIn,
    { cccdQr: cccdQr(LAN), bhytQr: first, person: phone, ...visit, payer: 'bhyt' },
    'reception',
  );
  const { patient, coverage } = opened;
  const typed = { number: 'GD4010116401234', validFrom: '2026-01-01', registeredFacility: '01999' };
  await h.send(
    addCoverage,
    { patient, card: { ...typed, validTo: '2026-12-31', exemptFrom: '2026-06-01' } },
    'reception',
  );
  const again = await h.send(addCoverage, { patient, bhytQr: first }, 'reception');
  assert.equal(again.coverage, coverage, 'the same card is the same record');
  const record = await get<Coverage>(h, 'Coverage', again.coverage);
  assert.equal(benefitCardOf(record)?.exemptFrom, '2026-06-01', 'a scan does not take the certificate away');

  h.clock.set('2027-01-04T00:00:00.000Z');
  const next = bhytQr(LAN, { from: '01/01/2027', to: '31/12/2027' });
  const renewed = await h.send(addCoverage, { patient, bhytQr: next }, 'reception');
  assert.equal(renewed.existing, false);
  const old = await get<Coverage>(h, 'Coverage', again.coverage);
  assert.deepEqual(old.period, { start: '2026-01-01', end: '2026-12-31' }, 'the claim of 2026 keeps its card');
  assert.equal((await h.send(assessBenefit, { patient }, 'reception')).coverage, renewed.coverage);
  const back = await h.send(addCoverage, { patient, bhytQr: first }, 'reception');
  assert.deepEqual([back.existing, back.coverage], [true, coverage], 'the old card is found as the old card');
});
