import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advanceOrder, reopen } from '@mach/encounter/contract.ts';
import { type CommandRef, readView } from '@mach/engine';
import type { AllergyIntolerance, Composition, Patient, Provenance, ServiceRequest } from '@mach/fhir/types.ts';
import { correctNote, diagnose, finish, markSeen, order, recordAllergies, saveNote } from './contract.ts';
import { readNote } from './rules/note.ts';
import { codes, LAN, outpatientHouse, refusal, visit } from './testing.ts';

const NOTE = { history: 'Uống thuốc đều\nKhông đau ngực', exam: 'Tim đều < 90 & phổi "trong"' };

test('a draft is saved as typed, and the same content makes no new version', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house);
  const first = await house.send(saveNote, { encounter, sections: NOTE }, 'doctor');
  assert.equal(first.changed, true);
  const same = await house.send(saveNote, { encounter, sections: { ...NOTE, exam: ` ${NOTE.exam} \r\n` } }, 'doctor');
  assert.deepEqual(same, { ...first, changed: false });
  const more = await house.send(
    saveNote,
    { encounter, sections: { plan: 'Kê đơn' }, carried: ['history'], basedOn: first.version },
    'doctor',
  );
  assert.equal(more.composition, first.composition);
  const stored = await house.read<Composition>('Composition', first.composition);
  assert.equal(stored.status, 'preliminary');
  assert.deepEqual(readNote(stored), { texts: { ...NOTE, plan: 'Kê đơn' }, carried: ['history'] });
  const stale = house.send(saveNote, { encounter, sections: { plan: 'x' }, basedOn: first.version }, 'doctor');
  assert.deepEqual(codes(await refusal(stale, 409)), ['note-changed basedOn']);
  // Touching the carried section takes its mark away; an empty text takes the section away.
  await house.send(saveNote, { encounter, sections: { history: 'Mới', plan: '' } }, 'doctor');
  assert.deepEqual(readNote(await house.read<Composition>('Composition', first.composition)), {
    texts: { history: 'Mới', exam: NOTE.exam },
    carried: [],
  });
});

test('the note needs a patient who was called in, and a doctor who is a practitioner', async (t) => {
  const house = await outpatientHouse(t);
  const waiting = await visit(house, LAN, { waiting: true });
  const early = house.send(saveNote, { encounter: waiting, sections: NOTE }, 'doctor');
  assert.deepEqual(codes(await refusal(early, 409)), ['visit-state encounter']);
  const nobody = { ...house.actor('doctor'), practitioner: null };
  const deeds: [CommandRef<never, unknown>, object][] = [
    [saveNote as never, { encounter: waiting, sections: NOTE }],
    [order as never, { encounter: waiting, items: [{ service: 'GLU' }] }],
    [diagnose as never, { encounter: waiting, diagnoses: [{ code: 'I10', principal: true }] }],
    [finish as never, { encounter: waiting, outcome: 'home' }],
    [markSeen as never, { orders: ['x'] }],
  ];
  for (const [command, input] of deeds)
    assert.deepEqual(codes(await refusal(house.send(command, input as never, nobody), 403)), ['no-practitioner']);
  await refusal(house.send(saveNote, { encounter: waiting, sections: NOTE }, 'nurse'), 403);
});

test('finish: everything that is missing is named; then the note is signed and sealed, the visit concluded', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house);
  const bare = await refusal(house.send(finish, { encounter, outcome: 'revisit' }, 'doctor'), 409);
  assert.deepEqual(codes(bare), [
    'note-incomplete sections.history',
    'note-incomplete sections.exam',
    'outcome-incomplete revisit',
  ]);
  const { composition } = await house.send(saveNote, { encounter, sections: NOTE }, 'doctor');
  const undiagnosed = house.send(finish, { encounter, outcome: 'home' }, 'doctor');
  assert.deepEqual(codes(await refusal(undiagnosed, 409)), ['principal-diagnosis-missing diagnoses']);
  assert.equal((await house.read<Composition>('Composition', composition)).status, 'preliminary', 'nothing was signed');
  await house.send(diagnose, { encounter, diagnoses: [{ code: 'i10', principal: true }] }, 'doctor');
  const past = house.send(finish, { encounter, outcome: 'revisit', revisit: '2026-11-23' }, 'doctor');
  assert.deepEqual(codes(await refusal(past, 409)), ['outcome-incomplete revisit']);

  const done = await house.send(finish, { encounter, outcome: 'revisit', revisit: '2026-12-24' }, 'doctor');
  assert.equal(done.state, 'awaiting-payment');
  const note = await house.read<Composition>('Composition', composition);
  assert.equal(note.status, 'final');
  // The reason told at the desk stands in for the doctor's own words.
  assert.deepEqual(readNote(note).texts, { ...NOTE, reason: 'Tái khám' });
  const [signature] = await house.referring<Provenance>('Provenance.target', composition);
  assert.equal(signature?.signature?.[0]?.sigFormat, 'application/jose');
  assert.equal(signature?.agent[0]?.who.reference, 'Practitioner/prac-doctor');

  // Reopened: the signed note is corrected, never edited; the visit is finished again without a second signature.
  await house.send(reopen, { encounter, reason: 'Bổ sung khám' }, 'doctor');
  const edit = house.send(saveNote, { encounter, sections: { exam: 'Khác' } }, 'doctor');
  assert.deepEqual(codes(await refusal(edit, 409)), ['sealed encounter']);
  const corrected = await house.send(
    correctNote,
    { encounter, sections: { exam: 'Tim đều, có tiếng thổi' }, reason: 'Nghe lại' },
    'doctor',
  );
  assert.equal(corrected.changed, true);
  await house.send(finish, { encounter, outcome: 'home' }, 'doctor');
  const again = await house.read<Composition>('Composition', composition);
  assert.equal(again.status, 'amended');
  assert.equal(readNote(again).texts.exam, 'Tim đều, có tiếng thổi');
  assert.equal((await house.referring<Provenance>('Provenance.target', composition)).length, 2);
});

