import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startServer } from '../../bench/lib/server.ts';
import { ATTACKED, aim, attackAll, secretsIn } from './run.ts';
import type { Finding } from './suite.ts';
import { runTools } from './tools.ts';

/** `npm run attack [-- short | tools]`: starts a server of its own, attacks it, and writes down what was found. */
const out = resolve(import.meta.dirname, '..', '..', 'artifacts', 'attack');
const short = process.argv[2] === 'short';
/** Only the programs of others, where they are installed. */
const onlyTools = process.argv[2] === 'tools';
mkdirSync(out, { recursive: true });
const log = join(out, 'server.log');
rmSync(log, { force: true });

const server = await startServer(ATTACKED, log);
try {
  const begun = performance.now();
  const target = await aim(server, short);
  const { list, tried } = onlyTools ? { list: [], tried: {} } : await attackAll(target);
  const tools = short ? { findings: [], run: [], absent: [] } : await runTools(target, out);
  const told = secretsIn(log, target).map((name) => ({ attack: 'secrets in the log', what: name }));
  const findings: Finding[] = [...list, ...tools.findings, ...told];
  const seconds = Math.round((performance.now() - begun) / 1000);
  writeFileSync(
    join(out, 'findings.json'),
    `${JSON.stringify({ seconds, tried, run: tools.run, absent: tools.absent, findings }, null, 2)}\n`,
  );
  const lines = [
    '# Attack',
    '',
    ...Object.entries(tried).map(
      ([name, count]) =>
        `- ${name}: ${count} requests, ${findings.filter((one) => one.attack === name).length} findings`,
    ),
    ...tools.run.map((name) => `- ${name}: ${findings.filter((one) => one.attack === name).length} findings`),
    ...tools.absent.map((name) => `- ${name}: not installed, not run`),
    '',
    ...findings.flatMap(({ attack, what, request, answer }) => [
      `## ${attack}: ${what}`,
      '',
      ...(request ? ['```', request, `→ ${answer ?? ''}`, '```', ''] : []),
    ]),
  ];
  writeFileSync(join(out, 'findings.md'), `${lines.join('\n')}\n`);
  process.stdout.write(
    `${lines.join('\n')}\n\n${findings.length} findings in ${seconds} s; ${join('artifacts', 'attack')}\n`,
  );
  process.exitCode = findings.length > 0 ? 1 : 0;
  target.prober.close();
} finally {
  await server.stop();
}
process.exit(process.exitCode ?? 0);
