import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { OutboxWorker, TestPki } from '@mach/engine';
import { proveAudit, proveFacility, type Row, sealAudit } from '@mach/store';
import { assemble } from '../assemble.ts';
import { migrationFolders } from '../migrations.ts';
import { type Embedded, startEmbedded } from '../postgres/embedded.ts';
import { prepareRoles } from '../postgres/roles.ts';
import { urlToAddress } from '../postgres/url.ts';
import { deeds } from './deeds.ts';

const FACILITY = `insert into system.tenant (id, facility_code, name, mode)
  values (1, '01999', 'BV Mẫu', 'production') on conflict do nothing`;

/** Small, so that a small disk is full soon; every commit is forced to it. */
export const SETTINGS = { min_wal_size: '32MB', max_wal_size: '48MB' };

/** An engine with one module over a real data folder: what a fault hits, without the screens around it. */
export async function openSite(
  dataDir: string,
  onExit: (reason: string) => void = () => undefined,
  more: Readonly<Record<string, string>> = {},
) {
  const settings = { ...SETTINGS, ...more };
  const embedded: Embedded = await startEmbedded({ dataDir, log: () => undefined, onExit, settings });
  try {
    const urls = await prepareRoles(embedded.superuserUrl);
    const engine = await assemble({
      ownerUrl: urls.ownerUrl,
      app: { ...urlToAddress(urls.appUrl), max: 6 },
      modules: [deeds],
      signer: await TestPki.open(join(dataDir, 'keys'), new Date()),
      migrations: migrationFolders(),
      seed: async (owner) => void (await owner.query(FACILITY)),
    });
    const actor = engine.systemActor(1, 'doer', ['doer']);
    return {
      embedded,
      engine,
      outbox: new OutboxWorker(engine, 1),
      deed: (n: number) => engine.sendByName('deeds.do', { n }, actor, { key: `deed-key-${n}` }),
      close: async (): Promise<void> => {
        await engine.stop();
        await engine.database.close();
        await embedded.stop();
      },
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

export type Site = Awaited<ReturnType<typeof openSite>>;

/** Deeds that are there whole, by number; throws for one that is half there, or there twice. */
export async function wholeDeeds({ engine }: Site): Promise<Map<number, number>> {
  const on = engine.database.tenant(1);
  const list = async <R extends Row>(text: string): Promise<R[]> => (await on.query<R>({ text })).rows;
  const parts = await list<{
    n: number;
    records: number;
    moved: number;
    sent: number;
    logged: number;
    number: number;
  }>(`
    with n as (select distinct (regexp_match(id, '^deed-(\\d+)-'))[1]::integer as n from record where tenant = mach_tenant()
      union select (regexp_match(key, '^deed-key-(\\d+)$'))[1]::integer from command_log where tenant = mach_tenant())
    select n.n,
      (select count(*)::integer from record where tenant = mach_tenant() and id in ('deed-' || n || '-a', 'deed-' || n || '-b')) as records,
      (select count(*)::integer from ledger_movement where tenant = mach_tenant() and record = 'Basic/deed-' || n || '-a') as moved,
      (select count(*)::integer from outbox where tenant = mach_tenant() and subject = 'Basic/deed-' || n || '-a') as sent,
      (select count(*)::integer from command_log where tenant = mach_tenant() and key = 'deed-key-' || n) as logged,
      (select (result ->> 'number')::integer from command_log where tenant = mach_tenant() and key = 'deed-key-' || n) as number
    from n where n.n is not null`);
  const half = parts.filter((p) => p.records !== 2 || p.moved !== 1 || p.sent !== 1 || p.logged !== 1);
  if (half.length > 0) throw new Error(`half or twice: ${JSON.stringify(half.slice(0, 5))}`);
  if (new Set(parts.map((p) => p.number)).size !== parts.length) throw new Error('a number was given out twice');
  return new Map(parts.map((p) => [p.n, p.number]));
}

/** Everything that must hold, of the facility: faults by name. */
export async function faultsOf({ engine }: Site): Promise<string[]> {
  await engine.audits.flush();
  await sealAudit(engine.database, 1, new Date().toISOString());
  const proofs = await proveFacility(engine.database, 1);
  const { broken } = await proveAudit(engine.database.tenant(1));
  return [...proofs.flatMap((p) => p.faults.map((fault) => `${p.name}: ${fault}`)), ...broken.map((n) => `seal ${n}`)];
}

export interface Doer {
  child: ChildProcess;
  /** Deeds that were acknowledged, in the order in which they were told. */
  acknowledged: number[];
  /** Refusals that were told to the sender. */
  refusals: string[];
  /** Why the process ended by itself, if it did. */
  said(): string;
  gone: Promise<void>;
}

/** A process that does deeds from `first` on, some at a time, until it is killed. `shell` runs it in another world. */
export function startDoer(dataDir: string, first: number, through: readonly string[] = []): Doer {
  const program = [...through, process.execPath, join(import.meta.dirname, 'doer.ts'), dataDir, String(first)];
  const child = spawn(program[0] ?? '', program.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
  const acknowledged: number[] = [];
  const refusals: string[] = [];
  let rest = '';
  let said = '';
  child.stdout?.on('data', (part: Buffer) => {
    const lines = (rest + part.toString('utf8')).split('\n');
    // A line that was cut off by the kill was not told.
    rest = lines.pop() ?? '';
    for (const line of lines)
      if (line.startsWith('ok ')) acknowledged.push(Number(line.slice(3)));
      else refusals.push(line);
  });
  child.stderr?.on('data', (part: Buffer) => {
    said += part.toString('utf8');
  });
  const gone = new Promise<void>((done) => child.once('close', () => done()));
  return { child, acknowledged, refusals, said: () => said, gone };
}
