import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressIndex, matchAddress } from '../address.ts';
import { type AdminUnitsData, addressData, wardEntries } from './admin.ts';
import { buildIndex } from './build.ts';
import { records, type Table, textCell } from './pack.ts';
import { search } from './search.ts';
import { lexiconOfServices, type ServicesData, serviceEntries, servicesOf } from './services.ts';
import { readPack } from './testing/packs.ts';

const units = readPack<AdminUnitsData>('admin-units', '2026-04-30');
const reform = readPack<AdminUnitsData>('admin-units', '2025-07-01');
const before = readPack<AdminUnitsData>('admin-units', '2025-01-01');
const services = readPack<ServicesData>('services', '2020-10-12');

test('administrative units: counts, and every reference leads somewhere', () => {
  assert.equal(before.data.provinces.rows.length, 63);
  assert.equal(before.data.districts?.rows.length, 696);
  for (const pack of [reform, units]) {
    const { provinces, wards, former, conversions } = pack.data;
    assert.equal(provinces.rows.length, 34);
    assert.equal(wards.rows.length, 3_321);
    assert.ok(former && conversions);
    assert.equal(conversions.rows.length, 10_571);
    const keys = (t: Table): Set<string> => new Set([...records(t, 'code')].map((r) => textCell(r.code)));
    const [wardKeys, provinceKeys, oldKeys] = [keys(wards), keys(provinces), keys(former.wards)];
    for (const r of records(wards, 'province', 'type')) {
      assert.ok(provinceKeys.has(textCell(r.province)));
      assert.match(textCell(r.type), /^(Xã|Phường|Đặc khu)$/);
    }
    const reached = new Set<string>();
    for (const r of records(conversions, 'from', 'to', 'part')) {
      assert.ok(oldKeys.has(textCell(r.from)) && wardKeys.has(textCell(r.to)), JSON.stringify(r));
      assert.match(textCell(r.part), /^[WPANU]$/);
      reached.add(textCell(r.to));
    }
    assert.equal(reached.size, 3_321);
  }
});

test('an old address is converted with the pack as with the official tables', () => {
  const index = addressIndex(addressData(units));
  const whole = matchAddress(index, '12 Trúc Bạch, phường Trúc Bạch, quận Ba Đình, Hà Nội');
  assert.equal(whole.ward?.code, '00004');
  const island = matchAddress(index, 'huyện Côn Đảo, tỉnh Bà Rịa - Vũng Tàu');
  assert.equal(island.ward?.code, '26732');
  assert.throws(() => addressData(before), /no conversions/);
});

test('wards are found with their province', () => {
  const index = buildIndex(wardEntries(units));
  assert.equal(search(index, 'ba dinh ha noi')[0]?.code, '00004');
  assert.equal(search(index, 'ben thanh ho chi minh')[0]?.display, 'Phường Bến Thành, Hồ Chí Minh');
});

test('services: each has a name, a cost group of the pack and a price that says it is for demonstration', () => {
  const all = servicesOf(services);
  const groups = new Set([...records(services.data.groups, 'group')].map((r) => textCell(r.group)));
  assert.equal(all.size, 9_203 + 15 + 10);
  for (const s of all.values()) {
    assert.ok(s.name && groups.has(s.group), s.code);
    assert.ok(s.price !== undefined && Number.isInteger(s.price) && s.price > 0 && s.demoPrice, s.code);
  }
  assert.equal(all.get('02.1898')?.group, '13');
  assert.equal(all.get('23.0075.1494')?.group, '1');
  assert.equal(all.get('18.0015.0001')?.group, '2');
  assert.equal(all.get('02.0085.1778')?.group, '3');
  for (const s of all.values()) if (s.procedureClass?.startsWith('P')) assert.equal(s.group, '8', s.code);
});

test('services of one price group cost the same, as in the real tariff', () => {
  const byGroup = new Map<string, Set<number | undefined>>();
  for (const s of servicesOf(services).values()) {
    if (s.kind !== 'technique') continue;
    const key = s.code.split('.')[2] ?? '';
    byGroup.set(key, (byGroup.get(key) ?? new Set()).add(s.price));
  }
  assert.deepEqual(
    [...byGroup].filter(([, prices]) => prices.size !== 1),
    [],
  );
});

test('services are found the way they are ordered', () => {
  const index = buildIndex(serviceEntries(services), lexiconOfServices(services));
  const found = (q: string): string[] => search(index, q, { limit: 5 }).map((h) => h.display);
  assert.match(found('CTM')[0] ?? '', /^Tổng phân tích tế bào máu ngoại vi/);
  assert.match(found('sieu am bung')[0] ?? '', /^Siêu âm ổ bụng/);
  assert.match(found('SA bụng')[0] ?? '', /^Siêu âm ổ bụng/);
  assert.equal(found('ECG')[0], 'Điện tim thường');
  assert.match(found('xq phoi')[0] ?? '', /^Chụp Xquang ngực thẳng/);
  assert.ok(found('duong mau').includes('Định lượng Glucose [Máu]'));
  assert.equal(found('kham noi')[0], 'Khám Nội');
  assert.ok(found('hba1c').includes('Định lượng HbA1c [Máu]'));
  assert.equal(search(index, '23.0075.1494')[0]?.display, 'Định lượng Glucose [Máu]');
});

interface NamesData {
  family: Table;
  minorities: Table;
  twoSyllable: { male: Table; female: Table };
}

test('names: weights are positive, texts composed, and only known ethnic groups appear', () => {
  const { data } = readPack<NamesData>('names', '2026-01-01');
  const groups = readPack<{ groups: Table }>('ethnic-groups', '1979-03-02').data.groups;
  const codes = new Set([...records(groups, 'code')].map((r) => textCell(r.code)));
  assert.equal(codes.size, 56);
  let sum = 0;
  for (const r of records(data.family, 'name', 'percent')) {
    assert.ok(typeof r.percent === 'number' && r.percent > 0);
    sum += r.percent;
  }
  assert.ok(sum > 98 && sum < 103, String(sum));
  for (const r of records(data.minorities, 'ethnic', 'pattern')) {
    assert.ok(codes.has(textCell(r.ethnic)));
    assert.match(textCell(r.pattern), /^(F M G|P G F|P G|F P G)$/);
  }
  for (const table of [data.twoSyllable.male, data.twoSyllable.female])
    for (const r of records(table, 'name')) {
      const name = textCell(r.name);
      assert.equal(name, name.normalize('NFC'));
      assert.ok(!name.includes('\u00d0') && name.split(' ').length <= 2, name);
    }
});
