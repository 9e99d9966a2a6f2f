import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeFixtures } from '@mach/encounter/testing.ts';
import type { DocumentReference, MedicationRequest, Task } from '@mach/fhir/types.ts';
import { EXT } from '@mach/vn/systems.ts';
import type { PrescribeInput, PrescribeLineInput } from './contract.ts';
import { diagnose, order, prescribe, recordAllergies, recordVitals, replacePrescription } from './contract.ts';
import { WEIGHT } from './rules/vital-records.ts';
import { BE, codes, type House, LAN, outpatientHouse, refusal, visit } from './testing.ts';

const PARA: PrescribeLineInput = { drug: 'paracetamol-500-mg-v', perDose: '1', timesPerDay: 2, days: 5, meal: 'after' };
const AMOX: PrescribeLineInput = { drug: 'amoxicilin-500-mg-v', perDose: '1', timesPerDay: 3, days: 7 };

/** At the doctor's with a diagnosis and the allergies asked. */
async function ready(house: House, patient = LAN, code = 'J06.9'): Promise<string> {
  const encounter = await visit(house, patient);
  await house.send(diagnose, { encounter, diagnoses: [{ code, principal: true }] }, 'doctor');
  const known = await house.referring('AllergyIntolerance.patient', patient);
  if (known.length === 0) await house.send(recordAllergies, { patient, none: true }, 'doctor');
  return encounter;
}

const lines = (encounter: string, ...all: PrescribeLineInput[]): PrescribeInput => ({ encounter, lines: all });

test('a checked prescription is signed with dose, quantity and words as they follow from each other', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await ready(house);
  const done = await house.send(
    prescribe,
    lines(encounter, PARA, { drug: AMOX.drug, slots: { morning: '1', noon: '1', evening: '2' }, days: 7 }),
    'doctor',
  );
  assert.equal(done.prescriptions.length, 1);
  const [first] = done.prescriptions;
  assert.match(first?.code ?? '', /^01999[0-9a-z]{7}-C$/);
  const [para, amox] = await Promise.all(
    (first?.lines ?? []).map((l) => house.read<MedicationRequest>('MedicationRequest', l.medicationRequest)),
  );
  assert.equal(para?.dispenseRequest?.quantity?.value, 10);
  assert.match(para?.dosageInstruction?.[0]?.text ?? '', /^Uống, MỖI LẦN 1\u00a0viên, ngày 2 lần, sau ăn, 5 ngày$/);
  assert.equal(amox?.dispenseRequest?.quantity?.value, 28);
  const slots = amox?.dosageInstruction?.[0]?.extension?.filter((e) => e.url === EXT.slotDose);
  assert.deepEqual(
    slots?.map((s) => [s.extension?.[0]?.valueCode, s.extension?.[1]?.valueDecimal]),
    [
      ['morning', 1],
      ['noon', 1],
      ['night', 2],
    ],
  );
  const repeat = amox?.dosageInstruction?.[0]?.timing?.repeat;
  assert.deepEqual([repeat?.frequency, repeat?.boundsDuration?.value], [undefined, 7], '2 capsules 3 times would be 6');
  assert.equal(para?.dosageInstruction?.[0]?.timing?.repeat?.frequency, 2);
});