test('a death ends what nobody has begun and marks the person; opened again, it is taken back', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house);
  await house.send(saveNote, { encounter, sections: NOTE }, 'doctor');
  await house.send(diagnose, { encounter, diagnoses: [{ code: 'I46.9', principal: true }] }, 'doctor');
  const { orders } = await house.send(order, { encounter, items: [{ service: 'GLU' }] }, 'doctor');
  const deceased = async () => (await house.read<Patient>('Patient', LAN)).deceasedDateTime;
  const now = Date.parse(house.clock.now().toISOString());
  const [at, later, daysAgo] = [-60_000, 3_600_000, -3 * 86_400_000].map((ms) => new Date(now + ms).toISOString());
  const dies = (diedAt?: string) => house.send(finish, { encounter, outcome: 'died', diedAt }, 'doctor');
  assert.deepEqual(codes(await refusal(dies(), 409)), ['outcome-incomplete diedAt']);
  assert.deepEqual(codes(await refusal(dies(later), 409)), ['outcome-incomplete diedAt']);
  assert.deepEqual(codes(await refusal(dies(daysAgo), 409)), ['outcome-incomplete diedAt']);
  assert.equal(await deceased(), undefined);
  await dies(at);
  assert.equal(await deceased(), at);
  const stopped = await house.read<ServiceRequest>('ServiceRequest', orders[0]?.order ?? '');
  assert.equal(stopped.status, 'revoked', 'nobody takes blood from the dead');
  await house.send(reopen, { encounter, reason: 'Ghi nhầm kết thúc' }, 'doctor');
  assert.equal(await deceased(), undefined, 'a slip of the outcome must not stay in the record of the living');
});

test("the doctor's own reason stays as written, and the note names who attests it", async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house);
  await house.send(diagnose, { encounter, diagnoses: [{ code: 'I10', principal: true }] }, 'doctor');
  await house.send(saveNote, { encounter, sections: { ...NOTE, reason: 'Đau đầu' } }, 'doctor');
  const other = house.actor('doctor', { practitioner: 'prac-other' });
  const done = await house.send(finish, { encounter, outcome: 'home' }, other);
  const note = await house.read<Composition>('Composition', done.composition);
  assert.equal(readNote(note).texts.reason, 'Đau đầu');
  assert.equal(note.attester?.[0]?.party?.reference, 'Practitioner/prac-other');
  assert.deepEqual(
    note.author.map((a) => a.reference),
    ['Practitioner/prac-doctor', 'Practitioner/prac-other'],
  );
});

test('results must be looked at before the end; marking twice is no fault', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house);
  await house.send(saveNote, { encounter, sections: NOTE }, 'doctor');
  await house.send(diagnose, { encounter, diagnoses: [{ code: 'I10', principal: true }] }, 'doctor');
  const placed = await house.send(order, { encounter, items: [{ service: 'GLU' }] }, 'doctor');
  const id = placed.orders[0]?.order ?? '';
  assert.equal(placed.state, 'awaiting-results');
  const soon = house.send(markSeen, { orders: [id] }, 'doctor');
  await refusal(soon, 409);
  for (const to of ['accepted', 'in-progress', 'performed', 'validated'] as const)
    await house.send(advanceOrder, { order: id, to }, 'system');
  const unseen = await refusal(house.send(finish, { encounter, outcome: 'home' }, 'doctor'), 409);
  assert.deepEqual(codes(unseen), [`results-unseen orders.${id}`]);
  const rows = await readView(house.engine, house.actor('doctor'), 'outpatient.queue', {});
  assert.deepEqual([rows.rows[0]?.ordersTotal, rows.rows[0]?.ordersDone, rows.rows[0]?.ordersUnseen], [1, 1, 1]);
  assert.deepEqual(await house.send(markSeen, { orders: [id, id] }, 'doctor'), { seen: [id] });
  await house.send(markSeen, { orders: [id] }, 'doctor');
  await house.send(finish, { encounter, outcome: 'home' }, 'doctor');
});

