import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '@mach/base/clock.ts';
import { type Engine, type Facility, type Module, RulePacks, RunningEngine, type Signer } from '@mach/engine';
import { buildViews, Database, migrate, readMigrations, refuseOlderProgram } from '@mach/store';
import pg from 'pg';
import type { Address } from './postgres/url.ts';
import { PROGRAM } from './safekeeping/archive-of.ts';
import { patiently } from './steps.ts';
import { refuseViewsBeside } from './views-beside.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
export const RULE_PACKS = join(ROOT, 'rulepacks');

export interface AssembleOptions {
  ownerUrl: string;
  app: Address & { max?: number };
  modules: readonly Module[];
  signer: Signer;
  /** Migrations of the packages and of the modules, in order. */
  migrations: readonly { owner: string; folder: string }[];
  packs?: RulePacks;
  clock?: Clock;
  ids?: () => string;
  log?: (line: string) => void;
  /** Written as the owner before the views are built: facilities, accounts. */
  seed?: (owner: pg.Client, packs: RulePacks) => Promise<void>;
}

/** Brings a database forward and puts an engine on it. The doors are opened by the caller. */
export async function assemble(options: AssembleOptions): Promise<Engine> {
  const packs = options.packs ?? (await RulePacks.load(RULE_PACKS));
  const owner = new pg.Client({ connectionString: options.ownerUrl });
  await owner.connect();
  try {
    await refuseOlderProgram(owner, PROGRAM);
    const folders = await Promise.all(options.migrations.map((m) => readMigrations(m.owner, m.folder)));
    const applied = await migrate(owner, folders.flat());
    if (applied.length > 0) options.log?.(`migrations: ${applied.length} applied`);
    await options.seed?.(owner, packs);
    await registerPacks(owner, packs);
    const views = options.modules.flatMap((m) => m.views ?? []).map((v) => v.definition);
    await refuseViewsBeside(owner, views);
    const built = await buildViews(owner, views, options.log && patiently(options.log));
    if (built.length > 0) options.log?.(`views: ${built.length} built`);
    const { rows } = await owner.query<{ id: number; facility_code: string; name: string; mode: Facility['mode'] }>(
      'select id, facility_code, name, mode from system.tenant order by id',
    );
    const settings = await owner.query<{ tenant: number; key: string; value: unknown }>(
      'select tenant, key, value from system.setting',
    );
    const byTenant = new Map<number, Map<string, unknown>>();
    for (const { tenant, key, value } of settings.rows)
      byTenant.set(tenant, (byTenant.get(tenant) ?? new Map<string, unknown>()).set(key, value));
    const engine = new RunningEngine({
      database: new Database(options.app),
      modules: options.modules,
      packs,
      facilities: rows.map((r) => ({ tenant: r.id, code: r.facility_code, name: r.name, mode: r.mode })),
      signer: options.signer,
      settings: byTenant,
      clock: options.clock ?? systemClock,
      ids: options.ids,
    });
    for (const { tenant } of engine.allFacilities) await engine.loadPacks(tenant);
    return engine;
  } finally {
    await owner.end();
  }
}

/** Keeps the identity of every edition that decisions may name. */
async function registerPacks(owner: pg.Client, packs: RulePacks): Promise<void> {
  const editions = packs.subjects.flatMap((subject) => packs.editions(subject));
  await owner.query(
    `insert into system.rule_pack (hash, subject, edition, valid_from, valid_to, known_from, source)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::date[], $7::jsonb[])
     on conflict (hash) do nothing`,
    [
      editions.map((e) => e.hash),
      editions.map((e) => e.subject),
      editions.map((e) => e.edition),
      editions.map((e) => e.validFrom),
      editions.map((e) => e.validTo ?? null),
      editions.map((e) => e.knownFrom),
      editions.map((e) => JSON.stringify(e.source ?? [])),
    ],
  );
}
