import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkPerson, type PersonContext, type PersonInput, tidyPerson } from './person.ts';

const AT: PersonContext = {
  at: '2026-11-22T02:00:00.000Z',
  provinceOfWard: (code) => ({ '24277': '66', '00004': '01' })[code],
};
const LAN: PersonInput = {
  name: 'Trần Thị Lan',
  birthDate: '1964-07-14',
  sex: 'female',
  idPaper: 'cccd',
  idNumber: '066164001234',
  provinceCode: '66',
  wardCode: '24277',
  phone: '0912 345 678',
};
const GUARDIAN = { name: 'Trần Văn Bình', relation: 'cha', phone: '0912345678' };
const found = (changes: Partial<PersonInput>): string[] =>
  checkPerson({ ...LAN, ...changes }, AT).map((issue) => `${issue.severity[0]} ${issue.field} ${issue.code}`);

test('a complete person has nothing wrong', () => {
  assert.deepEqual(found({}), []);
  assert.deepEqual(found({ phone: undefined, noPhone: true, idPaper: 'none', idNumber: undefined }), []);
  assert.deepEqual(found({ birthDate: '1964', idPaper: 'passport', idNumber: 'C1234567' }), []);
});

test('every missing field is named at once', () => {
  const empty = { name: ' ', birthDate: '', sex: '' as 'male', idPaper: 'cccd' as const };
  const issues = checkPerson(empty, AT);
  assert.deepEqual(
    issues.map((issue) => issue.code),
    ['name-missing', 'birth-date', 'sex-missing', 'id-missing', 'province-missing', 'ward-missing', 'phone-missing'],
  );
  for (const issue of issues) assert.ok(issue.text.vi && issue.text.en && issue.severity === 'error');
});

test('names', () => {
  assert.deepEqual(found({ name: 'Trần Thị Lan'.normalize('NFD') }), ['e name name-not-nfc']);
  assert.deepEqual(found({ name: 'Trần Thị L4n' }), ['e name name-characters']);
  assert.deepEqual(found({ name: 'Lan' }), ['w name name-one-word']);
  assert.deepEqual(found({ name: "H'Hen Niê" }), []);
});

test('birth dates', () => {
  const free = { idPaper: 'none' as const };
  assert.deepEqual(found({ ...free, birthDate: '31/12/1990' }), ['e birthDate birth-date']);
  assert.deepEqual(found({ ...free, birthDate: '2026-11-23', guardian: GUARDIAN }), ['e birthDate birth-future']);
  assert.deepEqual(found({ ...free, birthDate: '1900' }), ['e birthDate birth-too-old']);
  assert.deepEqual(found({ ...free, birthDate: '2023', guardian: GUARDIAN }), ['w birthDate birth-imprecise']);
  assert.deepEqual(found({ ...free, birthDate: '2026-11-22', guardian: GUARDIAN }), []);
});

test('a guardian is required under 16, and whoever may be under 16 counts', () => {
  const child = { idPaper: 'none' as const };
  const missing = ['e guardian guardian-missing'];
  assert.deepEqual(found({ ...child, birthDate: '2010-11-23' }), missing);
  assert.deepEqual(found({ ...child, birthDate: '2010-11-22' }), []);
  assert.deepEqual(found({ ...child, birthDate: '2010' }), missing);
  assert.deepEqual(found({ ...child, birthDate: '2010-11' }), missing);
  assert.deepEqual(found({ ...child, birthDate: '2010-10' }), []);
  assert.deepEqual(found({ ...child, birthDate: '2015-01-01', guardian: GUARDIAN }), []);
  assert.deepEqual(
    found({ ...child, birthDate: '2015-01-01', guardian: { name: 'Trần Văn Bình', relation: ' ', phone: '12' } }),
    ['e guardian.relation guardian-relation', 'e guardian.phone phone-form'],
  );
  assert.deepEqual(found({ guardian: { name: 'Trần Văn Bình', relation: 'con' } }), ['w guardian.phone phone-missing']);
});

test('paper, address and phone', () => {
  assert.deepEqual(found({ idNumber: '06616400123' }), ['e idNumber cccd-length']);
  assert.deepEqual(found({ sex: 'male' }), ['w idNumber cccd-sex']);
  assert.deepEqual(found({ idPaper: 'cmnd', idNumber: '24012345' }), ['e idNumber id-form']);
  assert.deepEqual(found({ wardCode: '00004' }), ['e wardCode ward-province']);
  assert.deepEqual(found({ wardCode: '99999' }), ['e wardCode ward-unknown']);
  assert.deepEqual(found({ phone: '12345' }), ['e phone phone-form']);
  assert.deepEqual(found({ sex: 'unknown' }), ['w sex sex-unknown']);
});

test('tidying settles form, not content, and settles it once', () => {
  const tidy = tidyPerson({
    ...LAN,
    name: '  Trần  Thị Lan '.normalize('NFD'),
    phone: '+84 912 345 678',
    guardian: { name: ' Lê  Ba ' },
  });
  assert.deepEqual([tidy.name, tidy.phone, tidy.guardian?.name], ['Trần Thị Lan', '0912345678', 'Lê Ba']);
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, phone) => {
      const once = tidyPerson({ ...LAN, name, phone });
      assert.deepEqual(tidyPerson(once), once);
    }),
  );
});
