/**
 * Speed of validation and search extraction, one JSON line a figure.
 *
 *   node bench/fhir-validate.ts [--passes 20]
 *
 * Over the official R4 examples and the Synthea resources where they are there, else over two built-in resources.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({
  allowPositionals: true,
  options: { passes: { type: 'string', default: '20' } },
});
const passes = Number(args.passes);

const heapBefore = process.memoryUsage().heapUsed;
const importStart = performance.now();
const fhir = await import('../packages/fhir/index.ts');
const importMs = performance.now() - importStart;
const loadStart = performance.now();
fhir.typeDef('Patient');
fhir.searchParams('Patient');
const loadMs = performance.now() - loadStart;
const firstStart = performance.now();
fhir.validate({ resourceType: 'Patient', name: [{ family: 'Trần' }] });
fhir.extract('Patient', { resourceType: 'Patient', name: [{ family: 'Trần' }] });
const firstMs = performance.now() - firstStart;
const heapMiB = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20;
const round = (n: number): number => Math.round(n * 100) / 100;
console.log(
  JSON.stringify({
    figure: 'load',
    importMs: round(importMs),
    snapshotMs: round(loadMs),
    firstUseMs: round(firstMs),
    heapMiB: round(heapMiB),
  }),
);

const { noExamples, noSynthea, officialExamples, syntheaBundles } = await import(
  '../packages/fhir/testing/official-data.ts'
);
const coding = (system: string, code: string): object => ({ coding: [{ system, code }] });
const builtIn = [
  {
    resourceType: 'Observation',
    status: 'final',
    category: [coding('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
    code: coding('http://loinc.org', '8867-4'),
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2026-01-01T10:00:00+07:00',
    valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  },
  {
    resourceType: 'Patient',
    identifier: [{ system: 'urn:oid:1.2.3', value: '001' }],
    name: [{ family: 'Nguyễn', given: ['Văn', 'An'] }],
    gender: 'male',
    birthDate: '1980-01-01',
  },
];
const resources = [
  ...(noExamples ? builtIn : officialExamples()),
  ...(noSynthea ? [] : syntheaBundles().flatMap((b) => b.entry.map((e) => e.resource))),
];

/** Median and 95th percentile of single runs, in microseconds. */
function measure(
  work: (r: Record<string, unknown>) => unknown,
  chosen: Record<string, unknown>[],
): { median: number; p95: number } {
  const times: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    for (const r of chosen) {
      const start = performance.now();
      work(r);
      const time = (performance.now() - start) * 1000;
      // The first half warms up.
      if (pass >= passes / 2) times.push(time);
    }
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  return { median: at(0.5), p95: at(0.95) };
}

for (const type of ['Observation', 'Patient', 'Encounter', 'Claim', 'MedicationRequest', 'all']) {
  const chosen = resources.filter((r) => type === 'all' || r.resourceType === type);
  if (chosen.length === 0) continue;
  const validateUs = measure((r) => fhir.validate(r), chosen);
  const extractUs = measure((r) => fhir.extract(String(r.resourceType), r), chosen);
  const referencesUs = measure((r) => fhir.references(r), chosen);
  console.log(
    JSON.stringify({
      figure: 'microseconds',
      type,
      resources: chosen.length,
      validate: validateUs,
      extract: extractUs,
      references: referencesUs,
    }),
  );
}

/*
 * With profiles: the national Patient of the pack (identifiers, ethnic group, address), and R4's own vital signs and
 * blood pressure, their value sets included. The base rules are part of the time.
 */
const { bloodPressures, nationalPatients, profilesForBench } = await import('../packages/fhir/testing/profile-data.ts');
const compileStart = performance.now();
const set = profilesForBench();
const PROFILED = [
  {
    name: 'Patient, VN Core',
    profile: 'http://fhir.ehealth.gov.vn/core/StructureDefinition/vn-core-patient',
    resources: nationalPatients(),
  },
  {
    name: 'Observation, vital signs and blood pressure',
    profile: 'http://hl7.org/fhir/StructureDefinition/bp',
    resources: bloodPressures(),
  },
];
for (const { profile } of PROFILED) set.gaps(profile);
console.log(JSON.stringify({ figure: 'profiles', compileMs: round(performance.now() - compileStart) }));
for (const { name, profile, resources: chosen } of PROFILED) {
  const options = { profiles: [profile] };
  const faults = chosen.flatMap((r) => set.validate(r, options)).filter((i) => i.severity === 'error');
  console.log(
    JSON.stringify({
      figure: 'microseconds',
      profile: name,
      resources: chosen.length,
      faults: faults.length,
      base: measure((r) => fhir.validate(r), chosen),
      withProfile: measure((r) => set.validate(r, options), chosen),
    }),
  );
}
