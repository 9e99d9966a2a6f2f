import { withoutComments } from './sources.mjs';

/** Of all exported values, the share that only their own file uses: a few do no harm, many hide what is alive. */
const SHARE = 0.1;

/**
 * Values that are exported and that nobody uses. Types describe signatures and are left alone; so are contracts, which
 * speak to others; what a barrel or a test mentions counts as used.
 * @param {import('./sources.mjs').Source[]} sources
 */
export function checkExports(sources) {
  const files = new Map();
  for (const { text } of sources)
    for (const name of new Set(withoutComments(text).match(/[A-Za-z_$][\w$]*/g) ?? []))
      files.set(name, (files.get(name) ?? 0) + 1);
  let total = 0;
  const dead = [];
  const needless = [];
  for (const { path, text, unit, test } of sources) {
    if (test || unit === 'scripts' || unit === 'bench' || path.endsWith('/contract.ts')) continue;
    const code = withoutComments(text, true);
    for (const [, name] of code.matchAll(
      /^export (?:async )?(?:abstract )?(?:const|let|function\*?|class) ([\w$]+)/gm,
    )) {
      total++;
      if ((files.get(name) ?? 0) > 1) continue;
      const uses =
        withoutComments(text).match(new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g'))?.length ??
        0;
      (uses > 1 ? needless : dead).push(`${path}: ${name}`);
    }
  }
  const faults = dead.map((line) => `${line} is used nowhere`);
  if (needless.length > total * SHARE)
    faults.push(
      `${needless.length} of ${total} exports are used by their own file only (${SHARE * 100} % may):`,
      ...needless,
    );
  return faults;
}
