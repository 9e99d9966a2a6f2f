import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import type { AllergyIntolerance, MedicationRequest } from '@mach/fhir/types.ts';
import { type FormularyData, readFormulary } from '@mach/vn/clinical/formulary.ts';
import { type LabData, readLab } from '@mach/vn/clinical/lab-pack.ts';
import {
  type InteractionsData,
  type PrescribingData,
  readPrescribingRules,
} from '@mach/vn/clinical/prescribing-rules.ts';
import type { Finding as Checked } from '@mach/vn/clinical/prescribing-types.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import fc from 'fast-check';
import type { PrescribeLineInput } from '../inputs.ts';
import { unambiguous } from '../numbers.ts';
import { activeMedications } from './active-medications.ts';
import { ageDays, ageMonths, ageYears } from './age.ts';
import { isActiveAllergy, stateOf, substanceKey, toCheck, withAllergyState } from './allergies.ts';
import { type ReadLine, readLine, toKernelLine } from './dose-line.ts';
import { duplicateOrders } from './duplicate-orders.ts';
import { judge, namedFindings } from './findings.ts';
import { cleanText, fromDiv, merge, readNote, toDiv, toSections } from './note.ts';
import { isIssue, readTyped } from './typed-number.ts';

const pack = <T>(subject: string, edition: string): { edition: string; data: T } =>
  JSON.parse(readFileSync(new URL(`../../../rulepacks/${subject}/${edition}.json`, import.meta.url), 'utf8'));
const formulary = readFormulary(pack<FormularyData>('formulary', '2026-01-01').data);
const rules = readPrescribingRules(
  pack<InteractionsData>('drug-interactions', '2021-12-30'),
  pack<PrescribingData>('prescribing', '2025-07-01'),
);
const lab = readLab(pack<LabData>('lab', '2026-01-01').data);
const ingredients = new Set([...formulary.items.flatMap((i) => i.ingredients), ...rules.pairsByKey.keys()]);

test('numbers: a typed number has one meaning, is positive, and is no finer than makes sense', () => {
  const read = (text: string, decimals = 1, zero = false) => {
    const found = readTyped(text, 'f', { decimals, zero });
    return isIssue(found) ? found.code : found.toString();
  };
  assert.deepEqual(
    ['7,2', '7.2', '0,5', '12', '1.000', '1,000', '0', '-1', '7,25', 'abc', '1/2', '+3'].map((t) => read(t)),
    [
      '7.2',
      '7.2',
      '0.5',
      '12',
      'number-ambiguous',
      'number-ambiguous',
      'number-not-positive',
      'number-not-positive',
      'number-too-fine',
      'not-a-number',
      'not-a-number',
      '3',
    ],
  );
  assert.equal(read('0', 0, true), '0');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), fc.nat(9), (whole, tenth) => {
      for (const mark of [',', '.'])
        assert.equal(read(`${whole}${mark}${tenth}`), Decimal.of(`${whole}.${tenth}`).toString());
    }),
  );
});

test('a number that a screen has settled keeps its one meaning on its way', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999 }), (thousandths) => {
      const decimal = Decimal.of(thousandths).div(1000, 3);
      const read = readTyped(unambiguous(decimal.toString()), 'f', { decimals: 3 });
      assert.ok(!isIssue(read) && read.eq(decimal), decimal.toString());
    }),
  );
});

test('ages: days of a whole date, and no months invented for a year', () => {
  const at = '2026-11-24T00:30:00.000Z';
  assert.equal(ageDays('2026-11-24', at), 0);
  assert.equal(ageDays('2026-11-20', at), 4);
  assert.equal(ageDays('2027-01-01', at), 0);
  assert.equal(ageDays('1964-07-14', at), 22_778);
  assert.equal(ageDays(undefined, at), undefined);
  // Seven in the morning in Vietnam is already the birthday that UTC has not reached.
  assert.equal(ageYears('2010-11-25', '2026-11-24T17:30:00.000Z'), 16);
  assert.equal(ageMonths('2023-06-20', at), 41);
  assert.equal(ageMonths('2023', at), undefined);
  assert.equal(ageYears('1950', at), 76);
});

