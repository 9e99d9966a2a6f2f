import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listCell, records, type Table, textCell } from '../codes/pack.ts';
import { sharedRows } from '../testing/shared-data.ts';
import { formulary, labPack, news2Pack, readPack, repoRoot, rules, vitalsPack } from './testing/packs.ts';

/** LOINC check digit: mod 10 of the digits before the dash, from the right, every other one doubled. */
function loincValid(code: string): boolean {
  const [base = '', check] = code.split('-');
  let sum = 0;
  [...base].reverse().forEach((digit, i) => {
    const n = Number(digit) * (i % 2 === 0 ? 2 : 1);
    sum += n > 9 ? n - 9 : n;
  });
  return (10 - (sum % 10)) % 10 === Number(check);
}

test('every pack of this area says where it comes from and is in force today', () => {
  const editions: [string, string][] = [
    ['vitals', '2020-01-01'],
    ['news2', '2017-12-19'],
    ['lab', '2026-01-01'],
    ['formulary', '2026-01-01'],
    ['drug-interactions', '2021-12-30'],
    ['prescribing', '2025-07-01'],
    ['demo-hospital', '2026-01-01'],
  ];
  for (const [subject, edition] of editions) {
    const pack = readPack<unknown>(subject, edition);
    assert.equal(pack.subject, subject);
    assert.equal(pack.edition, edition);
    assert.equal(pack.validFrom, edition);
    assert.ok(pack.source.length > 0);
    for (const source of pack.source) assert.match(source.certainty, /^[HML]$/);
    assert.ok(existsSync(join(repoRoot, 'rulepacks', subject, 'SOURCE.md')));
  }
});

test('LOINC check digits', () => {
  const codes = [
    ...[...labPack().analytes.values()].map((a) => a.loinc),
    ...[...labPack().tests.values()].map((t) => t.loinc),
    ...[...vitalsPack().items.values()].map((v) => v.loinc),
  ].filter((code) => code !== undefined);
  assert.ok(codes.length > 250);
  for (const code of codes) assert.ok(loincValid(code), code);
  assert.ok(!loincValid('718-8'));
});

test('lab: at least 120 tests; every reference resolves', () => {
  const lab = labPack();
  assert.ok(lab.tests.size >= 120, String(lab.tests.size));
  for (const t of lab.tests.values()) {
    assert.ok(t.analytes.length > 0, t.code);
    for (const analyte of t.analytes) assert.ok(lab.analytes.has(analyte), `${t.code}: ${analyte}`);
    if (t.tube) assert.ok(lab.tubes.has(t.tube), `${t.code}: ${t.tube}`);
    if (t.statMinutes !== undefined) assert.ok(t.statMinutes <= t.turnaroundMinutes, t.code);
  }
  for (const b of lab.bundles.values()) {
    for (const item of b.items) assert.ok(lab.tests.has(item) || lab.services.has(item), `${b.code}: ${item}`);
  }
  for (const a of lab.analytes.values()) {
    if (a.kind === 'quantity') assert.ok(a.ucum, a.code);
    if (a.normal && a.kind === 'code') {
      const set = lab.valueSets.get(a.normal === 'neg' ? 'neg' : a.normal);
      assert.ok(set?.has(a.normal), a.code);
    }
  }
  const codes = [...lab.tests.keys(), ...lab.services.keys()];
  assert.equal(new Set(codes).size, codes.length, 'one name space for what can be ordered');
});

test('lab: age bands of an analyte do not overlap for a sex, and low is below high', () => {
  const lab = labPack();
  for (const table of [lab.ranges, lab.criticals]) {
    for (const [analyte, ranges] of table) {
      assert.ok(lab.analytes.has(analyte), analyte);
      for (const r of ranges) {
        assert.ok(r.ageFromDays < r.ageToDays, analyte);
        if (r.low && r.high) assert.ok(r.low.value.lt(r.high.value), analyte);
        for (const other of ranges) {
          if (r === other || (r.sex && other.sex && r.sex !== other.sex)) continue;
          const apart = r.ageToDays <= other.ageFromDays || other.ageToDays <= r.ageFromDays;
          assert.ok(apart, `${analyte}: ${r.ageFromDays} and ${other.ageFromDays}`);
        }
      }
    }
  }
});

