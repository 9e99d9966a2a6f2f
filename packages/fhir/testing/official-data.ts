/** Official data sets for tests. They lie outside the repository; tests that need them skip where they are absent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../json.ts';

const root = process.env.MACH_SHARED_DATA ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/data');
const examplesFile = join(root, 'fhir-r4-examples/r4-examples-dev-half.ndjson.gz');
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