test('a note survives its way through XHTML, whatever is typed', () => {
  const hard = 'a < b & c > "d"\n<script>alert(1)</script>\n  thụt đầu dòng\n\n&amp; &lt;br/&gt; ôn';
  assert.equal(fromDiv(toDiv(hard)), hard);
  assert.ok(!toDiv(hard).includes('<script'));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (typed) => {
      const text = cleanText(typed);
      assert.equal(fromDiv(toDiv(text)), text);
      assert.equal(cleanText(text), text, 'cleaning twice changes nothing');
    }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('<', '>', '&', '"', '&lt;', '<br/>', '</p>', 'a', '\n', ' '), { maxLength: 30 }),
      (parts) => {
        const text = cleanText(parts.join(''));
        assert.equal(fromDiv(toDiv(text)), text);
      },
    ),
  );
});

test('sections: what is not named stays, empty goes, a touched carried section loses its mark', () => {
  const before = { texts: { history: 'cũ', exam: 'e' }, carried: ['history' as const] };
  assert.deepEqual(merge(before, { plan: 'p' }), {
    texts: { history: 'cũ', exam: 'e', plan: 'p' },
    carried: ['history'],
  });
  assert.deepEqual(merge(before, { history: 'mới', exam: ' ' }), { texts: { history: 'mới' }, carried: [] });
  const content = merge(before, { reason: 'r' }, ['history', 'plan']);
  assert.deepEqual(readNote({ section: toSections(content) }), { ...content, carried: ['history'] });
  assert.deepEqual(readNote(undefined), { texts: {}, carried: [] });
});

const PARA: PrescribeLineInput = { drug: 'paracetamol-500-mg-v', perDose: '1', timesPerDay: 2, days: 5 };
const good = (line: PrescribeLineInput): ReadLine => {
  const read = readLine(line, 0, formulary);
  assert.ok(!Array.isArray(read), JSON.stringify(read));
  return read;
};

test('lines: quantity follows from dose and days, in the unit that is handed out', () => {
  const quantity = (line: PrescribeLineInput): string => good(line).quantity.toString();
  assert.equal(quantity(PARA), '10');
  assert.equal(quantity({ ...PARA, perDose: '0,5', timesPerDay: 3 }), '8', 'halves are rounded up to whole tablets');
  assert.equal(quantity({ ...PARA, timesPerDay: undefined, parts: ['morning', 'evening'] }), '10');
  assert.equal(quantity({ ...PARA, timesPerDay: undefined, frequency: { times: 1, period: 8, unit: 'hour' } }), '15');
  assert.equal(
    quantity({ drug: PARA.drug, slots: { morning: '2', evening: '1' }, days: 10 }),
    '30',
    'slots are the whole day',
  );
  // 60 ml in a bottle: 5 ml three times a day for 5 days is 75 ml, two bottles.
  const syrup = { drug: 'paracetamol-120-mg-5-ml-60-ml-c', perDose: '5', timesPerDay: 3, days: 5 };
  assert.equal(quantity(syrup), '2');
  assert.equal(good(syrup).dose.doseUnit, 'ml');
});

test('lines: the kernel gets the same dose that was read, and the words that are printed', () => {
  const kernel = (line: PrescribeLineInput) => toKernelLine(good(line), []);
  assert.deepEqual([kernel(PARA).perDose, kernel(PARA).timesPerDay, kernel(PARA).slots], ['1', 2, undefined]);
  const every8 = kernel({ ...PARA, timesPerDay: undefined, frequency: { times: 1, period: 8, unit: 'hour' } });
  assert.equal(every8.timesPerDay, 3);
  const weekly = kernel({ ...PARA, timesPerDay: undefined, frequency: { times: 1, period: 1, unit: 'week' } });
  assert.equal(weekly.timesPerDay, undefined);
  assert.match(weekly.text, /mỗi tuần 1 lần/);
  const slots = kernel({ drug: PARA.drug, slots: { morning: '1', evening: '0,5' }, days: 4, meal: 'after' });
  assert.deepEqual(
    [slots.slots, slots.perDose, slots.timesPerDay],
    [{ morning: '1', noon: undefined, afternoon: undefined, night: '0.5' }, '1', undefined],
    'no number of times that the largest dose could be multiplied with',
  );
  assert.match(slots.text, /sáng 1\u00a0viên – tối 0,5\u00a0viên/);
  // Evening and bedtime are two intakes; the kernel has one slot for the night and must not lose either.
  const two = kernel({ drug: PARA.drug, slots: { evening: '1', bedtime: '1' }, days: 4 });
  assert.deepEqual([two.slots, two.timesPerDay, two.quantity], [undefined, 2, '8']);
  assert.match(two.text, /tối 1\u00a0viên – trước khi ngủ 1\u00a0viên/);
});

