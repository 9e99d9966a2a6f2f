import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Finding, Target } from './suite.ts';

/** One run of a program of others that is used where it is installed (Debian: sqlmap, ffuf, wapiti). */
interface Run {
  readonly tool: string;
  /** What it is aimed at. */
  readonly at: string;
  readonly args: readonly string[];
  /** What it has found, from what it said; undefined: nothing. */
  readonly found: (text: string) => string | undefined;
  /** What it must have said to have worked at all. */
  readonly worked: RegExp;
}

/** One run may take this long, ms. */
const LIMIT = 240_000;

/**
 * Headers that wapiti misses and that are not wanted: framing is closed by the content security policy (`frame-ancestors`),
 * the filter for scripts is gone from browsers, and HSTS is sent under HTTPS alone; this server is asked without.
 */
const NOT_WANTED = /X-Frame-Options|X-XSS-Protection|Strict-Transport-Security/;

const around = (pattern: RegExp) => (text: string) => {
  const found = pattern.exec(text);
  return found ? text.slice(Math.max(0, found.index - 300), found.index + 700) : undefined;
};

/** SQL in every value of a request: of a search, a view, a command, a sign-in. */
function sqlmap(target: Target, out: string): Run[] {
  const base = `http://127.0.0.1:${target.port}`;
  const aims: readonly { at: string; args: readonly string[]; token: string | undefined }[] = [
    { at: 'FHIR search', token: target.partner, args: ['-u', `${base}/fhir/Patient?name=a&identifier=b&_sort=name`] },
    {
      at: 'view',
      token: target.tokens.bacsi,
      args: ['-u', `${base}/api/views/outpatient.queue?room=a&sort=rank&limit=5`],
    },
    {
      at: 'codes',
      token: target.tokens.bacsi,
      args: ['-u', `${base}/api/codes/icd-10?q=a&limit=5`],
    },
    { at: 'sign-in', token: undefined, args: ['-u', `${base}/api/session`, '--data={"account":"a","password":"b"}'] },
  ];
  return aims.map(({ at, args, token }) => ({
    tool: 'sqlmap',
    at,
    args: [
      ...args,
      ...(token === undefined ? [] : ['-H', `Authorization: Bearer ${token}`]),
      '--batch',
      '--level=2',
      '--risk=2',
      '--dbms=PostgreSQL',
      // Techniques that wait for the database's clock are left to our own attack, which knows how long answers take.
      '--technique=BEUQ',
      '--ignore-code=400,401,403,404,422,429',
      '--disable-coloring',
      '--flush-session',
      `--output-dir=${join(out, 'sqlmap')}`,
    ],
    found: around(/is vulnerable|appears to be .* injectable|Parameter: .*\n\s+Type:/),
    worked: /all tested parameters do not appear|is vulnerable|identified the following injection point/,
  }));
}

/** What should not be there by its name: with nobody signed in, and as a person. */
function ffuf(target: Target, out: string): Run[] {
  const meant = /^(healthz|metrics|fhir|fhir\/metadata|api\/board.*|api\/openapi\.json|\.well-known\/security\.txt)$/;
  return [undefined, target.tokens.bacsi].map((token) => {
    const at = token === undefined ? 'names, nobody signed in' : 'names, as a doctor';
    const report = join(out, `ffuf-${token === undefined ? 'nobody' : 'doctor'}.json`);
    return {
      tool: 'ffuf',
      at,
      args: [
        '-u',
        `http://127.0.0.1:${target.port}/FUZZ`,
        '-w',
        join(import.meta.dirname, 'words.txt'),
        ...(token === undefined ? [] : ['-H', `Authorization: Bearer ${token}`]),
        '-mc',
        '200,204,301,302,500',
        // The staff app answers unknown places with its one page.
        '-fr',
        '<div id="root">',
        '-s',
        '-of',
        'json',
        '-o',
        report,
      ],
      found: () => {
        const { results } = JSON.parse(readFileSync(report, 'utf8')) as {
          results: { input: { FUZZ: string }; status: number }[] | null;
        };
        const odd = (results ?? []).filter((one) => one.status === 500 || !meant.test(one.input.FUZZ));
        return odd.length > 0 ? odd.map((one) => `${one.status} ${one.input.FUZZ}`).join(', ') : undefined;
      },
      worked: /^/,
    };
  });
}

/** The pages and doors that a crawler finds from the first page and from our list. */
function wapiti(target: Target, out: string): Run {
  const base = `http://127.0.0.1:${target.port}`;
  const report = join(out, 'wapiti.json');
  const starts = ['/api/board?facility=99001', '/fhir/Patient?name=a', '/api/codes/icd-10?q=a', '/fhir/metadata'];
  return {
    tool: 'wapiti',
    at: 'pages and doors',
    args: [
      '-u',
      `${base}/`,
      ...starts.flatMap((path) => ['-s', `${base}${path}`]),
      '-H',
      `Authorization: Bearer ${target.tokens.bacsi}`,
      '--flush-session',
      '-m',
      'common,crlf,csrf,methods,xxe',
      '-f',
      'json',
      '-o',
      report,
      '--max-scan-time',
      '180',
      '--no-bugreport',
    ],
    found: () => {
      const { vulnerabilities, anomalies } = JSON.parse(readFileSync(report, 'utf8')) as Record<
        'vulnerabilities' | 'anomalies',
        Record<string, { method: string; path: string; info: string }[]>
      >;
      const told = Object.entries({ ...vulnerabilities, ...anomalies }).flatMap(([name, list]) =>
        list
          .filter(({ info }) => !NOT_WANTED.test(info))
          .map(({ method, path, info }) => `${name}: ${method} ${path}: ${info}`),
      );
      return told.length > 0 ? told.join('\n') : undefined;
    },
    worked: /report has been generated|generated in the file/i,
  };
}

const isInstalled = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

async function say(run: Run): Promise<string> {
  const child = spawn(run.tool, run.args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (text = (text + part.toString()).slice(-200_000)));
  await new Promise((done) => child.once('close', done));
  return text;
}

/** Runs what is installed. @returns what was found, what was run, and which programs were not there */
export async function runTools(
  target: Target,
  out: string,
): Promise<{ findings: Finding[]; run: string[]; absent: string[] }> {
  const findings: Finding[] = [];
  const run: string[] = [];
  const absent = new Set<string>();
  for (const one of [...sqlmap(target, out), ...ffuf(target, out), wapiti(target, out)]) {
    if (!isInstalled(one.tool)) {
      absent.add(one.tool);
      continue;
    }
    const text = await say(one);
    const attack = `${one.tool}: ${one.at}`;
    run.push(attack);
    if (!one.worked.test(text)) findings.push({ attack, what: `it did not get to its end: ${text.slice(-600)}` });
    else {
      const found = one.found(text);
      if (found !== undefined) findings.push({ attack, what: found });
    }
  }
  return { findings, run, absent: [...absent] };
}
