import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import type { Observation } from '@mach/fhir/types.ts';
import { type LabData, readLab } from '@mach/vn/clinical/lab-pack.ts';
import { CS } from '@mach/vn/systems.ts';
import fc from 'fast-check';
import { sheetOf } from '../codes/sheets.ts';
import { normalTemplate, openPlaces } from '../codes/templates.ts';
import { FHIR_CS, LAB_EXT } from '../read.ts';
import { compareWith, previousResults } from './delta.ts';
import { egfrOf } from './egfr.ts';
import { labelCode, parseLabelCode } from './label-code.ts';
import { impossible } from './limits.ts';
import { ageDaysOf, labPerson } from './person.ts';
import { askedOf, riskOf } from './safety.ts';
import { itemsOf, testOf } from './tests.ts';
import { compareTubes, tubesFor } from './tubes.ts';
import { askUnit } from './units.ts';
import { judge, leadingCode, readValue, shownNumber } from './values.ts';

const file = new URL('../../../rulepacks/lab/2026-01-01.json', import.meta.url);
const data = (JSON.parse(readFileSync(file, 'utf8')) as { data: LabData }).data;
const pack = readLab(data);
const analyte = (code: string) => {
  const found = pack.analytes.get(code);
  assert.ok(found, code);
  return found;
};
const read = (code: string, typed: string): string => {
  const result = readValue(typed, analyte(code), pack, 'value');
  return result.ok ? result.value.text : `! ${result.error.code}`;
};

test('typed results: comma or point, comparators, words; what can be read in two ways is asked back', () => {
  assert.equal(read('GLU', '7,2'), '7,20');
  assert.equal(read('GLU', '7.2'), '7,20');
  assert.equal(read('GLU', '< 0.5'), '< 0,50');
  assert.equal(read('GLU', '>=30'), '≥ 30,00');
  assert.equal(read('PLT', '1 250'), '1\u202f250');
  assert.equal(read('PLT', '1.250'), '! result-ambiguous');
  assert.equal(read('PLT', '1,000'), '! result-ambiguous');
  assert.equal(read('GLU', ''), '! result-empty');
  assert.equal(read('GLU', 'cao'), '! result-not-understood');
  assert.equal(read('GLU', '-1'), '! result-negative');
  assert.equal(read('BE', '-3'), '-3,0', 'a base excess may be negative');
  assert.equal(read('HBSAG', 'am tinh'), 'Âm tính');
  assert.equal(read('HBSAG', '(+)'), 'Dương tính');
  assert.equal(read('HBSAG', '7'), '! result-not-understood');
  assert.equal(read('RHD', 'dương'), 'Rh(D) dương');
  assert.equal(read('ABO', 'o'), 'O');
  assert.equal(read('ABO', '+'), '! result-not-in-set');
  assert.equal(read('WIDAL', '1/160'), '1/160');
  assert.equal(read('BCULT', 'E. coli'), '! result-unclear');
});

test('a number that no person can have is refused with the limits and the way to write an overflow', () => {
  assert.equal(read('K', '71'), '! result-impossible');
  assert.equal(read('K', '7,1'), '7,1');
  assert.equal(read('K', '> 20'), '> 20,0', 'the analyser could not measure further');
  assert.equal(read('K', '> 71'), '! result-impossible');
  assert.equal(read('PHA', '740'), '! result-impossible');
  assert.equal(read('NEUP', '100,1'), '! result-impossible');
  assert.equal(read('NA', '14'), '! result-impossible');
  assert.equal(read('CREA', '4,5'), '! result-impossible', 'mg/dL: it would give failing kidneys a fine eGFR');
  assert.equal(read('CREA', '18'), '18');
  assert.equal(read('BE', '-12'), '-12,0');
  assert.equal(read('FER', '45000'), '45\u202f000,0', 'no limit is known');
  const refused = readValue('71', analyte('K'), pack, 'values.0.value');
  assert.ok(!refused.ok);
  assert.equal(refused.error.field, 'values.0.value');
  assert.match(refused.error.text.vi, /Kali 71 mmol\/L: không thể có \(chỉ nhận 0,5–20 mmol\/L\)/);
  assert.match(refused.error.remedy?.vi ?? '', /> 20/);
});