test('lab: official service codes exist under the name that is stored', (t) => {
  const official = sharedRows('technical-services/technical_services_icd9_2020.csv.gz');
  if (!official) return t.skip('shared data are not here');
  const clean = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim();
  const names = new Map(official.map((row) => [row.service_code, clean(row.service_name ?? '')]));
  const lab = labPack();
  const coded = [...lab.tests.values(), ...lab.services.values()].filter((s) => s.serviceCode !== undefined);
  assert.ok(coded.length >= 280, String(coded.length));
  for (const s of coded) assert.equal(names.get(s.serviceCode ?? ''), s.serviceName, s.code);
});

test('formulary: at least 300 items; units, doses and flags are sound', () => {
  const { items, byCode } = formulary();
  assert.ok(items.length >= 300);
  assert.equal(byCode.size, items.length, 'codes are unique');
  assert.equal(new Set(items.map((i) => i.registration)).size, items.length);
  for (const item of items) {
    assert.match(item.registration, /^DEMO-\d{4}-26$/);
    assert.match(item.atc, /^[A-Z]\d\d[A-Z]{1,2}(\d\d)?$/, item.code);
    assert.ok(
      item.ingredients.every((key) => key === key.toLowerCase()),
      item.code,
    );
    const { adultMin, adultMax, adultDayMax, childMinPerKg, childMaxPerKg, childDayMaxPerKg } = item.limits;
    if (adultMax) {
      assert.ok(item.amount && item.amountUnit, item.code);
      assert.ok(Number(adultMin) <= Number(adultMax) && Number(adultMax) <= Number(adultDayMax), item.code);
    }
    if (childMaxPerKg) {
      assert.ok(Number(childMinPerKg) <= Number(childMaxPerKg), item.code);
      assert.ok(Number(childMaxPerKg) <= Number(childDayMaxPerKg), item.code);
    }
    if (item.control) assert.ok(item.prescription, item.code);
    assert.ok([0, 50, 100].includes(item.bhytRatio), item.code);
    assert.ok(Number.isInteger(item.price) && item.price > 0, item.code);
  }
});

test('formulary: route codes are those of the claim list', () => {
  const path = join(repoRoot, 'rulepacks', 'bhyt-lists', '2026-08-01.json');
  const lists = JSON.parse(readFileSync(path, 'utf8')) as { data: Record<string, Table> };
  const table = lists.data.DUONG_DUNG;
  assert.ok(table);
  const codes = new Set([...records(table, 'code')].map((r) => textCell(r.code)));
  for (const route of formulary().routes.values()) assert.ok(route.xml2 && codes.has(route.xml2), route.code);
});

test('formulary: tall-man spelling changes only the case of letters', () => {
  const data = readPack<{ tallMan: Table }>('formulary', '2026-01-01').data;
  for (const r of records(data.tallMan, 'ingredient', 'spelling')) {
    assert.equal(textCell(r.spelling).toLowerCase(), textCell(r.ingredient));
    assert.notEqual(textCell(r.spelling), textCell(r.ingredient));
  }
});

test('interactions: 633 pairs, 369 absolute, 264 conditional, as the decision counts', () => {
  const { pairs } = rules();
  assert.equal(pairs.length, 633);
  assert.equal(pairs.filter((p) => p.level === 'absolute').length, 369);
  assert.equal(pairs.filter((p) => p.level === 'conditional').length, 264);
  for (const pair of pairs) {
    assert.notEqual(pair.a, pair.b);
    assert.ok(pair.management !== '' && pair.consequence !== '', String(pair.no));
    if (pair.washoutOf) assert.ok([pair.a, pair.b].includes(pair.washoutOf), String(pair.no));
    if (pair.condition) assert.equal(pair.level, 'conditional');
  }
  const data = readPack<{ groupPairs: Table; groups: Table; qt: Table }>('drug-interactions', '2021-12-30').data;
  assert.equal(data.groupPairs.rows.length, 68);
  const groups = new Map([...records(data.groups, 'no', 'members')].map((r) => [r.no, listCell(r.members)]));
  assert.equal(groups.get(1)?.length, 24, 'NSAIDs');
  assert.equal(groups.get(2)?.length, 10, 'ACE inhibitors');
  assert.equal(groups.get(3)?.length, 7, 'AT1 blockers');
  assert.equal(data.qt.rows.length, 11);
});

