import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BIRTH_PROVINCES } from './birth-provinces.ts';
import { checkPersonalNumber, compactDate, explainPersonalNumber, readPersonalNumber } from './cccd.ts';
import { parseCccdQr } from './cccd-qr.ts';
import { sharedRows } from './testing/shared-data.ts';

const QR = "066164001234|240123456|Trần Thị Lan|14071964|Nữ|Thôn 3, Xã Ea Tul, Huyện Cư M'gar, Đắk Lắk|10052021";
const codes = (text: string, context = {}): string[] => checkPersonalNumber(text, context).map((issue) => issue.code);
const failures = (text: string): string[] => {
  const read = parseCccdQr(text);
  return read.ok ? [] : read.error.filter((issue) => issue.severity === 'error').map((i) => `${i.field}:${i.code}`);
};

test('reads what a personal number says', () => {
  assert.deepEqual(readPersonalNumber('066 164 001 234'), {
    number: '066164001234',
    sex: 'female',
    birthYear: 1964,
    placeCode: '066',
    placeName: 'Đắk Lắk',
  });
  assert.deepEqual(explainPersonalNumber('001205012345'), {
    vi: 'Nam, sinh năm 2005, đăng ký khai sinh tại Hà Nội.',
    en: 'Male, born in 2005, birth registered in Hà Nội.',
  });
  assert.match(explainPersonalNumber('201190012345')?.vi ?? '', /^Nữ, sinh năm 1990, đăng ký khai sinh tại nước ngoài/);
  for (const bad of ['', '06616400123', '0661640012345', '06616400123a', '000164001234']) {
    assert.equal(readPersonalNumber(bad), undefined, bad);
    assert.equal(explainPersonalNumber(bad), undefined);
  }
});

test('century, sex and year agree for every number', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(BIRTH_PROVINCES)),
      fc.integer({ min: 1900, max: 2399 }),
      fc.boolean(),
      fc.nat(999999),
      (place, year, female, serial) => {
        const digit = Math.floor((year - 1900) / 100) * 2 + (female ? 1 : 0);
        const number = `${place}${digit}${String(year % 100).padStart(2, '0')}${String(serial).padStart(6, '0')}`;
        const read = readPersonalNumber(number);
        assert.deepEqual([read?.birthYear, read?.sex, read?.placeCode], [year, female ? 'female' : 'male', place]);
        assert.deepEqual(codes(number, { birthDate: String(year), sex: read?.sex, year: 2399 }), []);
      },
    ),
  );
});

test('explains what is wrong', () => {
  assert.deepEqual(codes('06616400123'), ['cccd-length']);
  assert.deepEqual(codes('06616400123x'), ['cccd-digits']);
  assert.deepEqual(codes('000164001234'), ['cccd-impossible']);
  assert.deepEqual(codes('066250001234', { year: 2026 }), ['cccd-impossible']);
  assert.deepEqual(codes('003164001234'), ['cccd-place']);
  assert.deepEqual(codes('066164001234', { birthDate: '1965-01-01', sex: 'male' }), ['cccd-birth-year', 'cccd-sex']);
  const [issue] = checkPersonalNumber('123', { field: 'patient.id' });
  assert.equal(issue?.field, 'patient.id');
  assert.match(issue?.text.vi ?? '', /12 chữ số, đang có 3/);
  assert.ok(issue?.remedy?.vi && issue.remedy.en);
});

test('reads a card, also one with more fields', () => {
  const read = parseCccdQr(`\ufeff${QR}|Nguyễn Văn A|Lê Thị B||\r\n`);
  assert.deepEqual(read, {
    ok: true,
    value: {
      number: '066164001234',
      oldNumber: '240123456',
      name: 'Trần Thị Lan',
      birthDate: '1964-07-14',
      sex: 'female',
      address: "Thôn 3, Xã Ea Tul, Huyện Cư M'gar, Đắk Lắk",
      issueDate: '2021-05-10',
      warnings: [],
    },
  });
  const partial = parseCccdQr('066164001234||Y Blơm Kbuôr|1964|Nam|Buôn Sah||');
  assert.ok(partial.ok);
  assert.deepEqual(
    [partial.value.birthDate, partial.value.oldNumber, partial.value.issueDate],
    ['1964', undefined, undefined],
  );
  assert.deepEqual(
    partial.value.warnings.map((w) => w.code),
    ['cccd-sex'],
  );
});

test('a garbled card says which field and what to do', () => {
  assert.deepEqual(failures('066164001234|240123456|Trần'), ['qr:qr-incomplete']);
  assert.deepEqual(failures(QR.replace('Trần Thị Lan', 'Tráº§n Thá»‹ Lan')), ['name:qr-name-garbled']);
  assert.deepEqual(failures(QR.replace('Trần', 'Tr\ufffdn')), ['name:qr-name-garbled']);
  assert.deepEqual(failures(QR.replace('Trần', 'Tr?n')), ['name:qr-name-garbled']);
  assert.deepEqual(failures(QR.replace('Trần Thị Lan', '')), ['name:qr-name-missing']);
  assert.deepEqual(failures(QR.replace('14071964', '31021964')), ['birthDate:qr-birth-date']);
  assert.deepEqual(failures(QR.replace('Nữ', 'N÷')), ['sex:qr-sex']);
  assert.deepEqual(failures(QR.replace('066164001234', '06616400123')), ['number:cccd-length']);
  const two = parseCccdQr(QR.replace('Nữ', '').replace('14071964', 'x'));
  assert.ok(!two.ok);
  for (const issue of two.error) assert.ok(issue.text.vi && issue.text.en && issue.remedy?.vi && issue.field);
  assert.equal(two.error.length, 2);
});

test('no scan makes the reader throw, and what it accepts is complete', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...QR.split('|'))), { maxLength: 9 }), (fields) => {
      const read = parseCccdQr(fields.join('|'));
      if (read.ok)
        assert.ok(/^\d{12}$/.test(read.value.number) && read.value.name !== '' && read.value.birthDate !== '');
      else assert.ok(read.error.some((issue) => issue.severity === 'error'));
    }),
  );
});

test('compact dates with unknown parts', () => {
  const cases = [
    ['14071964', '1964-07-14'],
    ['071964', '1964-07'],
    ['1964', '1964'],
    ['00001964', '1964'],
    ['00071964', '1964-07'],
    ['14/07/1964', '1964-07-14'],
    ['32071964', undefined],
    ['14131964', undefined],
    ['', undefined],
    ['0001', undefined],
  ] as const;
  for (const [text, date] of cases) assert.equal(compactDate(text), date, text);
});

const rows = sharedRows('admin-units/old_wards_2025-01.csv.gz');
test('places of birth are the provinces of the statistics office', {
  skip: rows ? false : 'official unit lists are not at hand',
}, () => {
  const official = new Map(
    rows?.map((r) => [`0${r.province_code}`, (r.province ?? '').replace(/^(Tỉnh|Thành phố) /, '')]),
  );
  const ours = Object.entries(BIRTH_PROVINCES).map(([code, name]) => [
    code,
    name.replace('Hòa', 'Hoà').replace('Hóa', 'Hoá'),
  ]);
  const theirs = [...official].map(([code, name]) => [code, name.replace('Hòa', 'Hoà').replace('Hóa', 'Hoá')]).sort();
  assert.deepEqual(ours.sort(), theirs);
});