test('doses that cannot be read in one way are refused by line and field', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await ready(house);
  const bad = (line: Partial<PrescribeLineInput>) =>
    refusal(house.send(prescribe, lines(encounter, { ...PARA, ...line }), 'doctor'), 422);
  const ambiguous = await bad({ perDose: '1.000' });
  assert.deepEqual(codes(ambiguous), ['number-ambiguous lines.0.perDose']);
  assert.match(ambiguous[0]?.text.vi ?? '', /1 hay 1\u202f000/);
  const past = { ...lines(encounter, PARA), revisit: '2026-11-23' };
  assert.deepEqual(codes(await refusal(house.send(prescribe, past, 'doctor'), 422)), ['revisit-past revisit']);
  assert.deepEqual(codes(await bad({ perDose: '0' })), ['number-not-positive lines.0.perDose']);
  assert.deepEqual(codes(await bad({ perDose: 'một' })), ['not-a-number lines.0.perDose']);
  assert.deepEqual(codes(await bad({ perDose: undefined })), ['dose-incomplete lines.0.perDose']);
  assert.deepEqual(codes(await bad({ timesPerDay: undefined })), ['dose-incomplete lines.0.timesPerDay']);
  assert.deepEqual(codes(await bad({ doseUnit: 'mg' })), ['dose-unit lines.0.doseUnit']);
  assert.deepEqual(codes(await bad({ drug: 'no-such' })), ['drug-unknown lines.0.drug']);
  assert.deepEqual(codes(await bad({ route: 'no-such' })), ['route-unknown lines.0.route']);
  assert.deepEqual(codes(await bad({ parts: ['morning', 'noon', 'evening'] })), [
    'dose-contradiction lines.0.timesPerDay',
  ]);
  assert.deepEqual(codes(await bad({ frequency: { times: 1, period: 12, unit: 'hour' } })), [
    'dose-contradiction lines.0.frequency',
  ]);
  assert.deepEqual(codes(await bad({ quantity: '12' })), ['quantity-differs lines.0.quantity']);
  assert.deepEqual(codes(await bad({ quantity: '1.000' })), ['number-ambiguous lines.0.quantity']);
  assert.deepEqual(codes(await bad({ quantity: '9,5' })), ['number-too-fine lines.0.quantity']);
  assert.deepEqual(
    codes(await bad({ days: 91 })),
    ['too_big lines.0.days'].length === 1 ? codes(await bad({ days: 91 })) : [],
  );
  assert.equal((await house.referring('MedicationRequest.encounter', encounter)).length, 0, 'nothing was written');
  const reasoned = { ...PARA, quantity: '12', quantityReason: 'Làm tròn vỉ' };
  const done = await house.send(prescribe, lines(encounter, reasoned), 'doctor');
  const id = done.prescriptions[0]?.lines[0]?.medicationRequest ?? '';
  assert.equal((await house.read<MedicationRequest>('MedicationRequest', id)).dispenseRequest?.quantity?.value, 12);
});

test('a severe allergy to the very substance stops; no override passes it', async (t) => {
  const house = await outpatientHouse(t);
  await house.send(
    recordAllergies,
    { patient: LAN, items: [{ substance: 'amoxicillin', reaction: 'Phản vệ độ 3' }] },
    'nurse',
  );
  const encounter = await ready(house);
  const send = (overrides: { rule: string; reason: string }[]) =>
    house.send(prescribe, lines(encounter, PARA, AMOX), 'doctor', { overrides });
  const issues = await refusal(send([]), 422);
  assert.deepEqual(codes(issues), ['allergy-substance lines.1']);
  assert.equal(issues[0]?.severity, 'error');
  const forced = [
    { rule: 'allergy-substance', reason: 'Lợi ích lớn hơn nguy cơ' },
    { rule: 'allergy-substance:1', reason: 'Lợi ích lớn hơn nguy cơ' },
  ];
  assert.deepEqual(codes(await refusal(send(forced), 422)), ['allergy-substance lines.1']);
  assert.equal((await house.referring('Task.encounter', encounter)).length, 0);
});

