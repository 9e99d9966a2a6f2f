/**
 * Writes the opening stock of the demonstration hospital from its formulary: lots, expiry in days from the seed
 * date, quantities and costs. Deterministic: the same formulary gives the same stock.
 *
 *   node scripts/rulepacks/drugs-demo-stock.ts
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { columnOf, readPack, repoRoot, tableOf, writePack } from './drugs-lab-pack.ts';

const hospitalPath = join(repoRoot, 'rulepacks', 'demo-hospital', '2026-01-01.json');
const formulary = tableOf(readPack(join(repoRoot, 'rulepacks', 'formulary', '2026-01-01.json')), 'items');
const hospital = readPack(hospitalPath);
const stock = tableOf(hospital, 'openingStock');
const bundles = readPack(join(repoRoot, 'rulepacks', 'bundles', '2020-01-01.json'));

/** Usual opening quantity of the outpatient store by dispensing unit. */
const baseQuantity: Record<string, number> = { viên: 3000, gói: 1200, ống: 400, lọ: 250, chai: 200, tuýp: 120 };
const suppliers = ['Công ty Dược Mẫu A', 'Công ty Dược Mẫu B', 'Công ty Dược Mẫu C'];
/** Emergency cabinet: what a resuscitation trolley and an emergency room keep. */
const cabinetRoutes = new Set(['tiem-bap', 'tiem-duoi-da', 'tiem-tinh-mach', 'truyen-tinh-mach', 'khi-dung']);

/** Drugs that the emergency bundles name: a cabinet without them is none. */
const ofBundles = new Set<unknown>();
JSON.stringify(bundles, (name, value) => {
  if (name === 'drug') ofBundles.add(value);
  return value;
});

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const column = (name: string): number => columnOf(formulary, name);
const [codeAt, unitAt, priceAt, routeAt, registrationAt, highAlertAt] = [
  column('code'),
  column('unit'),
  column('price'),
  column('route'),
  column('registration'),
  column('highAlert'),
];

const rows: unknown[][] = [];
for (const item of formulary.rows) {
  const code = String(item[codeAt]);
  const serial = String(item[registrationAt]).slice(5, 9);
  const n = Number(serial);
  const price = Number(item[priceAt]);
  const hash = digest(code);
  const base = baseQuantity[String(item[unitAt])] ?? 30;
  const quantity = Math.max(10, Math.round((base * (40 + (hash[0] ?? 0) / 2)) / 100 / 10) * 10);
  const supplier = suppliers[(hash[1] ?? 0) % suppliers.length];
  const longLife = 300 + ((hash[2] ?? 0) % 12) * 45;
  const add = (shelf: string, lot: string, days: number, amount: number): void => {
    rows.push([shelf, code, `MAU${lot}${serial}`, days, amount, price, supplier]);
  };
  add('KHO-CHAN', 'A', longLife + 60, quantity * 5);
  // One item in 53 is out of stock where patients collect, one in 17 has an older lot close to expiry there.
  if (n % 53 !== 0) {
    if (n % 17 === 0) add('KHO-LE', 'C', 25 + ((hash[3] ?? 0) % 60), Math.max(10, Math.round(quantity / 50) * 10));
    add('KHO-LE', 'A', longLife, quantity);
    if (n % 3 === 0) add('KHO-LE', 'B', longLife + 180, Math.round(quantity / 20) * 10);
  }
  if (item[highAlertAt] !== true || cabinetRoutes.has(String(item[routeAt]))) {
    if (n % 2 === 0) add('KHO-NT', 'N', longLife + 30, Math.max(10, Math.round(quantity / 30) * 10));
  }
  if (ofBundles.has(code) || (cabinetRoutes.has(String(item[routeAt])) && n % 3 === 1)) add('TU-CC', 'T', longLife, 20);
}
stock.rows = rows;
writePack(hospitalPath, hospital);
console.log(`${rows.length} stock rows for ${formulary.rows.length} items`);
