/**
 * Joins the lab and imaging orderables with the official list of technical services
 * (QĐ 4440/QĐ-BYT 2020, Annex 3): a full code is verified, `@exact name` or a two-part
 * code is resolved, and the official name is written beside it. Unknown codes become null
 * and are listed, so that nothing invented reaches a claim.
 *
 *   node scripts/rulepacks/lab-service-codes.ts [--check]
 */
import { join } from 'node:path';
import {
  columnOf,
  packText,
  readPack,
  readRecords,
  repoRoot,
  type Table,
  tableOf,
  writePack,
} from './drugs-lab-pack.ts';

const packPath = join(repoRoot, 'rulepacks', 'lab', '2026-01-01.json');

interface Service {
  code: string;
  name: string;
}

function loadServices(): Service[] {
  return readRecords('technical-services/technical_services_icd9_2020.csv.gz').map((record) => ({
    code: record.service_code ?? '',
    name: (record.service_name ?? '').replace(/\s+/g, ' ').trim(),
  }));
}

/** Price group for "one film / two views, digitised"; the list repeats a name per price group. */
const preferredGroups = ['0028', '0029', '0030'];

function resolve(wanted: string, services: Service[]): Service | undefined {
  if (!wanted.startsWith('@')) {
    return services.find((s) => s.code === wanted) ?? services.find((s) => s.code.startsWith(`${wanted}.`));
  }
  const name = wanted.slice(1).toLowerCase();
  const found = services.filter((s) => s.name.toLowerCase() === name);
  const views = /nghiêng|chếch/.test(name) ? ['0029', '0028'] : preferredGroups;
  for (const group of views) {
    const match = found.find((s) => s.code.endsWith(`.${group}`));
    if (match) return match;
  }
  return found[0];
}

function joinTable(table: Table, services: Service[]): string[] {
  const code = columnOf(table, 'code');
  const serviceCode = columnOf(table, 'serviceCode');
  const serviceName = columnOf(table, 'serviceName');
  const missing: string[] = [];
  for (const row of table.rows) {
    const wanted = row[serviceCode];
    if (typeof wanted !== 'string') {
      row[serviceName] = null;
      continue;
    }
    const service = resolve(wanted, services);
    if (!service) missing.push(`${String(row[code])}: ${wanted}`);
    row[serviceCode] = service?.code ?? null;
    row[serviceName] = service?.name ?? null;
  }
  return missing;
}

const pack = readPack(packPath);
const before = packText(pack);
const services = loadServices();
for (const name of ['tests', 'services']) {
  const table = tableOf(pack, name);
  const missing = joinTable(table, services);
  const coded = table.rows.filter((row) => row[columnOf(table, 'serviceCode')] !== null).length;
  console.log(`${name}: ${coded} of ${table.rows.length} joined`);
  for (const line of missing) console.log(`  no official row for ${line}`);
}
if (process.argv.includes('--check')) {
  if (packText(pack) !== before) throw new Error('lab pack is not joined; run without --check');
} else {
  writePack(packPath, pack);
}
