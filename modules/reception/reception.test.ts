import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { defined } from '@mach/encounter/contract.ts';
import { RulePacks } from '@mach/engine/rule-packs.ts';
import { validate } from '@mach/fhir/validate.ts';
import { compareNames } from '@mach/vn/names.ts';
import { EXT } from '@mach/vn/systems.ts';
import fc from 'fast-check';
import { cardOn, coverageFrom } from './card.ts';
import { ethnicEntries, occupationEntries } from './codes.ts';
import { usualRoute } from './commands/benefit.ts';
import type { PersonFields } from './inputs.ts';
import { lookalikeKeys, patientFrom, personKeys, personOf } from './person.ts';
import { priorityByAge, type QueueRules } from './queue/rules.ts';
import { benefitCardOf } from './read.ts';
import { readBhytQr, readCccdQr } from './scan.ts';
import { bhytQr, cccdQr, LAN } from './testing.ts';
import { placeAddress, units } from './units.ts';
import { jointAllergies } from './unknown.ts';

const folder = join(import.meta.dirname, '../../rulepacks');
const packs = new RulePacks();
packs.add(() => readFileSync(join(folder, 'admin-units/2026-04-30.json')));
packs.add(() => readFileSync(join(folder, 'occupations/2021-01-15.json')));
packs.add(() => readFileSync(join(folder, 'ethnic-groups/1979-03-02.json')));
packs.add(() => readFileSync(join(folder, 'queue/2011-01-01.json')));
packs.add(() => readFileSync(join(folder, 'queue/2024-01-01.json')));
const places = units(packs.at('admin-units', '2026-11-24'));
const facts = { patientCode: '2600-000-011', units: places };

test('a citizen card gives the person, with the ward of today', () => {
  const read = readCccdQr(cccdQr(LAN), places);
  assert.ok(read.ok);
  assert.deepEqual(read.value.person, {
    name: 'Trần Thị Lan',
    birthDate: '1964-07-14',
    sex: 'female',
    idPaper: 'cccd',
    idNumber: '001164012345',
    nationality: 'VN',
    provinceCode: '01',
    wardCode: '00004',
    addressLine: 'Số 8',
  });
  assert.deepEqual(read.value.address.choices, []);
});

test('an insurance card gives the card; a broken code says which field', () => {
  const read = readBhytQr(bhytQr(LAN), places);
  assert.ok(read.ok);
  assert.deepEqual(read.value.card, {
    number: 'GD4010116401234',
    validFrom: '2026-01-01',
    validTo: '2026-12-31',
    registeredFacility: '01999',
    livingArea: undefined,
    fiveYearsFrom: '2020-01-01',
  });
  const broken = readCccdQr(cccdQr({ ...LAN, born: '31021964' }), places);
  assert.ok(!broken.ok);
  assert.ok(broken.error.some((i) => i.field === 'birthDate'));
});

test('an address that is not certain lists what it can mean', () => {
  const open = placeAddress('Thôn 2, Quản Bạ, Hà Giang', places);
  assert.ok(open.choices.length > 0);
  assert.ok(open.choices.every((c) => places.wards.get(c.wardCode)?.provinceCode === c.provinceCode));
});

const field = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const people: fc.Arbitrary<Partial<PersonFields>> = fc
  .record({
    name: fc.constantFrom('Trần Thị Lan', 'Y Krông Êban', 'Nguyễn Văn A', "H'Bia Niê"),
    birthDate: fc.constantFrom('1964', '1964-07', '1964-07-14'),
    sex: fc.constantFrom('male' as const, 'female' as const, 'other' as const),
    paper: fc.constantFrom(
      ['cccd', '001164012345'] as const,
      ['passport', 'C1234567'] as const,
      ['none', undefined] as const,
    ),
    wardCode: fc.constantFrom('00004', '00008'),
    addressLine: field(fc.constantFrom('Số 8', 'Thôn 3')),
    phone: field(fc.constantFrom('0912345678', '02438693731')),
    occupation: field(fc.constantFrom('11000')),
    workplace: field(fc.constantFrom('Trường THCS Ba Đình')),
    guardian: field(
      fc.record({ name: fc.constant('Trần Văn Nam'), relation: fc.constant('cha'), phone: fc.constant('0912345678') }),
    ),
  })
  .map(({ paper, ...rest }) =>
    defined({ ...rest, idPaper: paper[0], idNumber: paper[1], provinceCode: '01', nationality: 'VN' }),
  );

