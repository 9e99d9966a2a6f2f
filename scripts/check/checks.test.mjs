import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkExports } from './exports.mjs';
import { checkImports } from './imports.mjs';
import { checkSizes } from './sizes.mjs';
import { importsOf } from './sources.mjs';

/** Files that stand where the paths say; only their texts are made up. */
function house(files) {
  return Object.entries(files).map(([path, text]) => {
    const [floor, name] = path.split('/');
    return { path, text, unit: `${floor}/${name}`, test: path.includes('.test.') };
  });
}

const faults = (files) => checkImports(house(files)).join('\n');

test('an arrow may only point down', () => {
  assert.equal(faults({ 'packages/store/a.ts': "import { foldText } from '@mach/base';\n" }), '');
  assert.match(
    faults({ 'packages/base/a.ts': "import { x } from '@mach/store';\n" }),
    /packages\/base\) may not import packages\/store/,
  );
  assert.match(faults({ 'packages/vn/a.ts': "import type { x } from '@mach/fhir';\n" }), /may not import/);
  assert.match(faults({ 'apps/web/a.ts': "import { x } from '@mach/engine';\n" }), /may not import/);
  assert.match(faults({ 'packages/engine/a.ts': "export * from '@mach/lab';\n" }), /may not import modules\/lab/);
  assert.match(faults({ 'packages/engine/a.ts': "const x = await import('@mach/server');\n" }), /may not import/);
});

test('modules meet only at their contracts; their tests may put a house together', () => {
  assert.equal(faults({ 'modules/lab/a.ts': "import { x } from '@mach/encounter/contract.ts';\n" }), '');
  assert.match(
    faults({ 'modules/lab/a.ts': "import { x } from '@mach/encounter/read.ts';\n" }),
    /may not import modules\/encounter\/read.ts/,
  );
  assert.match(faults({ 'modules/lab/a.ts': "import { x } from '@mach/encounter/module.ts';\n" }), /may not import/);
  assert.equal(faults({ 'modules/lab/a.test.ts': "import { x } from '@mach/encounter/module.ts';\n" }), '');
});

test('what does not exist, and what reaches around the names, is told', () => {
  assert.match(faults({ 'packages/store/a.ts': "import { x } from '@mach/base/nothing.ts';\n" }), /does not exist/);
  assert.match(faults({ 'packages/store/a.ts': "import { x } from '../base/ids.ts';\n" }), /relative path/);
  assert.match(faults({ 'packages/store/a.ts': "import React from 'react';\n" }), /package.json does not name/);
  assert.match(faults({ 'modules/lab/a.ts': "import pg from 'pg';\n" }), /which only packages\/store/);
});

test('pure packages stay pure, whatever their comments and strings say', () => {
  assert.match(
    faults({ 'packages/vn/a.ts': "import { readFileSync } from 'node:fs';\n" }),
    /is pure and imports node:fs/,
  );
  for (const code of ['Date.now()', 'new Date()', 'Math.random()', 'process.env.X', "fetch('/x')"])
    assert.match(faults({ 'packages/vn/a.ts': `export const x = ${code};\n` }), /is pure and uses/, code);
  assert.equal(
    faults({
      'packages/vn/a.ts':
        "// Date.now() is not for us\nexport const x = 'Date.now()';\nexport const y = new Date(0);\n",
    }),
    '',
  );
  assert.match(faults({ 'packages/engine/a.ts': 'export const x = process.env.PORT;\n' }), /only apps may/);
  assert.equal(faults({ 'apps/server/a.ts': 'export const x = process.env.PORT;\n' }), '');
});

test('circles are found, those of types alone too', () => {
  const circle = (type) => ({
    'packages/vn/a.ts': `import { b } from './b.ts';\nexport const a = b;\n`,
    'packages/vn/b.ts': `import ${type}{ a } from './a.ts';\nexport const b = 1;\n`,
  });
  assert.match(faults(circle('')), /in a circle: packages\/vn\/a.ts → packages\/vn\/b.ts/);
  assert.match(faults(circle('type ')), /in a circle: packages\/vn\/a.ts → packages\/vn\/b.ts/);
});

test('one barrel a package', () => {
  const files = (path) => ({
    [path]: "export * from './b.ts';\n",
    [path.replace(/[^/]+$/, 'b.ts')]: 'export const b = 1;\n',
  });
  assert.equal(faults(files('packages/vn/index.ts')), '');
  assert.match(faults(files('packages/vn/codes/index.ts')), /second barrel/);
  assert.match(faults(files('packages/vn/all.ts')), /second barrel/);
});

test('imports are read from code, over several lines, and not from comments', () => {
  const text = `
    // import { no } from 'comment';
    /* import { no } from 'block'; */
    import fs, { type Stats } from 'node:fs';
    import {
      type A,
      type B,
    } from './types.ts';
    import './effect.ts';
    export { c } from "./c.ts";
    const d = () => import('./lazy.ts');
    const url = 'https://example.org/';
  `;
  assert.deepEqual(
    importsOf(text).map(({ from, typeOnly, lazy }) => [from, typeOnly, lazy ?? false]),
    [
      ['node:fs', false, false],
      ['./types.ts', true, false],
      ['./c.ts', false, false],
      ['./effect.ts', false, false],
      ['./lazy.ts', false, true],
    ],
  );
});

test('long files and dead exports are told', () => {
  const lines = (n) => 'x\n'.repeat(n);
  assert.deepEqual(checkSizes(house({ 'packages/vn/a.ts': lines(420) })), []);
  assert.match(checkSizes(house({ 'packages/vn/a.ts': lines(601) })).join(), /601 lines; 600 at most/);
  assert.match(checkSizes(house({ 'packages/vn/a.ts': lines(421) })).join(), /1 of 1 files have more than 420/);

  const dead = house({
    'packages/vn/a.ts': 'export function lonely() {}\nexport function liked() {}\n',
    'packages/vn/b.ts': 'liked();\n// lonely\n',
  });
  assert.deepEqual(checkExports(dead), ['packages/vn/a.ts: lonely is used nowhere']);
});
