// No string outside the catalogue, and both languages complete. Run with the project's Node:
//   node_modules/.bin/node scripts/check/texts.mjs
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '../..');
// The barrel of the components cannot be loaded without a browser; a catalogue needs only `defineTexts` of it.
registerHooks({
  resolve: (name, context, next) => next(name === '@mach/ui' ? '@mach/ui/texts/texts.ts' : name, context),
});
const problems = [];

/** Catalogues: every `texts.ts` of screens and of the app, and the one of the components. */
const catalogues = [
  'packages/ui/texts/ui.ts',
  'packages/ui/texts/board.ts',
  ...globSync('modules/*/screens/**/texts.ts', { cwd: root }),
  ...globSync('apps/*/texts.ts', { cwd: root }),
];

const slots = (text) => [...text.matchAll(/\{(\w+)/g)].map((m) => m[1]).sort();
const plurals = /\{\w+#[^{}|]*\|[^{}|]*\}/g;

for (const file of catalogues) {
  let module;
  try {
    module = await import(pathToFileURL(join(root, file)).href);
  } catch (error) {
    problems.push(`${file}: cannot be loaded: ${error.message}`);
    continue;
  }
  const texts = Object.values(module).find((one) => one && typeof one === 'object' && one.vi && one.en);
  if (!texts) {
    problems.push(`${file}: exports no { vi, en }`);
    continue;
  }
  for (const key of new Set([...Object.keys(texts.vi), ...Object.keys(texts.en)])) {
    const { [key]: vi } = texts.vi;
    const { [key]: en } = texts.en;
    if (typeof vi !== 'string' || vi.trim() === '') problems.push(`${file}: ${key} has no Vietnamese`);
    else if (typeof en !== 'string' || en.trim() === '') problems.push(`${file}: ${key} has no English`);
    else {
      if (vi !== vi.normalize('NFC') || en !== en.normalize('NFC')) problems.push(`${file}: ${key} is not NFC`);
      const inVi = [...new Set(slots(vi))].join();
      const inEn = [...new Set(slots(en))].join();
      if (inVi !== inEn) problems.push(`${file}: ${key} has the slots {${inVi}} in Vietnamese, {${inEn}} in English`);
      if (plurals.test(vi)) problems.push(`${file}: ${key} has a plural form in Vietnamese`);
      plurals.lastIndex = 0;
    }
  }
}

/** Words that are compared with names, not shown. */
const DATA = new Set(['packages/ui/format/name.ts']);

/** Screens: everything that draws, except workbench fixtures and tests. */
const screens = globSync(['modules/*/screens/**/*.{ts,tsx}', 'apps/*/**/*.{ts,tsx}', 'packages/ui/**/*.{ts,tsx}'], {
  cwd: root,
  exclude: (path) => /node_modules|\/dist\/|apps\/web\/dev(\/|$)/.test(String(path)),
}).filter(
  (file) => !DATA.has(file) && !/\.test\.tsx?$|\/texts?\.ts$|\/texts\/(ui|board)\.ts$|apps\/(server|cli)\//.test(file),
);
const drawn = screens.filter((file) => file.endsWith('.tsx'));

/** Letters between tags, as the linter's parser sees them. */
if (drawn.length > 0) {
  const biome = join(root, 'node_modules/.bin/biome');
  const run = ['lint', '--only=style/noJsxLiterals', '--reporter=json', '--max-diagnostics=none', ...drawn];
  const report = JSON.parse(
    execFileSync(biome, run, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 }),
  );
  for (const { location } of report.diagnostics) {
    const { path, start, end } = location;
    const lines = readFileSync(join(root, path), 'utf8')
      .split('\n')
      .slice(start.line - 1, end.line);
    lines[lines.length - 1] = lines[lines.length - 1].slice(0, end.column - 1);
    lines[0] = lines[0].slice(start.column - 1);
    const text = lines.join(' ').trim();
    if (/\p{Script=Latin}/u.test(text)) problems.push(`${path}:${start.line}: text between tags: ${text.slice(0, 60)}`);
  }
}

const SPOKEN =
  /\b(label|title|placeholder|hint|text|empty|detail|alt|aria-label|safe|what|why)="([^"{]*\p{L}[^"{]*)"/gu;
const VIETNAMESE = /[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]/i;

for (const file of screens) {
  const source = readFileSync(join(root, file), 'utf8');
  // Words that go into the record, or are compared with what is typed, are Vietnamese in every display language.
  const record = /texts:record/.test(source);
  const code = source.replace(/\/\*[\s\S]*?\*\/|(^|[^:])\/\/.*$/gm, (whole) => whole.replace(/[^\n]/g, ' '));
  code.split('\n').forEach((line, i) => {
    const at = `${relative(root, join(root, file))}:${i + 1}`;
    for (const [, name, text] of line.matchAll(SPOKEN)) problems.push(`${at}: text in ${name}: ${text}`);
    // A text that travels as data carries both languages and stands as { vi: '…', en: '…' }.
    if (record || /\bvi: ['"`]/.test(line) || /\ben: ['"`]/.test(line)) return;
    for (const [, , text] of line.matchAll(/(['"`])((?:(?!\1).)*)\1/g))
      if (VIETNAMESE.test(text)) problems.push(`${at}: Vietnamese outside the catalogue: ${text}`);
  });
}

if (!existsSync(join(root, 'packages/ui/texts/ui.ts'))) problems.push('packages/ui/texts/ui.ts is missing');
for (const problem of problems) console.error(problem);
console.log(`${catalogues.length} catalogues, ${screens.length} files, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