test('what is typed is what the record gives back, and the record is valid FHIR', () => {
  fc.assert(
    fc.property(people, (person) => {
      const patient = defined(patientFrom(person, facts));
      assert.deepEqual(
        validate({ ...patient, id: 'x' }).filter((i) => i.severity === 'error'),
        [],
      );
      assert.deepEqual(personOf(patient), person);
      // Once more over itself changes nothing.
      assert.deepEqual(defined(patientFrom(person, facts, patient)), patient);
    }),
  );
});

const keysMeet = (a: [string, string], b: [string, string]): boolean => {
  const kept = personKeys(...a);
  return lookalikeKeys(...b).some((key) => kept.includes(key));
};

test('keys of a person: alike names of one day meet, however the date is known', () => {
  assert.deepEqual(personKeys('Trần Thị Lan', '1964-07-14'), [
    '=1964-07-14.f.tran.lan',
    '1964-07.f.tran.lan',
    '1964.f.tran.lan',
    '=1964-07-14.m.thi.lan',
    '1964-07.m.thi.lan',
    '1964.m.thi.lan',
  ]);
  const families = ['Nguyễn', 'Nguyên', 'Trần', 'Trân', 'Phan', 'Pham', 'Đặng', 'Hoàng'];
  const middles = ['', 'Thị', 'Thi', 'Văn', 'Vân', 'Ngọc', 'Thu', 'Thúy', 'Minh'];
  const dates = ['1960', '1960-01', '1960-01-01', '1960-01-02', '1960-02-01', '1961', '1961-01-01'];
  const person = fc
    .tuple(fc.constantFrom(...families), fc.constantFrom(...middles), fc.constantFrom(...dates))
    .map(([family, middle, born]): [string, string] => [[family, middle, 'Lan'].filter(Boolean).join(' '), born]);
  const agree = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);
  fc.assert(
    fc.property(person, person, (a, b) => {
      if (agree(a[1], b[1]) && compareNames(a[0], b[0]) !== 'different')
        assert.ok(keysMeet(a, b), `${a.join()} and ${b.join()}`);
    }),
    { numRuns: 3000 },
  );
});

test('keys of a person: of thousands born on the first of January only namesakes of the family are loaded', () => {
  const families = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Phan', 'Vũ', 'Võ', 'Đặng'];
  const middles = ['Văn', 'Thị', 'Ngọc', 'Minh', 'Thu', 'Thanh', 'Kim', 'Hồng'];
  const people = Array.from({ length: 4000 }, (_, i): [string, string] => [
    `${families[i % 10]} ${middles[Math.floor(i / 10) % 8]} ${['Lan', 'Hoa', 'Hương', 'Tuấn', 'Hùng'][Math.floor(i / 80) % 5]}`,
    `${1956 + (Math.floor(i / 400) % 10)}-${i % 3 === 0 ? '06-15' : '01-01'}`,
  ]);
  const wanted: [string, string] = ['Nguyễn Thị Lan', '1960-01-01'];
  const loaded = people.filter((one) => keysMeet(one, wanted));
  const sameYearAndName = people.filter(([name, born]) => born.startsWith('1960') && name.endsWith(' Lan'));
  assert.ok(sameYearAndName.length >= 15, `${sameYearAndName.length} carry the name`);
  assert.ok(loaded.length <= sameYearAndName.length / 2, `${loaded.length} are compared`);
  assert.ok(loaded.every(([, born]) => born === '1960-01-01'));
});

