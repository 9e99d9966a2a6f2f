import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/**
 * @typedef {object} Locked one package of the lock file
 * @property {string} name
 * @property {string} version
 * @property {string} integrity `sha512-…`
 * @property {boolean} optional for other machines, or left out where it is not there
 * @property {string[]} needs `name@version` of what it depends on
 */

/** `name@1.2.3(peer@4)` → `name@1.2.3` */
const bare = (key) => key.replace(/\(.*$/s, '');
const unquoted = (text) => text.replace(/^'(.*)'$/, '$1');

/** A section of the lock file: its entries by key, each as its lines. The file is written by a program, always in one form. */
function section(text, name) {
  const found = new Map();
  let lines;
  let inside = false;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) inside = line === `${name}:`;
    if (!inside) continue;
    const key = /^ {2}(\S.*?):( \{\})?$/.exec(line);
    if (key) {
      lines = [];
      found.set(unquoted(key[1]), lines);
    } else lines?.push(line);
  }
  return found;
}

/** Everything that the lock file installs. @returns {Map<string, Locked>} by `name@version` */
export function readLock(text = readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8')) {
  if (!/^lockfileVersion: '9\./m.test(text)) throw new Error('pnpm-lock.yaml has a form that is not known here');
  const found = new Map();
  for (const [key, lines] of section(text, 'packages')) {
    const at = key.lastIndexOf('@');
    const integrity = /integrity: (sha512-[A-Za-z0-9+/=]+)/.exec(lines.join('\n'))?.[1];
    if (at < 1 || !integrity) throw new Error(`pnpm-lock.yaml: ${key} has no checksum`);
    found.set(key, { name: key.slice(0, at), version: key.slice(at + 1), integrity, optional: false, needs: [] });
  }
  for (const [key, lines] of section(text, 'snapshots')) {
    const one = found.get(bare(key));
    if (!one) throw new Error(`pnpm-lock.yaml: ${key} is among the snapshots and not among the packages`);
    if (lines.includes('    optional: true')) one.optional = true;
    for (const line of lines) {
      const [, name, version] = /^ {6}(\S+): (\S+)$/.exec(line) ?? [];
      if (name === undefined || version.startsWith('link:')) continue;
      const wanted = bare(unquoted(version));
      const need = found.has(wanted) ? wanted : `${unquoted(name)}@${wanted}`;
      if (found.has(need) && !one.needs.includes(need)) one.needs.push(need);
    }
  }
  return found;
}

/** The package.json of each installed package, by `name@version`. */
export function installedManifests() {
  const store = join(ROOT, 'node_modules', '.pnpm');
  const found = new Map();
  for (const folder of existsSync(store) ? readdirSync(store) : []) {
    const [, name] = /^((?:@[^+]+\+)?[^@]+)@/.exec(folder) ?? [];
    if (!name) continue;
    const file = join(store, folder, 'node_modules', name.replace('+', '/'), 'package.json');
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    found.set(`${manifest.name}@${manifest.version}`, manifest);
  }
  return found;
}
