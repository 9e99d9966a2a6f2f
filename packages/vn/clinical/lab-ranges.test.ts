import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import fc from 'fast-check';
import { deltaCheck, flagResult, pickRange, rangeText } from './lab-ranges.ts';
import { type LabValue, parseResult } from './lab-result.ts';
import { labPack } from './testing/packs.ts';

const ADULT = 15_000;
const man = { sex: 'male' as const, ageDays: ADULT };
const woman = { sex: 'female' as const, ageDays: ADULT };
const n = (value: string): LabValue => ({ kind: 'quantity', value: Decimal.of(value) });
const flag = (analyte: string, value: string, person: { sex?: 'male' | 'female'; ageDays: number } = man): string =>
  String(flagResult(labPack(), analyte, n(value), person).flag);

test('potassium: edges of reference and critical range, neonate apart', () => {
  const table: [string, string][] = [
    ['2.4', 'LL'],
    ['2.5', 'L'],
    ['3.4', 'L'],
    ['3.5', 'N'],
    ['5.0', 'N'],
    ['5.1', 'H'],
    ['6.5', 'H'],
    ['6.6', 'HH'],
  ];
  for (const [value, expected] of table) assert.equal(flag('K', value), expected, value);
  assert.equal(flag('K', '6.8', { ageDays: 3 }), 'H');
  assert.equal(flag('K', '7.1', { ageDays: 3 }), 'HH');
});

test('hemoglobin by sex; without a sex there is no adult range', () => {
  assert.equal(flag('HGB', '125', man), 'L');
  assert.equal(flag('HGB', '125', woman), 'N');
  assert.equal(flag('HGB', '69', woman), 'LL');
  assert.equal(flag('HGB', '201', man), 'HH');
  assert.equal(flag('HGB', '125', { ageDays: ADULT }), 'null');
  assert.equal(flag('HGB', '125', { ageDays: 1000 }), 'N');
});

test('limits written with < exclude the limit itself', () => {
  assert.equal(flag('HBA1C', '5.6'), 'N');
  assert.equal(flag('HBA1C', '5.7'), 'H');
  assert.equal(flag('HDL', '1.0'), 'L');
  assert.equal(flag('HDL', '1.01'), 'N');
  assert.equal(flag('LAC', '3.9'), 'H');
  assert.equal(flag('LAC', '4.0'), 'HH');
  assert.equal(flag('EGFR', '90'), 'N');
  assert.equal(flag('EGFR', '14.9'), 'LL');
  assert.equal(flag('OGTT0', '5.1', woman), 'H');
});

test("the analyser's range wins, the hospital's critical values stay", () => {
  const override = {
    low: { value: Decimal.of('3.0'), strict: false },
    high: { value: Decimal.of('5.5'), strict: false },
  };
  assert.equal(flagResult(labPack(), 'K', n('5.4'), man, override).flag, 'N');
  assert.equal(flagResult(labPack(), 'K', n('6.6'), man, override).flag, 'HH');
});

test('results below or above what can be measured', () => {
  const parsed = (text: string, code: string): LabValue => {
    const result = parseResult(text, { kind: 'quantity', code });
    assert.ok(result.ok, text);
    return result.value;
  };
  const judge = (text: string, code: string): string | null =>
    flagResult(labPack(), code, parsed(text, code), man).flag;
  assert.equal(judge('<0,5', 'CRP'), 'N');
  assert.equal(judge('< 5', 'CRP'), 'N');
  assert.equal(judge('< 50', 'CRP'), null);
  assert.equal(judge('> 200', 'CRP'), 'HH');
  assert.equal(judge('> 150', 'CRP'), 'H');
  assert.equal(judge('< 2,5', 'K'), 'LL');
  assert.equal(judge('< 4', 'K'), null);
});

test('coded results', () => {
  const judge = (code: string, text: string): string | null => {
    const result = parseResult(text, { kind: 'code', code });
    assert.ok(result.ok, text);
    return flagResult(labPack(), code, result.value, man).flag;
  };
  assert.equal(judge('HBSAG', 'Âm tính'), 'N');
  assert.equal(judge('HBSAG', 'dương tính'), 'A');
  assert.equal(judge('NS1', 'POS'), 'AA');
  assert.equal(judge('NS1', 'neg'), 'N');
  assert.equal(judge('U-PRO', '2+'), 'A');
  assert.equal(judge('U-UBG', 'Bình thường'), 'N');
  assert.equal(judge('ABO', 'AB'), null);
});

test('what is typed: comma and dot, ambiguity refused with both readings', () => {
  const quantity = { kind: 'quantity' as const, code: 'GLU' };
  const ok = parseResult('7,2', quantity);
  assert.ok(ok.ok && ok.value.kind === 'quantity' && ok.value.value.eq('7.2'));
  const both = parseResult('1.000', quantity);
  assert.ok(!both.ok && both.reason === 'ambiguous');
  assert.deepEqual(both.choices, ['1', '1000']);
  assert.equal(parseResult('', quantity).ok, false);
  assert.equal(parseResult('nhiều', quantity).ok, false);
  const titre = parseResult('1/160', { kind: 'titre', code: 'ANA' });
  assert.ok(titre.ok && titre.value.kind === 'titre' && titre.value.denominator.eq(160));
  assert.equal(parseResult('7,2', { kind: 'code', code: 'HBSAG' }).ok, false);
});

test('printed ranges', () => {
  const text = (code: string): string =>
    rangeText(pickRange(labPack().ranges.get(code), man), labPack().analytes.get(code)?.decimals);
  assert.equal(text('K'), '3,5–5,0');
  assert.equal(text('WBC'), '4,00–10,00');
  assert.equal(text('HBA1C'), '< 5,7');
  assert.equal(text('EGFR'), '≥ 90');
  assert.equal(text('U-SG'), '1,005–1,030');
  assert.equal(rangeText(undefined), '');
});

test('delta check looks back only as far as its rule', () => {
  const at = (hours: number): string => new Date(Date.UTC(2026, 0, 10) + hours * 3_600_000).toISOString();
  const k = (now: string, before: string, hours = 24): boolean | undefined =>
    deltaCheck(labPack(), 'K', { value: now, at: at(hours) }, { value: before, at: at(0) })?.exceeds;
  assert.equal(k('5.6', '4.0'), true);
  assert.equal(k('5.5', '4.0'), false);
  assert.equal(k('2.4', '4.0'), true);
  assert.equal(k('9.0', '4.0', 73), undefined);
  assert.equal(k('9.0', '4.0', -1), undefined);
  const crea = deltaCheck(labPack(), 'CREA', { value: '151', at: at(24) }, { value: '100', at: at(0) });
  assert.equal(crea?.exceeds, true);
  assert.equal(crea?.percent?.toString(), '51');
  assert.equal(deltaCheck(labPack(), 'GLU', { value: 9, at: at(1) }, { value: 5, at: at(0) }), undefined);
});

test('flags are monotonic: a larger value never has a lower flag', () => {
  const order = ['LL', 'L', 'N', 'H', 'HH'];
  const analytes = [...labPack().analytes.values()].filter(
    (a) => a.kind === 'quantity' && pickRange(labPack().ranges.get(a.code), man),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...analytes),
      fc.integer({ min: -100, max: 300_000 }),
      fc.integer({ min: 0, max: 50_000 }),
      (a, thousandths, more) => {
        const low = order.indexOf(flag(a.code, String(thousandths / 1000)));
        const high = order.indexOf(flag(a.code, String((thousandths + more) / 1000)));
        assert.ok(low >= 0 && high >= low, `${a.code} ${thousandths} ${more}`);
      },
    ),
  );
});