test('a number that another unit explains is asked back, and answered by its unit', () => {
  const at = '2026-11-22T02:00:00.000Z';
  const asked = (code: string, typed: string, ageDays: number | undefined = 60 * 365, last?: string): string => {
    const previous = last === undefined ? undefined : { value: Decimal.of(last), at: '2026-11-01T02:00:00.000Z' };
    const result = readValue(typed, analyte(code), pack, 'v', { ageDays, at, previous });
    return result.ok ? result.value.text : `! ${result.error.code}`;
  };
  assert.equal(asked('GLU', '126'), '! result-unit', '7,0 mmol/L typed as mg/dL would be treated as a coma');
  assert.equal(asked('GLU', '126', undefined), '! result-unit', 'whatever the age');
  assert.equal(asked('GLU', '126 mg/dL'), '6,99');
  assert.equal(asked('GLU', '32 mmol/L'), '32,00', 'a true coma stays what it is');
  assert.equal(asked('GLU', '32 MMOL / l'), '32,00');
  assert.equal(asked('GLU', '7,2'), '7,20');
  assert.equal(asked('GLU', '> 30'), '! result-unit');
  assert.equal(asked('GLU', '18', 2), '! result-unit', 'a newborn with 1,0 mmol/L written as 18 mg/dL');
  assert.equal(asked('GLU', '18'), '18,00');
  assert.equal(asked('TBIL', '15', 3), '! result-unit', 'a newborn with 257 µmol/L written as 15 mg/dL');
  assert.equal(asked('TBIL', '15 mg/dl', 3), '256,5');
  assert.equal(asked('TBIL', '120', 3), '120,0');
  assert.equal(asked('TBIL', '15'), '15,0', 'ordinary in µmol/L');
  assert.equal(asked('TBIL', '15', 60 * 365, '240'), '! result-unit', 'the last value says that it is mg/dL');
  assert.equal(asked('TBIL', '15', 60 * 365, '40'), '15,0', 'neither unit meets the last value: it has fallen');
  assert.equal(asked('CREA', '12'), '! result-unit', 'a person on dialysis with 1061 µmol/L');
  assert.equal(asked('CREA', '18', 200), '18', 'ordinary in an infant');
  assert.equal(asked('HGB', '13,5'), '! result-unit');
  assert.equal(asked('HGB', '13,5 g/dL'), '135');
  assert.equal(asked('UREA', '30', 60 * 365, '5'), '! result-unit');
  assert.equal(asked('K', '4,2'), '4,2', 'one unit only');
  assert.equal(asked('GLU', '126 mg'), '! result-not-understood', 'no unit of glucose');
  const kept = { ageDays: 60 * 365, at, standing: Decimal.of('32') };
  assert.ok(readValue('32,00', analyte('GLU'), pack, 'v', kept).ok, 'what stands was answered for');
});

test('no ordinary value of any age is asked for its unit', () => {
  for (const { code, kind } of pack.analytes.values()) {
    if (kind !== 'quantity') continue;
    for (const range of pack.ranges.get(code) ?? []) {
      const ageDays = range.ageFromDays;
      for (const limit of [range.low, range.high])
        if (limit?.value.gt(0))
          assert.equal(
            askUnit({ kind: 'quantity', value: limit.value }, analyte(code), pack, { ageDays, at: '2026-11-22' }, 'v'),
            undefined,
            `${code} ${limit.value}`,
          );
    }
  }
});

test('no limit cuts a range: every reference and critical value of the pack may be entered', () => {
  for (const { code, kind } of pack.analytes.values()) {
    if (kind !== 'quantity') continue;
    for (const range of [...(pack.ranges.get(code) ?? []), ...(pack.criticals.get(code) ?? [])])
      for (const limit of [range.low, range.high])
        if (limit)
          assert.equal(impossible({ kind: 'quantity', value: limit.value }, analyte(code), pack, 'v'), undefined, code);
  }
});

test('an item printed with three decimals has no thousands', () => {
  assert.equal(read('U-SG', '1.015'), '1,015');
  assert.equal(read('U-SG', '1,015'), '1,015');
  assert.equal(read('TSH', '< 0,005'), '< 0,005');
  assert.equal(read('TSH', '1.250'), '1,250');
  assert.equal(read('CREA', '1.015'), '! result-ambiguous');
});

