/** Official data sets for tests. They lie outside the repository; tests that need them skip where they are absent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../json.ts';
import { readYaml, type Yaml } from './simple-yaml.ts';

const root = process.env.MACH_SHARED_DATA ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/data');
const examplesFile = join(root, 'fhir-r4-examples/r4-examples-dev-half.ndjson.gz');
const fhirPathFolder = join(root, 'fhirpath-tests');
const syntheaFolder = join(root, 'synthea-r4');

/** For the `skip` option of a test: false, or why the test cannot run. */
export const noExamples: string | false = existsSync(examplesFile) ? false : 'the official R4 examples are absent';
export const noSynthea: string | false = existsSync(syntheaFolder) ? false : 'the Synthea bundles are absent';

/** The official R4 example resources. */
export function officialExamples(): JsonObject[] {
  const text = gunzipSync(readFileSync(examplesFile)).toString('utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JsonObject);
}

/** The Synthea transaction bundles. */
export function syntheaBundles(): (JsonObject & { entry: { resource: JsonObject; fullUrl: string }[] })[] {
  return readdirSync(syntheaFolder)
    .filter((name) => name.endsWith('.json.gz'))
    .sort()
    .map((name) => JSON.parse(gunzipSync(readFileSync(join(syntheaFolder, name))).toString('utf8')));
}

export const noFhirPath: string | false = existsSync(fhirPathFolder) ? false : 'the official FHIRPath cases are absent';

export interface FhirPathCase {
  readonly group: string;
  readonly expression: string;
  readonly inputfile?: string;
  readonly result?: Yaml[];
  readonly error?: boolean;
  /** Disputed by the maintainers of the suite. */
  readonly disable?: boolean;
}

/** The official FHIRPath cases, groups in groups made flat. */
export function fhirPathCases(): FhirPathCase[] {
  const cases: FhirPathCase[] = [];
  const visit = (node: Yaml, group: string): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, group);
    else if (typeof node === 'object' && node !== null) {
      if (typeof node.expression === 'string') cases.push({ ...(node as unknown as FhirPathCase), group });
      else for (const [key, value] of Object.entries(node)) visit(value, key);
    }
  };
  visit(readYaml(readFileSync(join(fhirPathFolder, 'fhir-r4.yaml'), 'utf8')), '');
  return cases;
}

export function fhirPathResource(file: string): JsonObject {
  return JSON.parse(readFileSync(join(fhirPathFolder, 'resources', file), 'utf8')) as JsonObject;
}