test('diagnoses: not allowed as principal, unknown, two principals are refused; a symptom before a disease is said', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house);
  const send = (...diagnoses: { code: string; principal?: boolean }[]) =>
    house.send(diagnose, { encounter, diagnoses }, 'doctor');
  assert.deepEqual(codes(await refusal(send({ code: 'G01', principal: true }), 422)), [
    'icd-not-principal diagnoses.0.code',
  ]);
  assert.deepEqual(codes(await refusal(send({ code: 'E11', principal: true }), 422)), [
    'icd-more-specific-exists diagnoses.0.code',
  ]);
  assert.deepEqual(codes(await refusal(send({ code: 'I10' }), 422)), ['principal-diagnosis diagnoses']);
  await refusal(send({ code: 'Q99.99', principal: true }), 422);
  await refusal(send({ code: 'N40', principal: true }), 422);
  const done = await send({ code: 'R51', principal: true }, { code: 'I10' });
  assert.ok(done.warnings.some((w) => w.code === 'symptom-as-principal' && w.field === 'diagnoses.0.code'));
});

test('allergies have three states, and one command keeps them', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house, LAN, { waiting: true });
  const state = async () =>
    (await readView(house.engine, house.actor('nurse'), 'outpatient.queue', {})).rows[0]?.allergyState;
  assert.equal(await state(), null, 'never asked');
  const none = await house.send(recordAllergies, { patient: LAN, encounter, none: true }, 'nurse');
  assert.deepEqual(none, { state: 'none', allergies: [] });
  assert.equal(await state(), 'none');
  assert.deepEqual(await house.send(recordAllergies, { patient: LAN, none: true }, 'nurse'), none);
  assert.equal((await house.referring('AllergyIntolerance.patient', LAN)).length, 1);

  const items = [
    { substance: 'Nhóm penicilin', reaction: 'Phản vệ', criticality: 'high' },
    { substance: 'Tôm', kind: 'food' },
  ] as const;
  const known = await house.send(recordAllergies, { patient: LAN, items: [...items] }, 'nurse');
  assert.equal(known.state, 'known');
  assert.equal(await state(), 'known');
  const [penicillin = '', shrimp = ''] = known.allergies;
  const stored = await house.read<AllergyIntolerance>('AllergyIntolerance', penicillin);
  assert.equal(stored.code?.coding?.[0]?.code, 'penicillin');
  assert.equal(stored.code?.text, 'Nhóm penicilin');
  const rows = (await readView(house.engine, house.actor('nurse'), 'outpatient.allergies', {})).rows;
  assert.deepEqual(rows.map((r) => [r.substance, r.ingredient, r.reaction, r.criticality, r.noneKnown]).sort(), [
    ['Nhóm penicilin', 'penicillin', 'Phản vệ', 'high', false],
    ['Tôm', null, null, null, false],
  ]);
  // The same substance in other words is the same allergy.
  const again = await house.send(recordAllergies, { patient: LAN, items: [{ substance: 'penicillin' }] }, 'nurse');
  assert.deepEqual(new Set(again.allergies), new Set(known.allergies));
  const contradiction = house.send(recordAllergies, { patient: LAN, none: true }, 'nurse');
  assert.deepEqual(codes(await refusal(contradiction, 409)), ['allergies-known none']);
  await refusal(house.send(recordAllergies, { patient: LAN, none: true, items: [...items] }, 'nurse'), 422);
  await refusal(house.send(recordAllergies, { patient: LAN }, 'nurse'), 422);
  await refusal(house.send(recordAllergies, { patient: 'no-such', none: true }, 'nurse'), 404);
  const wrong = house.send(recordAllergies, { patient: LAN, refuted: [{ allergy: 'x', reason: 'sai' }] }, 'nurse');
  assert.deepEqual(codes(await refusal(wrong, 422)), ['allergy-not-standing refuted.0.allergy']);

  const refuted = [penicillin, shrimp].map((allergy) => ({ allergy, reason: 'Test lẩy da âm tính' }));
  assert.deepEqual(await house.send(recordAllergies, { patient: LAN, refuted }, 'doctor'), {
    state: null,
    allergies: [],
  });
  assert.equal(await state(), null, 'nobody has said that there is none');
  const patient = await house.read<Patient>('Patient', LAN);
  assert.equal(patient.identifier?.length, 1, 'the person is otherwise as before');
  assert.equal((await house.send(recordAllergies, { patient: LAN, refuted: [], none: true }, 'doctor')).state, 'none');
});