test('lines: for every tablet, days times dose is covered, and never by a whole tablet too many', () => {
  const tablets = formulary.items.filter((i) => i.unit === 'viên' && i.doseUnit === 'viên');
  fc.assert(
    fc.property(
      fc.constantFrom(...tablets),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 90 }),
      (item, quarters, times, days) => {
        const perDose = String(quarters / 4).replace('.', ',');
        const line = good({ drug: item.code, perDose, timesPerDay: times, days });
        const need = Decimal.of(quarters).div(4, 2, 'down').mul(times).mul(days);
        assert.ok(line.quantity.gte(need) && line.quantity.sub(need).lt(1), `${line.quantity} for ${need}`);
      },
    ),
    { numRuns: 200 },
  );
});

const checked = (rule: Checked['rule'], lines: number[], override: Checked['override'] = 'reason'): Checked => ({
  rule,
  level: override === 'none' ? 'stop' : override === 'not-needed' ? 'note' : 'warn',
  lines,
  text: { vi: rule, en: rule },
  source: 'test',
  overridable: override !== 'none',
  override,
});

test('findings: names are unique, and an override answers exactly what it names', () => {
  const findings = namedFindings([
    checked('allergy-substance', [1], 'none'),
    checked('interaction-qd5948', [0, 2]),
    checked('interaction-qd5948', [0]),
    checked('interaction-qd5948', [0]),
    checked('dose-low', [1], 'not-needed'),
    checked('allergy-state-missing', []),
  ]);
  assert.deepEqual(
    findings.map((f) => [f.rule, f.severity, f.field]),
    [
      ['allergy-substance:1', 'stop', 'lines.1'],
      ['interaction-qd5948:0,2', 'warn', 'lines.0'],
      ['interaction-qd5948:0', 'warn', 'lines.0'],
      ['interaction-qd5948:0#2', 'warn', 'lines.0'],
      ['dose-low:1', 'info', 'lines.1'],
      ['allergy-state-missing', 'warn', 'lines'],
    ],
  );
  const left = (...rules_: string[]) =>
    judge(
      findings,
      rules_.map((rule) => ({ rule, reason: 'vì sao' })),
    ).refused.map((i) => i.code);
  assert.deepEqual(left(), [
    'allergy-substance',
    'interaction-qd5948',
    'interaction-qd5948',
    'interaction-qd5948',
    'allergy-state-missing',
  ]);
  assert.equal(left('interaction-qd5948').length, 5, 'a rule that three findings bear answers none of them');
  assert.equal(left('interaction-qd5948:0').length, 4);
  assert.deepEqual(
    left(
      'interaction-qd5948:0',
      'interaction-qd5948:0#2',
      'interaction-qd5948:0,2',
      'allergy-state-missing',
      'allergy-substance:1',
    ),
    ['allergy-substance'],
    'a hard stop stays',
  );
});

const allergy = (more: Partial<AllergyIntolerance>): AllergyIntolerance => ({
  resourceType: 'AllergyIntolerance',
  patient: { reference: 'Patient/p' },
  ...more,
});

test('allergies: groups and spellings are recognised; the unknown keeps its words; severity is read from the reaction', () => {
  const key = (text: string) => substanceKey(text, rules, ingredients);
  for (const [typed, expected] of [
    ['Amoxicillin', 'amoxicilin'],
    ['acetaminophen', 'paracetamol'],
    ['penicillin', 'penicillin'],
    ['Nhóm penicilin', 'penicillin'],
    ['kháng sinh nhóm cephalosporin', 'cephalosporin'],
    ['NSAID và aspirin', 'nsaid'],
    ['Thuốc cản quang iod', 'iodinated-contrast'],
    ['thuốc Amoxicillin 500 mg', 'amoxicilin'],
    ['Augmentin (amoxicillin + acid clavulanic)', 'amoxicilin'],
    ['uống acetaminophen', 'paracetamol'],
    ['kháng sinh nhóm beta lactam', 'beta-lactam'],
  ] as const)
    assert.deepEqual(key(typed), { key: expected, recognised: true }, typed);
  assert.equal(key('tôm').recognised, false);
  const severe = (text: string) =>
    toCheck(allergy({ code: { text: 'x' }, reaction: [{ manifestation: [{ text }] }] }), rules, ingredients).severe;
  assert.deepEqual(
    ['Phản vệ độ 2', 'sốc phản vệ', 'Stevens-Johnson', 'phù mạch', 'shock', 'phù thanh quản', 'tụt huyết áp'].map(
      severe,
    ),
    Array(7).fill(true),
  );
  assert.deepEqual(['mề đay', 'ngứa, không rõ tên'].map(severe), [false, false]);
  assert.equal(toCheck(allergy({ code: { text: 'x' }, criticality: 'high' }), rules, ingredients).severe, true);
});

