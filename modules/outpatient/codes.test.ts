import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RulePacks } from '@mach/engine/rule-packs.ts';
import { drug } from './codes/drug.ts';
import { icd10 } from './codes/icd10.ts';
import { rules } from './codes/rules.ts';
import { service } from './codes/service.ts';
import { unit } from './codes/unit.ts';
import type { DrugCodeRow, IcdCodeRow, ServiceCodeRow, UnitCodeRow } from './contract.ts';

const packs = await RulePacks.load(new URL('../../rulepacks', import.meta.url).pathname);
const asked = (q: string, date = '2026-11-24', limit = 10) => ({ packs, q, date, limit });
const icd = (q: string, date?: string): IcdCodeRow[] => icd10.search(asked(q, date)) as never;
const services = (q: string): ServiceCodeRow[] => service.search(asked(q)) as never;
const drugs = (q: string): DrugCodeRow[] => drug.search(asked(q)) as never;
const units = (q: string, date?: string): UnitCodeRow[] => unit.search(asked(q, date)) as never;

test('icd10: by code and by words, in the edition of the day, with the flags that matter', () => {
  assert.equal(icd('e11.9')[0]?.code, 'E11.9');
  assert.equal(icd('tang huyet ap')[0]?.code, 'I10');
  assert.equal(
    icd('dtd tip 2').some((r) => r.code.startsWith('E11')),
    true,
  );
  const [asterisk] = icd('G01');
  assert.deepEqual([asterisk?.code, asterisk?.principal, asterisk?.flags.includes('asterisk')], ['G01', 'no', true]);
  const heading = icd('E11').find((r) => r.code === 'E11');
  assert.equal(heading?.usable, false);
  assert.equal(icd('I10')[0]?.edition, '2026-07-01');
  assert.equal(icd('I10', '2026-06-30')[0]?.edition, '2020-10-28');
  // A90 dengue was replaced by A97 in the new edition.
  assert.equal(icd('A90', '2026-06-30')[0]?.code, 'A90');
  assert.equal(
    icd('A90').some((r) => r.code === 'A90'),
    false,
  );
  assert.deepEqual(icd(''), []);
  assert.throws(() => icd('I10', '2019-01-01'), RangeError);
  assert.ok((icd('tang huyet ap')[0]?.matched.length ?? 0) > 0);
});

test('service: what doctors type at the desk finds the house tests first, with price and share', () => {
  for (const [typed, code] of [
    ['hba1c', 'HBA1C'],
    ['glu', 'GLU'],
    ['crea', 'CREA'],
    ['ecg', 'ECG'],
    ['dien tam do', 'ECG'],
    ['cong thuc mau', 'CTM'],
    ['x quang phoi', 'XQ-NGUC'],
  ] as const)
    assert.equal(services(typed)[0]?.code, code, typed);
  const [hba1c] = services('hba1c');
  assert.deepEqual([hba1c?.kind, hba1c?.group, hba1c?.loinc !== null], ['service', 'lab', true]);
  assert.ok((hba1c?.price ?? 0) > 0);
  const bundle = services('dtd tai kham').find((r) => r.kind === 'bundle');
  assert.equal(bundle?.code, 'DTD-3T');
  assert.equal(
    bundle?.price,
    bundle?.items.reduce((sum, code) => sum + (services(code).find((r) => r.code === code)?.price ?? Number.NaN), 0),
  );
  const procedure = services('cắt chỉ')[0];
  assert.equal(procedure?.kind, 'service');
  assert.equal(
    services('giường hồi sức').some((r) => r.code.startsWith('GIUONG')),
    false,
    'bed days are not ordered',
  );
  assert.equal(services('kham noi')[0]?.group, 'exam');
});

test('drug: generic, brand, other spelling and strength; look-alikes and alerts in the row', () => {
  assert.equal(drugs('para 500')[0]?.ingredients[0], 'paracetamol');
  assert.equal(drugs('acetaminophen')[0]?.ingredients.includes('paracetamol'), true);
  assert.equal(drugs('metfor 850')[0]?.code, 'metformin-850-mg-v');
  const [ceftriaxone] = drugs('ceftriaxon');
  assert.match(ceftriaxone?.display ?? '', /cefTRIAXon/i);
  assert.ok(ceftriaxone?.lookAlikes.includes('ceftazidim'));
  assert.equal(drugs('diazepam')[0]?.control, 'H');
  const [row] = drugs('metformin 850');
  assert.deepEqual([row?.doseUnit, row?.unit, row?.routeText], ['viên', 'viên', 'uống']);
  assert.equal(typeof row?.limits.adultMax, 'string');
});

test('unit: two levels, found by today’s name, by a former one, without marks', () => {
  const [ward] = units('ba dinh ha noi');
  assert.deepEqual([ward?.level, ward?.provinceName], ['ward', 'Hà Nội']);
  assert.equal(units('phường Ba Đình, Hà Nội')[0]?.code, '00004');
  assert.equal(units('00004')[0]?.province, '01');
  const former = units('phường Phúc Xá quận Ba Đình');
  assert.ok(
    former.some((u) => u.former !== null && /Phúc Xá/.test(u.former)),
    JSON.stringify(former.slice(0, 3)),
  );
  assert.equal(
    units('tinh lam dong').some((u) => u.level === 'province'),
    true,
  );
  assert.throws(() => units('ba dinh', '2025-06-30'), RangeError);
});

test('the same edition is indexed once; a search takes milliseconds', () => {
  const before = process.memoryUsage().rss;
  for (const run of [
    () => icd('viem phoi'),
    () => services('sieu am bung'),
    () => drugs('amlo'),
    () => units('hoan kiem'),
  ]) {
    run();
    const start = performance.now();
    for (let i = 0; i < 20; i++) run();
    assert.ok((performance.now() - start) / 20 < 60, `${(performance.now() - start) / 20} ms`);
  }
  assert.ok(process.memoryUsage().rss - before < 50e6, 'nothing is built twice');
});

test('clinical rules: the packs that screens check with, by name, none else', () => {
  const rows = rules.search({ ...asked('news2, vitals bhyt-benefit'), limit: 20 });
  assert.deepEqual(
    rows.map((r) => r.code),
    ['vitals', 'news2'],
  );
  assert.equal(rows[0]?.hash, packs.at('vitals', '2026-11-24').hash);
});