test('news2: seven parameters and a response for every total', () => {
  const pack = news2Pack();
  for (let total = 0; total <= 20; total++) {
    const fits = pack.responses.filter(
      (r) => r.from !== undefined && total >= r.from && (r.to === undefined || total <= r.to),
    );
    assert.equal(fits.length, 1, String(total));
  }
});

test('demo hospital: rooms, staff, beds and stock refer to what exists', () => {
  interface Hospital {
    facility: { code: string; points: number; level: string };
    departments: Table;
    rooms: Table;
    examServices: Table;
    staff: Table;
    beds: Table;
    shelves: Table;
    openingStock: Table;
  }
  const data = readPack<Hospital>('demo-hospital', '2026-01-01').data;
  assert.match(data.facility.code, /^\d{5}$/);
  assert.ok(data.facility.level === 'basic' && data.facility.points < 50);
  const codes = (table: Table): Set<string> => new Set([...records(table, 'code')].map((r) => textCell(r.code)));
  const departments = codes(data.departments);
  const rooms = codes(data.rooms);
  const exams = codes(data.examServices);
  const kinds = [...records(data.rooms, 'department', 'kind', 'examService')].map((r) => {
    assert.ok(departments.has(textCell(r.department)));
    if (r.kind === 'exam') assert.ok(exams.has(textCell(r.examService)));
    return textCell(r.kind);
  });
  assert.ok(kinds.filter((kind) => kind === 'exam').length >= 10);
  for (const kind of ['lab', 'imaging', 'pharmacy', 'cashier', 'reception', 'triage']) assert.ok(kinds.includes(kind));
  const staff = [...records(data.staff, 'account', 'department', 'room', 'demoLogin', 'role')];
  const logins = staff.filter((s) => s.demoLogin === true).map((s) => textCell(s.account));
  assert.deepEqual(
    logins.sort(),
    'bacsi baomat cdha dieuduong duocsi giamdinh giamdoc quantri thungan tiepdon xetnghiem'.split(' '),
  );
  for (const s of staff) {
    assert.ok(departments.has(textCell(s.department)));
    if (s.room !== null) assert.ok(rooms.has(textCell(s.room)), textCell(s.account));
  }
  for (const room of [...records(data.rooms, 'code', 'kind')].filter((r) => r.kind === 'exam')) {
    assert.ok(
      staff.some((s) => s.role === 'doctor' && s.room === room.code),
      `no doctor in ${String(room.code)}`,
    );
  }
  for (const service of labPack().services.values()) assert.ok(rooms.has(service.room), service.code);
  const shelves = codes(data.shelves);
  const stock = [...records(data.openingStock, 'shelf', 'item', 'lot', 'expiresInDays', 'quantity')];
  for (const row of stock) {
    assert.ok(shelves.has(textCell(row.shelf)));
    assert.ok(formulary().byCode.has(textCell(row.item)));
    assert.ok(typeof row.quantity === 'number' && Number.isInteger(row.quantity) && row.quantity > 0);
    assert.ok(typeof row.expiresInDays === 'number' && row.expiresInDays > 0);
  }
  const stocked = new Set(stock.map((row) => row.item));
  assert.equal(stocked.size, formulary().items.length);
  const keys = stock.map((row) => `${String(row.shelf)}/${String(row.item)}/${String(row.lot)}`);
  assert.equal(new Set(keys).size, keys.length);
});
