import { relative, resolve } from 'node:path';
import { inspect } from 'node:util';

/*
 * A reporter of node:test for scripts/test.mjs: says nothing about what passes, everything about what fails, and ends
 * with one machine-readable line of counts. Every test counts, a test inside a test too; suites do not.
 */

/** Marks the line of counts among what the tests themselves print. */
export const COUNTS = '\u0001counts ';
/** Marks the name of a test that begins: the last one is what hangs when nothing ends. */
export const BEGUN = '\u0001begun ';

function where(data) {
  return data.file ? `${relative(process.cwd(), data.file)}${data.line ? `:${data.line}` : ''}` : '';
}

function reason(error) {
  const cause = error?.cause instanceof Error ? error.cause : error;
  const text = cause instanceof Error && cause.stack ? cause.stack : inspect(cause, { depth: 4 });
  const more =
    cause &&
    typeof cause === 'object' &&
    'code' in cause &&
    cause.code !== 'ERR_ASSERTION' &&
    cause.code !== 'ERR_TEST_FAILURE'
      ? `\n${inspect({ ...cause }, { depth: 3 })}`
      : '';
  return `${text}${more}`
    .split('\n')
    .filter((line) => !/^\s+at .*(node:internal|node:async_hooks)/.test(line))
    .map((line) => `      ${line}`)
    .join('\n');
}

export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0, slowest: [] };
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message;
      continue;
    }
    if (type === 'test:dequeue') yield `${BEGUN}${data.name.split('\n')[0]}\n`;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A failing suite repeats its tests' failures, unless a hook of its own failed.
    const suite = data.details.type === 'suite';
    if (suite && (type === 'test:pass' || data.details.error?.failureType === 'subtestsFailed')) continue;
    if (data.skip !== undefined || data.todo !== undefined) {
      counts.skipped++;
      yield `  – ${data.name} (${where(data)}): ${data.skip || data.todo || 'skipped'}\n`;
    } else if (type === 'test:pass' && data.file && resolve(data.name) === data.file) {
      // The runner passes a file as a whole only when no test of it reported.
      counts.failed++;
      yield `  ✖ ${data.name}: no test ran, or one ended the process early\n`;
    } else if (type === 'test:pass') {
      counts.passed++;
    } else {
      counts.failed++;
      yield `  ✖ ${data.name} (${where(data)})\n${reason(data.details.error)}\n`;
    }
    counts.slowest.push([Math.round(data.details.duration_ms), `${data.name} (${where(data)})`]);
  }
  counts.slowest = counts.slowest.sort((a, b) => b[0] - a[0]).slice(0, 5);
  yield `${COUNTS}${JSON.stringify(counts)}\n`;
}