test('whatever number is typed unambiguously is kept exactly, and its shown text reads as the same number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_999_999 }), fc.integer({ min: 0, max: 4 }), (unscaled, scale) => {
      const exact = Decimal.of(unscaled).div(Decimal.of(10 ** scale), scale);
      const result = readValue(exact.toString(), analyte('FER'), pack, 'v');
      if (!result.ok) return assert.equal(result.error.code, 'result-ambiguous');
      assert.ok(result.value.value.kind === 'quantity' && result.value.value.value.eq(exact));
      const again = readValue(result.value.text, analyte('FER'), pack, 'v');
      if (again.ok) assert.ok(again.value.value.kind === 'quantity' && again.value.value.value.eq(exact));
      else assert.equal(again.error.code, 'result-ambiguous');
    }),
    { numRuns: 300 },
  );
  assert.equal(shownNumber(Decimal.of('1234.5'), 2), '1\u202f234,50');
});

test('flags for a person; free text of an alarming item is critical when it begins with positive', () => {
  const woman = { ageDays: 62 * 365, sex: 'female' as const };
  const flag = (code: string, typed: string, person: typeof woman | undefined = woman) => {
    const value = readValue(typed, analyte(code), pack, 'v');
    assert.ok(value.ok);
    const { flag: found, critical, rangeText } = judge(pack, analyte(code), value.value, person);
    return [found, critical, rangeText !== ''];
  };
  assert.deepEqual(flag('K', '7,1'), ['HH', true, true]);
  assert.deepEqual(flag('K', '4,2'), ['N', false, true]);
  assert.deepEqual(flag('BCULT', 'Dương tính: S. aureus'), ['AA', true, false]);
  assert.deepEqual(flag('BCULT', 'Âm tính sau 5 ngày'), ['N', false, false]);
  const born = readValue('7,1', analyte('K'), pack, 'v');
  assert.ok(born.ok);
  assert.equal(judge(pack, analyte('K'), born.value, undefined).flag, null, 'no age, no judgement');
  assert.equal(leadingCode('Positive cocci'), 'pos');
  assert.equal(leadingCode('không mọc'), 'neg');
  assert.equal(leadingCode('Tạp khuẩn'), undefined);
});

test('every test of the pack has items that exist, and a sheet of its own reads the same', () => {
  for (const one of pack.tests.values()) {
    const items = itemsOf(pack, one.code, one.name.vi);
    assert.equal(items.length, one.analytes.length, one.code);
    const sheet = readLab(sheetOf(data, one));
    assert.deepEqual([...sheet.analytes.keys()].sort(), [...one.analytes].sort());
    for (const { code } of items)
      assert.equal(sheet.ranges.get(code)?.length ?? 0, pack.ranges.get(code)?.length ?? 0, code);
    assert.equal(sheet.tests.size, 1);
  }
  const byTechnique = testOf(pack, '23.0075.1494');
  assert.equal(byTechnique?.serviceCode, '23.0075.1494', 'the insurer code of a technique finds its test');
  assert.deepEqual(
    itemsOf(pack, '99.9999', 'Dịch vụ lạ').map((i) => [i.code, i.analyte.kind]),
    [['99.9999', 'text']],
  );
});

test('tubes: order of draw, shared by tests of one kind, other materials kept apart', () => {
  const need = (...codes: string[]) =>
    tubesFor(
      pack,
      codes.map((code, i) => ({ id: String(i), test: pack.tests.get(code) })),
    );
  const tubes = need('HBA1C', 'GLU', 'CREA', 'ION', 'CTM', 'TPTNT', 'BCULT', 'PT');
  assert.deepEqual(
    tubes.map((t) => t.tube),
    ['BLOOD-CULTURE', 'CITRATE', 'SERUM', 'EDTA', 'FLUORIDE', 'URINE'],
  );
  assert.deepEqual(tubes.find((t) => t.tube === 'SERUM')?.orders, ['2', '3']);
  assert.deepEqual(tubes.find((t) => t.tube === 'EDTA')?.orders, ['0', '4']);
  assert.equal(need('BT')[0]?.tube, null);
  assert.deepEqual(compareTubes(tubes, ['SERUM', 'EDTA', 'EDTA']), {
    missing: ['BLOOD-CULTURE', 'CITRATE', 'FLUORIDE', 'URINE'],
    wrong: ['EDTA'],
  });
});

test('label codes find a mistyped digit', () => {
  const code = labelCode('M', '2026-11-24', 123);
  assert.match(code, /^M26112400123\d$/);
  assert.equal(parseLabelCode(` ${code.toLowerCase()} `), code);
  for (let i = 1; i < code.length; i++)
    for (let d = 0; d < 10; d++) {
      const wrong = `${code.slice(0, i)}${d}${code.slice(i + 1)}`;
      if (wrong !== code) assert.equal(parseLabelCode(wrong), undefined, wrong);
    }
});