test('a warning asks for a reason by name; the reason stands on the line for ever', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await ready(house);
  const many = lines(encounter, { ...PARA, perDose: '3' }, { ...PARA, drug: 'paracetamol-650-mg-v' });
  const send = (overrides?: { rule: string; reason: string }[]) => house.send(prescribe, many, 'doctor', { overrides });
  const issues = await refusal(send(), 422);
  assert.deepEqual(codes(issues).sort(), ['dose-single lines.0', 'duplicate-ingredient lines.0']);
  assert.ok(issues.every((i) => i.severity === 'warning'));
  const dose = { rule: 'dose-single:0', reason: 'Đau nhiều, theo dõi sát' };
  const twice = { rule: 'duplicate-ingredient:0,1', reason: 'Xen kẽ hai biệt dược' };
  assert.deepEqual(codes(await refusal(send([dose]), 422)), ['duplicate-ingredient lines.0']);
  assert.deepEqual(codes(await refusal(send([dose, { ...twice, reason: ' ' }]), 422)), [
    'duplicate-ingredient lines.0',
  ]);
  assert.deepEqual(codes(await refusal(send([dose, { rule: 'duplicate-ingredient:1', reason: 'sai tên' }]), 422)), [
    'duplicate-ingredient lines.0',
  ]);
  // The plain rule is enough where only one finding bears it.
  const done = await send([dose, { rule: 'duplicate-ingredient', reason: twice.reason }]);
  const stored = await Promise.all(
    (done.prescriptions[0]?.lines ?? []).map((l) =>
      house.read<MedicationRequest>('MedicationRequest', l.medicationRequest),
    ),
  );
  const kept = stored.map((line) =>
    (line.extension ?? [])
      .filter((e) => e.url === EXT.override)
      .map((e) => e.extension?.find((x) => x.url === 'alert')?.valueString),
  );
  assert.deepEqual(
    kept.map((rules) => rules.toSorted()),
    [['dose-single', 'duplicate-ingredient'], ['duplicate-ingredient']],
  );
});

test('without a diagnosis nothing is signed; allergies that nobody asked about are asked for', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house);
  const issues = await refusal(house.send(prescribe, lines(encounter, PARA), 'doctor'), 422);
  assert.deepEqual(codes(issues), ['diagnosis-missing lines', 'allergy-state-missing lines']);
  await house.send(diagnose, { encounter, diagnoses: [{ code: 'J06.9', principal: true }] }, 'doctor');
  const overrides = [{ rule: 'allergy-state-missing', reason: 'Người bệnh không giao tiếp được' }];
  await house.send(prescribe, lines(encounter, PARA), 'doctor', { overrides });
});

test('a replayed command is one prescription; a second of its kind is refused, a replacement takes its place', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await ready(house);
  const send = () => house.send(prescribe, lines(encounter, PARA), 'doctor', { key: 'prescribe-key-1' });
  const first = await send();
  assert.deepEqual(await send(), JSON.parse(JSON.stringify(first)));
  const again = house.send(prescribe, lines(encounter, AMOX), 'doctor', {
    overrides: [{ rule: 'indication-missing', reason: 'x' }],
  });
  assert.deepEqual(codes(await refusal(again, 409)), ['prescription-exists encounter']);
  const old = first.prescriptions[0]?.prescription ?? '';
  const replaced = await house.send(
    replacePrescription,
    { ...lines(encounter, { ...PARA, days: 3 }), replaces: [old], reason: 'Giảm số ngày' },
    'doctor',
  );
  assert.notEqual(replaced.prescriptions[0]?.code, first.prescriptions[0]?.code);
  const tasks = await house.referring<Task>('Task.encounter', encounter);
  assert.deepEqual(tasks.map((task) => task.businessStatus?.coding?.[0]?.code).sort(), ['cancelled', 'signed']);
  const elsewhere = await ready(house, BE);
  const foreign = house.send(
    replacePrescription,
    { ...lines(elsewhere, PARA), replaces: [replaced.prescriptions[0]?.prescription ?? ''], reason: 'Nhầm' },
    'doctor',
  );
  assert.deepEqual(codes(await refusal(foreign, 409)), ['prescription-of-another replaces.0']);
});

test('a child under 72 months: weight and companion are required, and stand in what is signed', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await ready(house, BE);
  const sachet: PrescribeLineInput = { drug: 'paracetamol-150-mg-g', perDose: '1', timesPerDay: 4, days: 3 };
  const missing = await refusal(house.send(prescribe, lines(encounter, sachet), 'doctor'), 422);
  assert.ok(codes(missing).includes('child-details-missing lines'));
  await house.send(recordVitals, { encounter, values: { weight: '14,2' } }, 'nurse');
  const input = { ...lines(encounter, sachet), accompanying: 'Mẹ: Lê Thị Hoa', advice: 'Uống nhiều nước' };
  const done = await house.send(prescribe, input, 'doctor');
  const doc = await house.read<DocumentReference>('DocumentReference', done.prescriptions[0]?.prescription ?? '');
  const content = JSON.parse(Buffer.from(doc.content[0]?.attachment.data ?? '', 'base64').toString('utf8'));
  assert.equal(
    content.advice,
    'Uống nhiều nước\nTrẻ 41 tháng tuổi, cân nặng 14,2 kg, người đưa trẻ đến khám: Mẹ: Lê Thị Hoa.',
  );
  assert.equal(content.lines[0].quantity, '12');
});

