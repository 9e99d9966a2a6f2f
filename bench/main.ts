import { table } from './lib/report.ts';

/** `npm run bench -- NAME`: each measurement starts what it needs and cleans up after itself. */
const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  spine: async () => (await import('./spine.ts')).spine(),
  visit: async () => (await import('./visit.ts')).visits(Number(process.argv[3] ?? 400)),
  store: async () => (await import('./store.ts')).store(),
  layout: async () => (await import('./layout.ts')).layout(),
  fhir: async () => {
    await import('./fhir-validate.ts');
    await (await import('./fhir.ts')).fhir();
  },
  load: async () => (await import('./load.ts')).load(),
  fuzz: async () => (await import('./fuzz.ts')).fuzz(),
  audit: async () => (await import('./audit.ts')).audit(),
  scale: async () => (await import('./scale.ts')).scale(),
  web: async () => (await import('./web.ts')).web(),
  ui: async () => (await import('./ui.ts')).ui(),
};

const name = process.argv[2] ?? 'spine';
const bench = BENCHES[name];
if (!bench) {
  process.stderr.write(`There is no bench "${name}". Benches: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}
await bench();
table();
process.exit(process.exitCode ?? 0);
