import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Finding, Target } from './suite.ts';

/** Programs of others that are used where they are installed (Debian: sqlmap, ffuf, wapiti). */
interface Tool {
  name: string;
  args: (target: Target, out: string) => string[];
  /** What in its output is a finding. */
  finding: RegExp;
}

const base = (target: Target): string => `http://127.0.0.1:${target.port}`;

const TOOLS: readonly Tool[] = [
  {
    name: 'sqlmap',
    args: (target, out) => [
      '-u',
      `${base(target)}/fhir/Patient?name=a&identifier=b&_sort=name`,
      '-H',
      `Authorization: Bearer ${target.partner}`,
      '--batch',
      '--level=3',
      '--risk=2',
      '--dbms=PostgreSQL',
      '--disable-coloring',
      `--output-dir=${out}`,
    ],
    finding: /is vulnerable|appears to be .* injectable|Parameter: .*\n\s+Type:/,
  },
  {
    name: 'wapiti',
    args: (target, out) => [
      '-u',
      `${base(target)}/`,
      '-H',
      `Authorization: Bearer ${target.tokens.bacsi}`,
      '--flush-session',
      '-f',
      'json',
      '-o',
      join(out, 'wapiti.json'),
      '--max-scan-time',
      '180',
      '--no-bugreport',
    ],
    finding: /(vulnerabilit(y|ies)|injection) (found|detected|via)/i,
  },
  {
    name: 'ffuf',
    args: (target, out) => [
      '-u',
      `${base(target)}/FUZZ`,
      '-w',
      join(import.meta.dirname, 'words.txt'),
      '-mc',
      '200,500',
      '-fr',
      '<div id="root">',
      '-s',
      '-o',
      join(out, 'ffuf.json'),
    ],
    finding: /^(?!.*(healthz|metrics|fhir|api)).+$/m,
  },
];

const isInstalled = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

/** Runs what is installed. @returns what was found, and which programs were not there */
export async function runTools(target: Target, out: string): Promise<{ findings: Finding[]; absent: string[] }> {
  const findings: Finding[] = [];
  const absent: string[] = [];
  for (const tool of TOOLS) {
    if (!isInstalled(tool.name)) {
      absent.push(tool.name);
      continue;
    }
    const child = spawn(tool.name, tool.args(target, out), { stdio: ['ignore', 'pipe', 'pipe'], timeout: 240_000 });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (text = (text + part.toString()).slice(-200_000)));
    await new Promise((done) => child.once('close', done));
    const found = tool.finding.exec(text);
    if (found)
      findings.push({ attack: tool.name, what: text.slice(Math.max(0, found.index - 300), found.index + 700) });
  }
  return { findings, absent };
}
