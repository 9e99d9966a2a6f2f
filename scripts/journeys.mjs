import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/paths.mjs';

/*
 * Writes docs/journeys.md from what the browser tests have measured (`withinBudget`): run the tests, then
 * `node scripts/journeys.mjs`. Journeys that were not walked this time keep their line.
 */
const FOLDER = join(ROOT, 'artifacts', 'journeys');
const PAGE = join(ROOT, 'docs', 'journeys.md');

const HEAD = `# Keystrokes and clicks

What the hands do in the hottest tasks, held in every run of the browser tests: one key or click more than the budget and
the test fails. Scans are not counted; a chord is one key; a letter with marks counts what Telex presses for it (ầ is
three). The budgets come from the product's journeys; where those name none, the budget is what was measured, with a tenth
to spare. \`node scripts/journeys.mjs\` writes this page from the last run.

| Journey | Task | Keys | Budget | Clicks | Budget |
|---|---|--:|--:|--:|--:|
`;

const cell = (value) => (value === undefined || value === null ? '–' : String(value));
const line = ({ journey, title, took, budget }) =>
  `| ${journey} | ${title} | ${cell(took.keys)} | ${cell(budget.keys)} | ${cell(took.clicks)} | ${cell(budget.clicks)} |`;

const lines = new Map();
if (existsSync(PAGE))
  for (const row of readFileSync(PAGE, 'utf8').split('\n'))
    if (/^\| [^|-]/.test(row) && !row.startsWith('| Journey')) lines.set(row.split('|')[1].trim(), row);
if (existsSync(FOLDER))
  for (const name of readdirSync(FOLDER).filter((one) => one.endsWith('.json'))) {
    const measured = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
    lines.set(measured.journey, line(measured));
  }
const sorted = [...lines].toSorted(([a], [b]) => a.localeCompare(b, 'vi', { numeric: true })).map(([, row]) => row);
writeFileSync(PAGE, `${HEAD}${sorted.join('\n')}\n`);
process.stdout.write(`  ${sorted.length} journeys\n`);