test('a card keeps what the benefit rules need, in all three forms of number', () => {
  const base = { validFrom: '2026-01-01', validTo: '2026-12-31', registeredFacility: '01 - 999' };
  const whose = { reference: 'Patient/lan' };
  const old = benefitCardOf(
    defined(coverageFrom({ ...base, number: 'GD 4 01 01 16401234', fiveYearsFrom: '2020-01-01' }, whose)),
  );
  assert.deepEqual(
    [old?.digit, old?.group, old?.registeredFacility, old?.fiveYearsFrom],
    ['4', 'GD', '01999', '2020-01-01'],
  );
  assert.equal(
    benefitCardOf(coverageFrom({ ...base, number: '001164012345' }, whose)),
    undefined,
    'the digit is unknown',
  );
  assert.equal(benefitCardOf(coverageFrom({ ...base, number: '001164012345', benefitDigit: '2' }, whose))?.digit, '2');
});

test('the card in force that lasts longest is used', () => {
  const c = (id: string, start: string, end?: string, status: 'active' | 'cancelled' = 'active') =>
    ({ resourceType: 'Coverage', id, status, beneficiary: {}, payor: [], period: { start, end } }) as const;
  const cards = [
    c('a', '2025-01-01', '2025-12-31'),
    c('b', '2026-01-01', '2026-11-30'),
    c('c', '2026-01-01', '2026-12-31'),
    c('d', '2026-01-01', undefined, 'cancelled'),
  ];
  assert.equal(
    cardOn(
      '2026-11-24',
      cards.map((x) => ({ ...x, payor: [] })),
    )?.id,
    'c',
  );
  assert.equal(
    cardOn(
      '2027-01-01',
      cards.map((x) => ({ ...x, payor: [] })),
    ),
    undefined,
  );
});

test('route and priority follow from card, papers and age', () => {
  const here = { code: '01999' };
  assert.equal(usualRoute('01999', here, undefined), 'right');
  assert.equal(usualRoute('01234', here, undefined), 'self');
  assert.equal(
    usualRoute('01234', here, { referral: { number: '1', fromFacility: '01234', issuedOn: '2026-11-20' } }),
    'referral',
  );
  const at = '2026-11-24T00:00:00.000Z';
  const now = packs.at<QueueRules>('queue', '2026-11-24').data;
  assert.equal(priorityByAge(now, '2020-11-25', at), 'child');
  assert.equal(priorityByAge(now, '2020-11-24', at), undefined);
  assert.equal(priorityByAge(now, '1951', at), 'elderly');
  assert.equal(priorityByAge(packs.at<QueueRules>('queue', '2023-12-31').data, '1951', at), undefined);
});

test('code lists of the form hold what the packs hold', () => {
  assert.ok(
    ethnicEntries(packs.at('ethnic-groups', '2026-11-24')).some((e) => e.code === '01' && e.display === 'Kinh'),
  );
  assert.ok(occupationEntries(packs.at('occupations', '2026-11-24')).every((e) => /^\d{5}$/.test(e.code)));
});

test('two records of one person: an allergy told in either is known in the one that stays', () => {
  const of = (state?: string) => ({
    extension: [
      { url: 'https://example.org/other', valueString: 'stays' },
      ...(state === undefined ? [] : [{ url: EXT.allergyState, valueCode: state }]),
    ],
  });
  const joint = (to?: string, from?: string): (string | undefined)[] =>
    jointAllergies(of(to), of(from)).map((e) => e.valueCode ?? e.valueString);
  assert.deepEqual(joint('none', 'known'), ['stays', 'known']);
  assert.deepEqual(joint('known', 'none'), ['stays', 'known']);
  assert.deepEqual(joint(undefined, 'known'), ['stays', 'known']);
  assert.deepEqual(joint(undefined, 'none'), ['stays', 'none']);
  assert.deepEqual(joint('none', undefined), ['stays', 'none']);
  assert.deepEqual(joint(undefined, undefined), ['stays']);
});