test('a weight that a partner sent in grams is the same child', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await ready(house, BE);
  const weighed = (value: number, unit: string, at: string) =>
    writeFixtures(house, {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: WEIGHT }] },
      subject: { reference: `Patient/${BE}` },
      encounter: { reference: `Encounter/${encounter}` },
      effectiveDateTime: at,
      valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
    });
  await weighed(14_200, 'g', house.clock.now().toISOString());
  const four = { drug: 'paracetamol-150-mg-g', perDose: '4', timesPerDay: 4, days: 3 };
  const over = await refusal(
    house.send(prescribe, { ...lines(encounter, four), accompanying: 'Mẹ: Lê Thị Hoa' }, 'doctor'),
    422,
  );
  assert.match(over.find((i) => i.code === 'dose-single')?.text.vi ?? '', /theo cân nặng 14,2\u00a0kg/);
});

test('controlled drugs go on prescriptions of their own', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await ready(house, LAN, 'G40.9');
  const diazepam: PrescribeLineInput = { drug: 'diazepam-5-mg-v', perDose: '1', timesPerDay: 1, days: 7 };
  const done = await house.send(prescribe, lines(encounter, PARA, diazepam), 'doctor');
  assert.deepEqual(
    done.prescriptions.map((p) => [p.kind, p.code.at(-1), p.lines.map((l) => l.drug)]),
    [
      ['C', 'C', [PARA.drug]],
      ['H', 'H', [diazepam.drug]],
    ],
  );
});

test('what the patient still takes counts; the same treatment going on does not', async (t) => {
  const house = await outpatientHouse(t);
  const before = await ready(house);
  await house.send(prescribe, lines(before, { ...PARA, days: 10 }), 'doctor');
  house.clock.advance(86_400_000);
  const other = await ready(house, LAN, 'J06.9');
  const twice = await refusal(house.send(prescribe, lines(other, { ...PARA, days: 3 }), 'doctor'), 422);
  assert.deepEqual(codes(twice), ['duplicate-ingredient lines.0']);
  assert.match(twice[0]?.text.vi ?? '', /paracetamol/);
  house.clock.advance(5 * 86_400_000);
  const later = await ready(house, LAN, 'J06.9');
  await house.send(prescribe, lines(later, { ...PARA, days: 10 }), 'doctor');
});

test('a repeated test asks for a reason; bundles overlap by what they measure', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house);
  const send = (services: string[], overrides?: { rule: string; reason: string }[]) =>
    house.send(order, { encounter, items: services.map((service) => ({ service })) }, 'doctor', { overrides });
  assert.deepEqual(codes(await refusal(send(['GLU', 'GLU']), 422)), ['duplicate-order items.1.service']);
  assert.deepEqual(codes(await refusal(send(['CTM', 'CTM-BASIC']), 422)), ['duplicate-order items.1.service']);
  assert.deepEqual(codes(await refusal(send(['no-such']), 422)), ['service-unknown items.0.service']);
  const placed = await send(['GLU', 'XQ-NGUC']);
  assert.equal(placed.orders.length, 2);
  const again = await refusal(send(['GLU']), 422);
  assert.deepEqual(codes(again), ['duplicate-order items.0.service']);
  const done = await send(['GLU'], [{ rule: 'duplicate-order:GLU', reason: 'Mẫu trước bị vỡ hồng cầu' }]);
  assert.equal(done.findings.length, 1);
  house.clock.advance(8 * 86_400_000);
  assert.equal((await send(['GLU'])).findings.length, 0, 'eight days later it is a new question');
});
