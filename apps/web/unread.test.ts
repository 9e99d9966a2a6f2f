import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');

/** Source files of screens; linked packages are not walked into. */
function* files(folder: string): Generator<string> {
  for (const one of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, one.name);
    if (one.isDirectory() && one.name !== 'node_modules') yield* files(path);
    else if (one.isFile() && one.name.endsWith('.tsx')) yield path;
  }
}

const screens = [...files(join(ROOT, 'modules'))].map((path) => ({
  path: relative(ROOT, path),
  text: readFileSync(path, 'utf8'),
}));

/** Elements `<Name …>` of a source text, up to the end of their opening tag. */
function* tags(text: string, name: string): Generator<string> {
  for (const { index } of text.matchAll(new RegExp(`<${name}(?=[\\s>])`, 'g'))) {
    let depth = 0;
    for (let at = index; at < text.length; at++) {
      if (text[at] === '{') depth++;
      else if (text[at] === '}') depth--;
      else if (text[at] === '>' && depth === 0) {
        yield text.slice(index, at);
        break;
      }
    }
  }
}

test('the reader of tags knows where one ends', () => {
  assert.deepEqual(
    [...tags('<Button look="quiet" onClick={() => (a > b ? run() : {})}>x</Button><ButtonRow>', 'Button')],
    ['<Button look="quiet" onClick={() => (a > b ? run() : {})}'],
  );
});

/** Names under which a file sends something: `const save = useCommand(…)`, and the functions that run one. */
function senders(text: string): Set<string> {
  const commands = [...text.matchAll(/const (?:\[?)(\w+)[^=\n]*= use(?:Command|Deeds?)\b/g)].map((one) => one[1] ?? '');
  const found = new Set(commands.map((name) => `${name}.run(`));
  for (const [, name = '', body = ''] of text.matchAll(/(?:async )?function (\w+)\([^{]*\{([\s\S]*?)\n {2}\}/g))
    if ([...found].some((call) => body.includes(call))) found.add(`${name}(`);
  return found;
}

test('a screen with numbers saves by ways that stop at a number which stands unread', () => {
  const withNumbers = screens.filter((one) => one.text.includes('<NumberField'));
  assert.ok(withNumbers.length >= 8, `screens with numbers: ${withNumbers.length}`);
  const open: string[] = [];
  for (const { path, text } of withNumbers) {
    const sends = senders(text);
    for (const tag of tags(text, 'Button')) {
      const onClick = /onClick=\{([\s\S]*)\}/.exec(tag)?.[1] ?? '';
      const guarded = /look="primary"|type="submit"|\bsaves\b/.test(tag);
      // What is written down as not done carries no number.
      if (guarded || /'not-done'/.test(onClick)) continue;
      if ([...sends].some((call) => onClick.includes(call))) open.push(`${path}: ${tag.replaceAll(/\s+/g, ' ')}`);
    }
    for (const tag of [...tags(text, 'button'), ...tags(text, 'IconButton')])
      if ([...sends].some((call) => tag.includes(call))) open.push(`${path}: ${tag.replaceAll(/\s+/g, ' ')}`);
  }
  assert.deepEqual(open, []);
});

test('no screen reads clinical numbers by a reader of its own', () => {
  const own = screens.filter(({ text }) => /parseFloat\(|Number\([^)]*\.replace\(/.test(text)).map(({ path }) => path);
  assert.deepEqual(own, []);
});