test('age in days follows what is known of the birth; nobody is negative', () => {
  const at = '2026-11-24T00:00:00.000Z';
  assert.equal(ageDaysOf('2026-11-14', at), 10);
  assert.equal(ageDaysOf('2026', at), 0);
  assert.equal(ageDaysOf('1964', at), Math.floor(62 * 365.2425));
  assert.equal(ageDaysOf('2027-01-01', at), undefined);
  assert.equal(labPerson({ resourceType: 'Patient' }, at), undefined);
  assert.equal(labPerson({ resourceType: 'Patient', birthDate: '1964', gender: 'other' }, at)?.sex, undefined);
});

test('eGFR for adults of known sex and age only', () => {
  const quantity = (value: string, comparator?: '<') =>
    ({ kind: 'quantity', value: Decimal.of(value), ...(comparator ? { comparator } : {}) }) as const;
  const value = egfrOf(quantity('98'), { ageYears: 62, sex: 'female' });
  assert.ok(value?.kind === 'quantity' && value.value.eq(56));
  assert.equal(egfrOf(quantity('98'), { ageYears: 17, sex: 'female' }), undefined);
  assert.equal(egfrOf(quantity('98'), { ageYears: undefined, sex: 'female' }), undefined);
  assert.equal(egfrOf(quantity('98'), { ageYears: 62, sex: undefined }), undefined);
  assert.equal(egfrOf(quantity('20', '<'), { ageYears: 62, sex: 'male' }), undefined);
});

test('the previous result is the newest validated one of the item, before this one and not of this order', () => {
  const result = (id: string, over: Partial<Observation>): Observation & { id: string } => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [{ coding: [{ system: FHIR_CS.observationCategory, code: 'laboratory' }] }],
    code: { coding: [{ system: CS.labIndex, code: 'CREA' }] },
    effectiveDateTime: '2026-11-20T01:00:00.000Z',
    valueQuantity: { value: 80 },
    extension: [{ url: LAB_EXT.resultText, valueString: '80' }],
    ...over,
  });
  const all = [
    result('old', { effectiveDateTime: '2026-10-01T01:00:00.000Z' }),
    result('last', {}),
    result('preliminary', { status: 'preliminary', effectiveDateTime: '2026-11-23T01:00:00.000Z' }),
    result('later', { effectiveDateTime: '2026-11-25T01:00:00.000Z' }),
    result('own', { basedOn: [{ reference: 'ServiceRequest/me' }], effectiveDateTime: '2026-11-23T05:00:00.000Z' }),
  ];
  const found = previousResults(all, 'me', '2026-11-24T01:00:00.000Z').get('CREA');
  assert.equal(found?.id, 'last');
  assert.ok(found);
  const at = '2026-11-21T01:00:00.000Z';
  const compare = (value: string, comparator?: '<') =>
    compareWith(
      pack,
      'CREA',
      { kind: 'quantity', value: Decimal.of(value), ...(comparator ? { comparator } : {}) },
      at,
      found,
    );
  assert.deepEqual([compare('160').difference, compare('160').exceeds], ['+80', true]);
  assert.deepEqual([compare('79').difference, compare('79').exceeds], ['−1', false]);
  assert.equal(compare('20', '<').difference, undefined, 'no difference against "less than"');
});

test('safety answers and templates', () => {
  assert.ok(riskOf('pregnancy', 'yes') && riskOf('pregnancy', 'unknown') && !riskOf('pregnancy', 'no'));
  assert.ok(riskOf('fasting', 'no') && !riskOf('fasting', 'yes'));
  const asked = (sex: string | undefined, ageYears: number | undefined) =>
    askedOf(['metal', 'pregnancy'], { sex, ageYears }).length === 2;
  assert.deepEqual(
    [asked('female', 31), asked('female', 62), asked('female', 5), asked('male', 31), asked(undefined, undefined)],
    [true, false, false, false, true],
  );
  const ecg = normalTemplate({ code: 'ECG', modality: 'ECG' });
  assert.ok(openPlaces(ecg.findings) > 0, 'what must be measured is left open');
  assert.deepEqual(normalTemplate({ code: 'X', modality: 'EEG' }), { findings: '', conclusion: '' });
});