test('allergies: what is refuted, over or entered in error does not count', () => {
  const none = allergy({ code: { coding: [{ system: CS.snomed, code: '716186003' }] } });
  const known = allergy({ code: { text: 'tôm' } });
  const refuted = allergy({ code: { text: 'x' }, verificationStatus: { coding: [{ code: 'refuted' }] } });
  const over = allergy({ code: { text: 'x' }, clinicalStatus: { coding: [{ code: 'resolved' }] } });
  assert.deepEqual([none, known, refuted, over].map(isActiveAllergy), [false, true, false, false]);
  assert.deepEqual(
    [stateOf([]), stateOf([none]), stateOf([none, known]), stateOf([refuted, over])],
    [null, 'none', 'known', null],
  );
  const patient = { resourceType: 'Patient' as const, extension: [{ url: 'a', valueString: 'b' }] };
  assert.deepEqual(withAllergyState(withAllergyState(patient, 'known'), null), patient);
});

test('orders: twice in one order, inside a panel, repeated too soon', () => {
  const find = (services: string[], earlier: string[] = []) =>
    duplicateOrders(
      services.map((service) => ({ service, name: service })),
      earlier.map((service) => ({ service, name: service, at: '2026-11-23T00:00:00.000Z' })),
      lab,
    ).map((f) => f.rule);
  assert.deepEqual(find(['GLU', 'CREA']), []);
  assert.deepEqual(find(['GLU', 'GLU']), ['duplicate-order:GLU']);
  assert.deepEqual(find(['CTM-BASIC', 'CTM']), ['duplicate-order:CTM-BASIC'], 'the part is too many, not the whole');
  assert.deepEqual(find(['CTM'], ['CTM-BASIC']), [], 'more than before is no repetition');
  assert.deepEqual(find(['CTM-BASIC'], ['CTM']), ['duplicate-order:CTM-BASIC']);
  assert.deepEqual(find(['XQ-NGUC'], ['XQ-SO']), []);
});

test('medications: a course counts until its last day and its waiting time; what goes on is left out', () => {
  const line = (
    code: string,
    day: string,
    days: number,
    more: Partial<MedicationRequest> = {},
  ): MedicationRequest & { id: string } => ({
    resourceType: 'MedicationRequest',
    id: code,
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
    authoredOn: `${day}T01:00:00.000Z`,
    medicationCodeableConcept: { coding: [{ system: CS.drug, code }], text: code },
    extension: [{ url: EXT.days, valuePositiveInt: days }],
    ...more,
  });
  const active = (
    lines: (MedicationRequest & { id: string })[],
    prescribing: string[][] = [],
    leaveOut: string[] = [],
  ) =>
    activeMedications(lines, {
      at: '2026-11-24T01:00:00.000Z',
      prescribing,
      leaveOut: new Set(leaveOut),
      formulary,
    }).map((m) => `${m.display}|${m.endedOn}`);
  assert.deepEqual(active([line('metformin-850-mg-v', '2026-11-01', 30)]), ['metFORMIN 850 mg|2026-11-30']);
  assert.deepEqual(
    active([line('metformin-850-mg-v', '2026-11-01', 30)], [['metformin']]),
    [],
    'six days left: it goes on',
  );
  assert.equal(
    active([line('metformin-850-mg-v', '2026-11-01', 60)], [['metformin']]).length,
    1,
    'five weeks left: twice',
  );
  assert.equal(
    active([line('metformin-850-mg-v', '2026-11-24', 3)], [['metformin']]).length,
    1,
    'another room, the same day',
  );
  assert.deepEqual(active([line('metformin-850-mg-v', '2026-09-01', 30)]), [], 'long over');
  assert.deepEqual(active([line('metformin-850-mg-v', '2026-11-20', 30, { status: 'cancelled' })]), []);
  const replaced = line('metformin-850-mg-v', '2026-11-24', 30, {
    groupIdentifier: { system: SID.prescriptionCode, value: 'old' },
  });
  assert.deepEqual(active([replaced], [], ['old']), []);
  const foreign = line('x', '2026-11-20', 30, { medicationCodeableConcept: { text: 'Warfarin 5 mg' } });
  assert.deepEqual(
    activeMedications([foreign], { at: '2026-11-24T01:00:00.000Z', prescribing: [], leaveOut: new Set(), formulary })[0]
      ?.ingredients,
    ['Warfarin'],
  );
});
