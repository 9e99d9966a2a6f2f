import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const UI = join(import.meta.dirname, '..', '..', '..', 'packages', 'ui');
/** Shown as a part of another's story, or of the frame that the gallery stands in. */
const PARTS: Readonly<Record<string, string>> = {
  Combobox: 'CodeSearch',
  Drawer: 'the frame',
  DrawerProvider: 'the frame',
  DataProvider: 'the frame',
  Fact: 'PatientBanner',
  Facts: 'PatientBanner',
  Field: 'MoneyField',
  IconButton: 'PatientBanner',
  KeyHint: 'Button',
  ListFrame: 'the frame',
  Modal: 'SignDialog',
  PatientStrip: 'the frame',
  PrinterLine: 'PrintButton',
  RestrictionChip: 'PatientBanner: a chip that needs a restricted person',
  Section: 'Timeline',
  TextArea: 'FormRenderer',
  ThemeSwitch: 'the frame',
  Toaster: 'the frame',
  Totals: 'Invoice',
};

/** Names that the barrel gives away from a file with markup, types left out. */
function components(): string[] {
  const barrel = readFileSync(join(UI, 'index.ts'), 'utf8');
  return [...barrel.matchAll(/export \{([^}]+)\} from '[^']+\.tsx'/g)]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.trim())
    .filter((name) => /^[A-Z][a-z]/.test(name));
}

test('every component stands on the workbench, by itself or as a named part of another', () => {
  const stories = readdirSync(join(import.meta.dirname, 'stories')).filter((name) => name.endsWith('.tsx'));
  const shown = [...stories.map((name) => `stories/${name}`), 'gallery.tsx']
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join('\n');
  const missing = components().filter((name) => !new RegExp(`<${name}\\b`).test(shown));
  assert.deepEqual(
    missing.filter((name) => !(name in PARTS)),
    [],
    'write a story in apps/web/dev/stories',
  );
  assert.deepEqual(
    Object.keys(PARTS).filter((name) => !missing.includes(name)),
    [],
    'no longer a part only',
  );
});
